"""Which problem each report is in, and what is usual for a problem of the desk."""

from array import array
from collections import OrderedDict

import numpy as np

from dedupe.known_problems import KnownProblem
from dedupe.members import Members
from dedupe.slot_sums import Ints, longer
from dedupe.values import ProblemId

_USUAL_COHESION = 0.4
_USUAL_PAIRS = 4
"""A desk's own cohesion counts as much as the usual one as soon as this many reports have joined another."""
_KEPT = 16_384
"""What is known of so many problems is kept, of those changed or asked for last; of others it is added up anew."""
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
        self._alike = 0.0
        self._pairs = 0
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
        return round((self._alike + _USUAL_COHESION * _USUAL_PAIRS) / (self._pairs + _USUAL_PAIRS), 9)

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

    def known(self, problem: ProblemId) -> KnownProblem:
        """What is known of a problem that has a member, or is to get its first."""
        known = self._known.get(problem)
        if known is None:
            known = KnownProblem(problem=problem)
            for slot in self.slots_of(problem):
                known.add(self._members[slot])
            self._known[problem] = known
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(problem)
        return known

    def join(self, slot: int, problem: ProblemId) -> None:
        """Put a report that is in none into the problem."""
        known = self.known(problem)
        row = self._row_of.get(problem)
        if row is None:
            row = self._row_of[problem] = self._new_row(problem)
        self._count(known, -1)
        known.add(self._members[slot])
        self._count(known, 1)
        self._slots[row].append(slot)
        if slot >= len(self._row_of_slot):
            old = len(self._row_of_slot)
            self._row_of_slot = longer(self._row_of_slot, slot + 1)
            self._row_of_slot[old:] = _NO_ROW
        self._row_of_slot[slot] = row

    def leave(self, slot: int) -> None:
        """Take a report out of its problem, and with its last member the problem."""
        problem = self.problem_at(slot)
        known, row = self.known(problem), self._row_of[problem]
        self._count(known, -1)
        known.take(self._members[slot])
        self._count(known, 1)
        self._slots[row].remove(slot)
        self._row_of_slot[slot] = _NO_ROW
        if not self._slots[row]:
            del self._row_of[problem], self._known[problem]
            self._free.append(row)

    def _count(self, known: KnownProblem, step: int) -> None:
        """Take the problem into what is usual on the desk, or out of it."""
        self._single += step * (len(known) == 1)
        if known.telling.count > 1:
            self._alike += step * known.telling.pairs_alike
            self._pairs += step * (known.telling.count - 1)

    def _new_row(self, problem: ProblemId) -> int:
        if self._free:
            row = self._free.pop()
            self._in_row[row] = problem
            return row
        self._in_row.append(problem)
        self._slots.append(array("i"))
        return len(self._in_row) - 1
