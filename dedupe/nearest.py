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
        self._wording, self._altogether, self._best = SlotSums(), SlotSums(), SlotSums()

    def find(self, wanted: Wanted) -> dict[ProblemId, list[int]]:
        """The problems with the likest members, likest first, each with the slots of those."""
        for sums, room in (
            (self._wording, self._members.slots),
            (self._altogether, self._members.slots),
            (self._best, self._grouping.rows),
        ):
            sums.make_room(room)
        meaning, meanings = wanted.meaning, self._members.meanings
        try:
            slots, rough = self._estimate(wanted)
            if meaning is None or meanings.reads_all:
                return self._choose(wanted, slots, rough)
            # What was found by its wording may mean the same as well, without its embedding having been read.
            again = self._likely(wanted, slots, rough)
            rough = self._wording.at(again) + meanings.excess(meaning, again)
            return self._choose(wanted, again, np.round(rough, _ROUGHLY))
        finally:
            self._wording.clear()

    def _estimate(self, wanted: Wanted) -> tuple[Ints, Floats]:
        """Likeness in words plus likeness in characters plus the excess in meaning, of what was read of each."""
        for index, query in ((self._members.words, wanted.words), (self._members.grams, wanted.grams)):
            slots, alike = index.rough_likeness(query)
            self._wording.add(slots, alike)
        worded = self._wording.touched()
        self._altogether.add(worded, self._wording.at(worded))
        if wanted.meaning is not None:
            self._altogether.add(*self._members.meanings.near(wanted.meaning))
        slots, rough = self._altogether.take()
        return slots, np.round(rough, _ROUGHLY)

    def _likely(self, wanted: Wanted, slots: Ints, rough: Floats) -> Ints:
        """The likest members of more problems than are wanted, and more of each, in no order."""
        chosen, slots, rough, rows = self._of_highest(wanted, wanted.problems * _MORE_PROBLEMS, slots, rough)
        place_of_row = np.zeros(self._grouping.rows, dtype=np.int16)
        place_of_row[chosen] = np.arange(len(chosen))
        downwards = np.argsort(-rough)
        places = place_of_row[rows[downwards]]
        by_row = np.argsort(places, kind="stable")
        starts = np.cumsum(np.bincount(places, minlength=len(chosen))) - np.bincount(places, minlength=len(chosen))
        rank = np.arange(len(by_row)) - starts[places[by_row]]
        likely: Ints = slots[downwards[by_row[rank < wanted.members * _MORE_MEMBERS]]]
        return likely

    def _choose(self, wanted: Wanted, slots: Ints, rough: Floats) -> dict[ProblemId, list[int]]:
        chosen, slots, rough, rows = self._of_highest(wanted, wanted.problems, slots, rough)
        found: dict[ProblemId, list[int]] = {}
        for row in chosen:
            there = np.flatnonzero(rows == row)
            found[self._grouping.problem_in(row)] = self._likest(slots[there], rough[there], wanted.members)
        return found

    def _of_highest(
        self, wanted: Wanted, many: int, slots: Ints, rough: Floats
    ) -> tuple[list[int], Ints, Floats, Ints]:
        """The rows of the problems with the likest members, likest first, and their members among the slots, with
        their likeness and their rows.
        """
        rows = self._grouping.rows_of(slots)
        is_like = (rows >= 0) & (rough > 0)
        slots, rough, rows = slots[is_like], rough[is_like], rows[is_like]
        self._best.raise_to(rows, rough)
        chosen = self._highest(*self._best.take(), wanted.not_in, many)
        is_chosen = np.zeros(self._grouping.rows, dtype=bool)
        is_chosen[chosen] = True
        of_chosen = np.flatnonzero(is_chosen[rows])
        return chosen, slots[of_chosen], rough[of_chosen], rows[of_chosen]

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
