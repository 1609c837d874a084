"""From what held-out weights guess to probabilities that hold, and to thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.logit import Columns, Example, Floats
from dedupe.values import Thresholds
from dedupe.weights import Scheme

MOST_WRONG = 0.016
"""Of all reports, joined wrong: under the two in a hundred that are wanted, since desks differ."""
MOST_NEW_ASKED = 0.32
WANTED_SHARES = (0.9, 0.95, 0.97, 0.98)
NEW_ASKED_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
_SHARPNESSES = tuple(round(0.5 + step / 20, 2) for step in range(21))
_LEAST, _MOST = 0.02, 0.99


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """What weights that have not seen a report say of it: log-odds over none by candidate, best first, with which of
    them are right.
    """

    odds: Floats
    right: tuple[bool, ...]
    may_join: bool
    is_new: bool

    def sharpened(self, sharpness: float) -> "Guess":
        return Guess(odds=self.odds * sharpness, right=self.right, may_join=self.may_join, is_new=self.is_new)

    @property
    def shares(self) -> Floats:
        """Probabilities of the candidates."""
        highest = max(0.0, float(self.odds[0])) if len(self.odds) else 0.0
        shares = np.exp(np.maximum(self.odds - highest, -60.0))
        of_all: Floats = shares / (shares.sum() + np.exp(-min(highest, 60.0)))
        return of_all

    @property
    def first(self) -> float:
        return float(self.shares[0]) if len(self.odds) else 0.0

    @property
    def first_right(self) -> bool:
        return self.right[0] if self.right else False

    @property
    def any(self) -> float:
        """The probability that it belongs to one of them."""
        return float(self.shares.sum()) if len(self.odds) else 0.0


def guess(example: Example, scheme: Scheme, columns: Columns) -> Guess:
    """By weights that have not seen the example."""
    none = dict(zip(columns.none, example.none.tolist(), strict=True))
    rows = [dict(zip(columns.problem, row, strict=True)) for row in example.rows.tolist()]
    odds = np.array([scheme.over_none(row, none) for row in rows])
    order = np.argsort(-odds, kind="stable")
    return Guess(
        odds=odds[order],
        right=tuple(example.right[order].tolist()),
        may_join=bool(len(order)) and not example.barred[order[0]],
        is_new=example.is_new,
    )


def choose_sharpness(guesses: Sequence[Guess]) -> float:
    """What the log-odds are multiplied by for what is true to be likeliest."""
    return max(_SHARPNESSES, key=lambda sharpness: sum(_log_share(one.sharpened(sharpness)) for one in guesses))


def _log_share(found: Guess) -> float:
    if not len(found.odds):
        return 0.0
    right = float(found.shares[list(found.right)].sum())
    share = right if any(found.right) else 1.0 - found.any
    return float(np.log(max(share, 1e-9)))


def choose_thresholds(guesses: Sequence[Guess]) -> Thresholds:
    """Join as long as few enough reports are joined wrong; of the rest ask as long as few enough new ones are asked."""
    same = _join_from(guesses)
    ask = min(choose_ask_at(guesses, same, MOST_NEW_ASKED), same)
    return Thresholds(same=round(same, 3), ask=round(ask, 3))


def choose_ask_at(guesses: Sequence[Guess], same: float, share: float) -> float:
    """From which probability on to ask, where what reaches `same` joins, for this share of the new ones to be asked
    about.
    """
    new = sum(one.is_new for one in guesses)
    left = sorted((one.any for one in guesses if one.is_new and not _joins(one, same)), reverse=True)
    most = int(new * share)
    return float(np.clip(left[most], _LEAST, _MOST)) if most < len(left) else _LEAST


def _joins(found: Guess, same: float) -> bool:
    return found.may_join and found.first >= same


def _join_from(guesses: Sequence[Guess]) -> float:
    """The lowest probability from which on few enough joins are wrong."""
    wrong, same = 0, _MOST
    for found in sorted((one for one in guesses if one.may_join), key=lambda one: -one.first):
        wrong += not found.first_right
        if wrong > MOST_WRONG * len(guesses):
            break
        same = found.first
    return min(same, _MOST)


def choose_same_at(guesses: Sequence[Guess], share: float) -> float:
    """The lowest probability from which on this share of joins is right."""
    right, same = 0, _MOST
    for joined, found in enumerate(
        sorted((one for one in guesses if one.may_join), key=lambda one: -one.first), start=1
    ):
        right += found.first_right
        if right / joined >= share:
            same = found.first
    return round(min(same, _MOST), 3)
