"""Which problem each report is in, and what is usual for a problem of the desk."""

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from heapq import nlargest

import numpy as np

from dedupe.known_problems import KnownProblem, pairs_alike, sum_up
from dedupe.members import Members
from dedupe.slot_sums import Floats, Ints, longer
from dedupe.values import ProblemId

_USUAL_COHESION = 0.57
_USUAL_PAIRS = 4
"""A desk's own cohesion counts as much as the usual one as soon as this many reports have joined another."""
_KEPT = 16_384
"""What is known of so many problems is kept, of those asked for last; of others it is added up anew."""
_ADDED_UP_AT_A_TIME = 4_096
"""About so many reports, unless a single problem has more."""
_LARGE = 8
_NO_ROW = -1


class Grouping:
    """Problems by row. Rows are used again."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._slots: list[array[int]] = []
        self._in_row: list[ProblemId] = []
        self._row_of: dict[ProblemId, int] = {}
        self._free: list[int] = []
        self._known: OrderedDict[ProblemId, KnownProblem] = OrderedDict()
        self._row_of_slot: Ints = np.full(256, _NO_ROW, dtype=np.int32)
        self._changed: set[int] = set()
        """The rows whose part in what is usual is out of date."""
        self._pairs_alike: Floats = np.zeros(256)
        self._pairs: Floats = np.zeros(256)
        self._alike, self._all_pairs = 0.0, 0.0
        self._single = 0

    def __len__(self) -> int:
        return len(self._row_of)

    @property
    def rows(self) -> int:
        """How many rows there are, free ones among them."""
        return len(self._in_row)

    @property
    def cohesion(self) -> float:
        """How alike in meaning two reports of one problem are on this desk, leaning on what is usual at first."""
        self._settle()
        return round((self._alike + _USUAL_COHESION * _USUAL_PAIRS) / (self._all_pairs + _USUAL_PAIRS), 9)

    @property
    def single(self) -> float:
        """The share of the problems that have one member only."""
        return self._single / max(1, len(self._row_of))

    def row(self, problem: ProblemId) -> int | None:
        """The problem's row; None if it has no member."""
        return self._row_of.get(problem)

    def problem_in(self, row: int) -> ProblemId:
        return self._in_row[row]

    def problem_at(self, slot: int) -> ProblemId:
        """The problem of the report at a slot."""
        return self._in_row[int(self._row_of_slot[slot])]

    def rows_of(self, slots: Ints) -> Ints:
        """The rows of the problems that the reports at these slots are in; below 0 where a report has left."""
        rows: Ints = self._row_of_slot[slots]
        return rows

    def slots_of(self, problem: ProblemId) -> list[int]:
        """The slots of the problem's members; none if it has none."""
        row = self._row_of.get(problem)
        return [] if row is None else self._slots[row].tolist()

    def known(self, problems: Sequence[ProblemId]) -> list[KnownProblem]:
        """What is known of problems that have members."""
        unknown = [problem for problem in problems if problem not in self._known]
        if unknown:
            fresh = sum_up(self._members, {problem: self.slots_of(problem) for problem in unknown})
            self._known.update(zip(unknown, fresh, strict=True))
        found = [self._known[problem] for problem in problems]
        for problem in problems:
            self._known.move_to_end(problem)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found

    def make_ready(self) -> None:
        """Sum up what the first questions would otherwise wait for: the largest problems, and what is usual."""
        sizes = {problem: len(self._slots[row]) for problem, row in self._row_of.items()}
        largest = nlargest(_KEPT // 4, sizes, key=sizes.__getitem__)
        large = [problem for problem in largest if sizes[problem] >= _LARGE]
        for problem in large:
            self.known([problem])
        self._settle()

    def join(self, slots: Ints, problems: Sequence[ProblemId]) -> None:
        """Put reports that are in none into their problems."""
        if len(slots) and (most := int(slots.max())) >= len(self._row_of_slot):
            old = len(self._row_of_slot)
            self._row_of_slot = longer(self._row_of_slot, most + 1)
            self._row_of_slot[old:] = _NO_ROW
        for slot, problem in zip(slots.tolist(), problems, strict=True):
            row = self._row_of.get(problem)
            if row is None:
                row = self._row_of[problem] = self._new_row(problem)
            self._row_of_slot[slot] = row
            there = self._slots[row]
            there.append(slot)
            self._single += (len(there) == 1) - (len(there) == 2)  # noqa: PLR2004 - the second ends its being single
            self._changed.add(row)
            if (known := self._known.get(problem)) is not None:
                known.add(self._members[slot])

    def leave(self, slot: int) -> None:
        """Take a report out of its problem, and with its last member the problem."""
        problem = self.problem_at(slot)
        row = self._row_of[problem]
        there = self._slots[row]
        there.remove(slot)
        self._row_of_slot[slot] = _NO_ROW
        self._single += (len(there) == 1) - (len(there) == 0)
        self._changed.add(row)
        if (known := self._known.get(problem)) is not None:
            known.take(self._members[slot])
        if not there:
            del self._row_of[problem]
            self._known.pop(problem, None)
            self._free.append(row)

    def _settle(self) -> None:
        """Bring what is usual up to date."""
        if not self._changed:
            return
        if self.rows > len(self._pairs):
            self._pairs, self._pairs_alike = longer(self._pairs, self.rows), longer(self._pairs_alike, self.rows)
        unknown: list[int] = []
        for row in self._changed:
            known = self._known.get(self._in_row[row])
            if known is None or not self._slots[row]:
                unknown.append(row)
            else:
                self._pairs_alike[row] = known.telling.pairs_alike
                self._pairs[row] = max(0, known.telling.count - 1)
        self._changed.clear()
        part: list[int] = []
        size = 0
        for row in unknown:
            part.append(row)
            size += len(self._slots[row])
            if size >= _ADDED_UP_AT_A_TIME:
                self._add_up(part)
                part, size = [], 0
        self._add_up(part)
        self._alike, self._all_pairs = float(self._pairs_alike.sum()), float(self._pairs.sum())

    def _add_up(self, rows: list[int]) -> None:
        """The part of these rows in what is usual, from all their members."""
        sizes = [len(self._slots[row]) for row in rows]
        slots: Ints = np.array([slot for row in rows for slot in self._slots[row]], dtype=np.int32)
        totals, counts = self._members.add_up(slots, np.repeat(np.arange(len(rows)), sizes), len(rows))
        self._pairs[rows] = np.maximum(counts - 1, 0)
        self._pairs_alike[rows] = pairs_alike((totals * totals).sum(axis=1), counts)

    def _new_row(self, problem: ProblemId) -> int:
        if self._free:
            row = self._free.pop()
            self._in_row[row] = problem
            return row
        self._in_row.append(problem)
        self._slots.append(array("i"))
        return len(self._in_row) - 1
