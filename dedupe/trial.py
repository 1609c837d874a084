"""Would a desk's own weights have done better? Tried on decisions that they were not learned from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dedupe.adjustment import Moves
from dedupe.precedents import Precedent
from dedupe.tuning import fit, losses
from dedupe.values import Thresholds, Verdict

FEWEST = 50
"""With fewer decisions than this nothing can be told."""
PARTS = 5
_SURE = 2.0
"""In standard errors: a gain that chance makes in one of forty trials."""
_SHIPPED: Moves = {}


class Outcome(StrEnum):
    """What came of a report that people decided about."""

    JOINED_RIGHT = "joined, and rightly"
    JOINED_WRONG = "joined, but wrongly"
    ASKED_RIGHT = "asked, the right one shown"
    ASKED_NEW = "asked about a new failure"
    LEFT_RIGHT = "left alone, and rightly"
    MISSED = "known, but not found"


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What weights did on decisions they were not learned from: `outcomes` of reports that people decided about, their
    mean log `loss`; and what was done with reports that nobody questioned, by verdict.
    """

    outcomes: Counter[Outcome]
    loss: float
    unquestioned: Counter[Verdict]

    @property
    def joined_wrong(self) -> int:
        return self.outcomes[Outcome.JOINED_WRONG]

    @property
    def share_right(self) -> float:
        """Of the joins, taking those that nobody questioned for right ones."""
        right = self.outcomes[Outcome.JOINED_RIGHT] + self.unquestioned[Verdict.SAME]
        return right / max(1, right + self.joined_wrong)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """`decisions`: how many there are in all; `tried`: how many of them the figures are of. `gain`: by how much the log
    loss falls over everything tried, `error` its standard error.
    """

    decisions: int
    tried: int
    before: Side
    after: Side
    gain: float
    error: float

    @property
    def has_enough(self) -> bool:
        return self.decisions >= FEWEST

    @property
    def is_surely_better(self) -> bool:
        """Whether chance alone would hardly gain so much."""
        return self.gain > _SURE * self.error and self.after.loss < self.before.loss

    @property
    def joins_worse(self) -> bool:
        """Whether there are more wrong joins, and more of them among the joins: the worst that matching can do."""
        more = self.after.joined_wrong > self.before.joined_wrong
        return more and self.after.share_right < self.before.share_right

    @property
    def is_recommended(self) -> bool:
        return self.has_enough and self.is_surely_better and not self.joins_worse


def try_out(precedents: Sequence[Precedent], thresholds: Thresholds) -> Trial:
    """Cut the precedents, which come in order of time, into parts with as many decisions each; learn from the parts
    before one, and look how that would have done on it. The first part is only learned from.
    """
    made = np.cumsum([one.right is not None for one in precedents])
    decisions = int(made[-1]) if len(made) else 0
    cuts = [int(np.searchsorted(made, decisions * part / PARTS)) + 1 for part in range(1, PARTS)]
    tried: list[tuple[Precedent, Moves]] = []
    for start, end in zip(cuts, [*cuts[1:], len(precedents)], strict=True):
        moves = fit(precedents[:start])
        tried += [(one, moves) for one in precedents[start:end]]
    shipped = [(one, _SHIPPED) for one, _ in tried]
    gains = np.array(_losses_of(shipped)) - np.array(_losses_of(tried))
    return Trial(
        decisions=decisions,
        tried=sum(one.right is not None for one, _ in tried),
        before=see_what_becomes(shipped, thresholds),
        after=see_what_becomes(tried, thresholds),
        gain=float(gains.sum()),
        error=float(gains.std() * np.sqrt(len(gains))) if len(gains) else 0.0,
    )


def see_what_becomes(tried: Sequence[tuple[Precedent, Moves]], thresholds: Thresholds) -> Side:
    """What weights that are moved so do with each report."""
    outcomes: Counter[Outcome] = Counter()
    unquestioned: Counter[Verdict] = Counter()
    decided = []
    for (one, moves), loss in zip(tried, _losses_of(tried), strict=True):
        verdict, shown = one.judged(moves, thresholds)
        if one.right is None:
            unquestioned[verdict] += 1
            continue
        decided.append(loss)
        is_first, is_shown = shown[:1] and shown[0] in one.right, not one.right.isdisjoint(shown)
        outcomes[_outcome(verdict, is_new=not one.right, is_first=bool(is_first), is_shown=is_shown)] += 1
    return Side(outcomes=outcomes, loss=float(np.mean(decided)) if decided else 0.0, unquestioned=unquestioned)


def _losses_of(tried: Sequence[tuple[Precedent, Moves]]) -> list[float]:
    return [float(losses([one], moves)[0]) for one, moves in tried]


def _outcome(verdict: Verdict, *, is_new: bool, is_first: bool, is_shown: bool) -> Outcome:
    if verdict is Verdict.SAME:
        return Outcome.JOINED_RIGHT if is_first else Outcome.JOINED_WRONG
    if is_new:
        return Outcome.ASKED_NEW if verdict is Verdict.ASK else Outcome.LEFT_RIGHT
    return Outcome.ASKED_RIGHT if verdict is Verdict.ASK and is_shown else Outcome.MISSED
