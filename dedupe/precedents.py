"""Reports with what people did about them, as weights can learn from them.

What people did is kept as how likely they were to do it, had the report belonged to each of the problems near it or to
none. So an answer, an objection and silence are one kind of thing, of different strength.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from dedupe.adjustment import MOVES, Moves, worths
from dedupe.decision import Scored, decide
from dedupe.evidence import Asked
from dedupe.slot_sums import Floats
from dedupe.values import ProblemId, Thresholds, Verdict
from dedupe.weights import Weights, share_out

SLIP = 0.05
"""How often an answer is taken to be a slip of the hand."""
OBJECTED = 1 / 3
"""How much of what the engine does wrongly people are taken to put right. Silence says so much and no more: however
long it lasts, what the engine did is never taken to be likelier by more than 3 to 2.
"""
TAKEN_BACK = 0.5
"""How often a right join is taken back, beside a wrong one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Precedent:
    """A report beside what was near it when it came in, with what people did about it since.

    `odds`: log-odds over none of each candidate by the shipped weights; `rows`: what each of MOVES would add to them;
    `told`: how likely people were to do what they did if it belonged to each candidate, and to none of them (the last).
    `right`: the problems it belonged to, empty for a new failure; None where nobody decided.
    """

    scored: tuple[Scored, ...]
    odds: Floats
    rows: Floats
    told: Floats
    right: frozenset[ProblemId] | None

    def judged(self, moves: Moves, thresholds: Thresholds) -> tuple[Verdict, tuple[ProblemId, ...]]:
        """What would be said of it by weights that are so moved, and of which problems, best first."""
        shares = share_out((self.odds + self.rows @ as_vector(moves)).tolist())
        scored = [replace(one, probability=round(share, 6)) for one, share in zip(self.scored, shares, strict=True)]
        verdict, chosen = decide(scored, thresholds)
        return verdict, tuple(one.problem for one in chosen)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A report with what came near it, as `MatchingEngine.weigh` gives it with these weights. `by_meaning`: which of
    their schemes is to learn.
    """

    asked: Asked
    near: Sequence[Scored]
    weights: Weights
    by_meaning: bool

    def decided(self, right: AbstractSet[ProblemId]) -> Precedent:
        """People decided that it belonged to one of these problems, or, with none given, that it was new. Where it
        belonged to one that is not near nothing can be learned, since no weights would have found it.
        """
        is_right = [one.problem in right for one in self.near]
        told = [1.0 if each else SLIP for each in (*is_right, not right)]
        if right and not any(is_right):
            told = [1.0] * len(told)
        return self._with(told, frozenset(right))

    def unquestioned(self, did: AbstractSet[ProblemId]) -> Precedent:
        """The engine put it into one of these problems, or, with none given, left it alone; and nobody objected."""
        done = [one.problem in did for one in self.near]
        return self._with([1.0 if each else 1 - OBJECTED for each in (*done, not did)], None)

    def taken_back(self, joined: ProblemId) -> Precedent:
        """The engine joined it to this problem, and its reporter withdrew it."""
        return self._with([*(TAKEN_BACK if one.problem == joined else 1.0 for one in self.near), 1.0], None)

    def _with(self, told: Sequence[float], right: frozenset[ProblemId] | None) -> Precedent:
        odds = [self._over_none(one) + one.pulled for one in self.near]
        return Precedent(
            # Without the features, which are in the rows: a desk has thousands of these.
            scored=tuple(replace(one, evidence=replace(one.evidence, columns={})) for one in self.near),
            odds=np.array(odds),
            rows=np.array([self._row(one) for one in self.near]).reshape(-1, len(MOVES)),
            told=np.array(told),
            right=right,
        )

    def _over_none(self, one: Scored) -> float:
        scheme = self.weights.scheme(by_meaning=one.evidence.by_meaning)
        return scheme.over_none(one.evidence.values, self.asked.none)

    def _row(self, one: Scored) -> list[float]:
        """Where the candidate is weighed by the scheme that does not learn, nothing moves."""
        if one.evidence.by_meaning != self.by_meaning:
            return [0.0] * len(MOVES)
        return worths(self.weights.scheme(by_meaning=self.by_meaning), one.evidence.values, self.asked.none)


def as_vector(moves: Moves) -> Floats:
    """In the order of MOVES; what is not named is not moved."""
    return np.array([moves.get(name, 0.0) for name in MOVES])
