"""The reports the engine knows, found by likeness, and the problems they are in."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import replace

import numpy as np

from dedupe.index import Floats, Ints, Query, TermIndex
from dedupe.known_problems import KnownProblem, Member
from dedupe.meaning_index import MeaningIndex, MeaningQuery, read_vector
from dedupe.normalise import Wording
from dedupe.values import ProblemId, ReportId, ReportText

_USUAL_COHESION = 0.4
_USUAL_PAIRS = 4
"""A desk's own cohesion counts as much as the usual one as soon as this many reports have joined another."""
_ROUGHLY = 6
"""Digits an estimate is rounded to, so that it does not depend on where in memory things lie."""


class Corpus:
    """Reports by slot, with their words and characters indexed; problems by row. Slots and rows are used again."""

    def __init__(self) -> None:
        self.words = TermIndex()
        self.grams = TermIndex()
        self.meanings = MeaningIndex()
        self._alike = 0.0
        self._pairs = 0
        self._single = 0
        self._times: list[float] = []
        self._slot_of: dict[ReportId, int] = {}
        self._members: dict[int, Member] = {}
        self._problems: dict[ProblemId, KnownProblem] = {}
        self._in_row: list[ProblemId] = []
        self._free_slots: list[int] = []
        self._free_rows: list[int] = []
        self._row_of_slot: Ints = np.zeros(256, dtype=np.int32)
        self._report_of_slot = np.zeros(256, dtype=np.int64)
        self._lengths: Floats = np.ones((2, 256))

    def __len__(self) -> int:
        return len(self._members)

    def member(self, slot: int) -> Member:
        return self._members[slot]

    def problem(self, problem: ProblemId) -> KnownProblem:
        return self._problems[problem]

    def members_of(self, problem: ProblemId) -> list[Member]:
        """The problem's members; none if it has none."""
        known = self._problems.get(problem)
        return [] if known is None else [self._members[slot] for slot in known.slots]

    def find(self, report: ReportId) -> Member | None:
        slot = self._slot_of.get(report)
        return None if slot is None else self._members[slot]

    def slot(self, report: ReportId) -> int | None:
        return self._slot_of.get(report)

    def add(self, report: ReportId, text: ReportText, wording: Wording, problem: ProblemId) -> None:
        """Add a report that is not there."""
        slot = self._free_slots.pop() if self._free_slots else len(self._members)
        self._make_room(slot)
        terms = self.words.put(slot, wording.words)
        grams = self.grams.put(slot, wording.grams)
        self._lengths[:, slot] = max(1, len(terms)), max(1, len(grams))
        self._slot_of[report] = slot
        self._report_of_slot[slot] = report
        self.meanings.put(slot, text.meaning)
        self._members[slot] = Member(
            report=report, text=text, wording=wording, problem=problem, terms=terms, vector=read_vector(text.meaning)
        )
        self._join(slot)

    def move(self, report: ReportId, problem: ProblemId) -> None:
        """Put a report that is there into another problem."""
        slot = self._slot_of[report]
        self._leave(slot)
        self._members[slot] = replace(self._members[slot], problem=problem)
        self._join(slot)

    def drop(self, report: ReportId) -> None:
        """Take out a report that is there, and with its last member its problem."""
        slot = self._slot_of.pop(report)
        self._leave(slot)
        self.words.drop(slot)
        self.grams.drop(slot)
        self.meanings.drop(slot)
        del self._members[slot]
        self._free_slots.append(slot)

    @property
    def problems(self) -> int:
        """How many problems there are."""
        return len(self._problems)

    @property
    def cohesion(self) -> float:
        """How alike in meaning two reports of one problem are on this desk, leaning on what is usual at first."""
        return round((self._alike + _USUAL_COHESION * _USUAL_PAIRS) / (self._pairs + _USUAL_PAIRS), 9)

    @property
    def single(self) -> float:
        """The share of the problems that have one member only."""
        return self._single / max(1, len(self._problems))

    def since(self, at: float, seconds: float) -> int:
        """How many reports came within so many seconds before a moment."""
        return bisect_right(self._times, at) - bisect_left(self._times, at - seconds)

    def nearest_problems(  # noqa: PLR0913 - one query in its three forms, and how much is wanted
        self,
        words: Query,
        grams: Query,
        meaning: MeaningQuery | None,
        *,
        not_in: frozenset[ProblemId],
        problems: int,
        members: int,
    ) -> dict[ProblemId, list[int]]:
        """The problems with the likest members, by an estimate, each with the slots of those."""
        rough = self._rough_likeness(words, grams)
        if meaning is not None:
            rough += self.meanings.rough_likeness(meaning, len(rough))
        rough = np.round(rough, _ROUGHLY)
        hit = np.flatnonzero(rough)
        rows = self._row_of_slot[hit]
        best = np.zeros(len(self._in_row))
        np.maximum.at(best, rows, rough[hit])
        best[[self._problems[problem].row for problem in not_in if problem in self._problems]] = 0
        found: dict[ProblemId, list[int]] = {}
        for row in self._highest(best, problems):
            slots = hit[rows == row]
            order = np.lexsort((self._report_of_slot[slots], -rough[slots]))
            found[self._in_row[row]] = slots[order[:members]].tolist()
        return found

    def _highest(self, best: Floats, many: int) -> list[int]:
        """Rows with the highest values above 0; of equal ones those of the older problem first."""
        rows = np.flatnonzero(best)
        if len(rows) > many:
            least = np.partition(best[rows], -many)[-many]
            rows = rows[best[rows] >= least]
        ordered = sorted(rows.tolist(), key=lambda row: (-best[row], self._in_row[row]))
        return ordered[:many]

    def _rough_likeness(self, words: Query, grams: Query) -> Floats:
        """Likeness in words plus likeness in characters, estimated for all slots, with lengths for norms."""
        slots = len(self._members) + len(self._free_slots)
        total = np.zeros(slots)
        for index, query, lengths in ((self.words, words, self._lengths[0]), (self.grams, grams, self._lengths[1])):
            if query.norm > 0 and len(query.ids):
                per_term = query.norm / query.terms
                total += index.rough_likeness(query, slots) / np.sqrt(query.norm * per_term * lengths[:slots])
        return total

    def _join(self, slot: int) -> None:
        member = self._members[slot]
        known = self._problems.get(member.problem)
        if known is None:
            known = KnownProblem(problem=member.problem, row=self._free_row(member.problem))
            self._problems[member.problem] = known
        self._count(known, -1)
        known.add(slot, member)
        self._count(known, 1)
        insort(self._times, member.at)
        self._row_of_slot[slot] = known.row

    def _leave(self, slot: int) -> None:
        member = self._members[slot]
        known = self._problems[member.problem]
        self._count(known, -1)
        known.take(slot, member)
        self._count(known, 1)
        del self._times[bisect_left(self._times, member.at)]
        if not known.slots:
            del self._problems[member.problem]
            self._free_rows.append(known.row)

    def _count(self, known: KnownProblem, step: int) -> None:
        """Take the problem into what is usual on the desk, or out of it."""
        self._single += step * (len(known) == 1)
        if known.telling.count > 1:
            self._alike += step * known.telling.pairs_alike
            self._pairs += step * (known.telling.count - 1)

    def _free_row(self, problem: ProblemId) -> int:
        if not self._free_rows:
            self._in_row.append(problem)
            return len(self._in_row) - 1
        row = self._free_rows.pop()
        self._in_row[row] = problem
        return row

    def _make_room(self, slot: int) -> None:
        if slot >= len(self._row_of_slot):
            self._row_of_slot = np.concatenate([self._row_of_slot, np.zeros_like(self._row_of_slot)])
            self._report_of_slot = np.concatenate([self._report_of_slot, np.zeros_like(self._report_of_slot)])
            self._lengths = np.concatenate([self._lengths, np.ones_like(self._lengths)], axis=1)
