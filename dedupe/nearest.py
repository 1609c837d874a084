"""The problems that a query comes near to, found by words, by characters and by meaning, united."""

from dataclasses import dataclass

import numpy as np

from dedupe.grouping import Grouping
from dedupe.index import Query
from dedupe.meaning_index import MeaningQuery
from dedupe.members import Members
from dedupe.slot_sums import Floats, Ints, SlotSums
from dedupe.values import ProblemId

_ROUGHLY = 6
"""Digits an estimate is rounded to, so that it does not depend on where in memory things lie."""
_MORE_PROBLEMS, _MORE_MEMBERS = 3, 4
"""So many times as many are looked at again where not every embedding was read at first."""

_NONE_NEAR = (np.zeros(0, dtype=np.int32), np.zeros(0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One query in its three forms, and how much is wanted: no problem of `not_in`, and of each some members."""

    words: Query
    grams: Query
    meaning: MeaningQuery | None
    not_in: frozenset[ProblemId]
    problems: int
    members: int


class NearestProblems:
    """Looks for problems by an estimate of how like their members are. It is kept for the room it needs."""

    def __init__(self, members: Members, grouping: Grouping) -> None:
        self._members, self._grouping = members, grouping
        self._altogether, self._best = SlotSums(), SlotSums()

    def find(self, wanted: Wanted) -> dict[ProblemId, list[int]]:
        """The problems with the likest members, likest first, each with the slots of those."""
        self._altogether.make_room(self._members.slots)
        self._best.make_room(self._grouping.rows)
        meaning, meanings = wanted.meaning, self._members.meanings
        near = _NONE_NEAR if meaning is None else meanings.near(meaning)
        slots, rough = self._estimate(wanted, near)
        if meaning is not None and not meanings.reads_all:
            # What was found by its wording may mean the same as well, without its embedding having been read.
            likely = self._likely(wanted, slots, rough)
            slots, rough = slots[likely], rough[likely]
            read = np.sort(near[0])
            unread = read[np.searchsorted(read, slots).clip(max=len(read) - 1)] != slots
            rough[unread] = np.round(rough[unread] + meanings.excess(meaning, slots[unread]), _ROUGHLY)
        return self._choose(wanted, slots, rough)

    def _estimate(self, wanted: Wanted, near: tuple[Ints, Floats]) -> tuple[Ints, Floats]:
        """Likeness in words plus likeness in characters plus the excess in meaning, of what was read of each."""
        for found in (
            self._members.words.rough_likeness(wanted.words),
            self._members.grams.rough_likeness(wanted.grams),
            near,
        ):
            self._altogether.add(*found)
        slots, rough = self._altogether.take()
        return slots, np.round(rough, _ROUGHLY)

    def _likely(self, wanted: Wanted, slots: Ints, rough: Floats) -> Ints:
        """Where among these slots the likest members are of more problems than are wanted, and more of each."""
        chosen, found, rows = self._of_highest(wanted.not_in, wanted.problems * _MORE_PROBLEMS, slots, rough)
        place_of_row = np.zeros(self._grouping.rows, dtype=np.int16)
        place_of_row[chosen] = np.arange(len(chosen))
        downwards = np.argsort(-rough[found])
        places = place_of_row[rows[downwards]]
        by_row = np.argsort(places, kind="stable")
        counts = np.bincount(places, minlength=len(chosen))
        rank = np.arange(len(by_row)) - np.repeat(np.cumsum(counts) - counts, counts)
        likely: Ints = found[downwards[by_row[rank < wanted.members * _MORE_MEMBERS]]]
        return likely

    def _choose(self, wanted: Wanted, slots: Ints, rough: Floats) -> dict[ProblemId, list[int]]:
        chosen, found, rows = self._of_highest(wanted.not_in, wanted.problems, slots, rough)
        slots, rough = slots[found], rough[found]
        nearest: dict[ProblemId, list[int]] = {}
        for row in chosen:
            there = np.flatnonzero(rows == row)
            nearest[self._grouping.problem_in(row)] = self._likest(slots[there], rough[there], wanted.members)
        return nearest

    def _of_highest(
        self, not_in: frozenset[ProblemId], many: int, slots: Ints, rough: Floats
    ) -> tuple[list[int], Ints, Ints]:
        """The rows of the problems with the likest members, likest first; where among the slots their members are, and
        the row of each.
        """
        rows = self._grouping.rows_of(slots)
        # Reports that left are in no row; they are among the slots until these are cleared.
        alike = np.flatnonzero((rows >= 0) & (rough > 0))
        self._best.raise_to(rows[alike], rough[alike])
        chosen = self._highest(*self._best.take(), not_in, many)
        is_chosen = np.zeros(self._grouping.rows + 1, dtype=bool)
        is_chosen[chosen] = True
        found = alike[is_chosen[rows[alike]]].astype(np.int32)
        return chosen, found, rows[found]

    def _highest(self, rows: Ints, best: Floats, not_in: frozenset[ProblemId], many: int) -> list[int]:
        """Rows with the highest values; of equal ones those of the older problem first."""
        left_out = [row for problem in not_in if (row := self._grouping.row(problem)) is not None]
        if left_out:
            stay = ~np.isin(rows, left_out)
            rows, best = rows[stay], best[stay]
        if len(rows) > many > 0:
            high = best >= np.partition(best, -many)[-many]
            rows, best = rows[high], best[high]
        both = zip(best.tolist(), rows.tolist(), strict=True)
        ordered = sorted(both, key=lambda one: (-one[0], self._grouping.problem_in(one[1])))
        return [row for _, row in ordered[:many]]

    def _likest(self, slots: Ints, rough: Floats, many: int) -> list[int]:
        """The slots with the highest values; of equal ones those of the older report first."""
        if len(slots) > many:
            high = rough >= np.partition(rough, -many)[-many]
            slots, rough = slots[high], rough[high]
        order = np.lexsort((self._members.reports_at(slots), -rough))
        likest: list[int] = slots[order[:many]].tolist()
        return likest
