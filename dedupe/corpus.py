"""The reports the engine knows, found by likeness, and the problems they are in."""

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from dedupe.gram_index import GramIndex
from dedupe.grouping import Grouping
from dedupe.index import Query, TermIndex
from dedupe.known_problems import KnownProblem
from dedupe.meaning_index import MeaningIndex, MeaningQuery
from dedupe.members import Member, Members
from dedupe.nearest import NearestProblems, Wanted
from dedupe.normalise import Wording
from dedupe.reach import Reach
from dedupe.slot_sums import Ints
from dedupe.values import ProblemId, ReportId, ReportText


class Corpus:
    """Reports by slot, each in one problem. Slots are used again."""

    def __init__(self, read: Callable[[str], Wording], reach: Reach) -> None:
        """`read` makes a text comparable."""
        self._members = Members(read, reach)
        self._grouping = Grouping(self._members)
        self._nearest = NearestProblems(self._members, self._grouping, reach.postings)
        self._times = array("d")

    def __len__(self) -> int:
        return len(self._members)

    @property
    def words(self) -> TermIndex:
        return self._members.words

    @property
    def grams(self) -> GramIndex:
        return self._members.grams

    @property
    def meanings(self) -> MeaningIndex:
        return self._members.meanings

    def member(self, slot: int) -> Member:
        return self._members[slot]

    def report(self, slot: int) -> ReportId:
        return self._members.report(slot)

    def problem_at(self, slot: int) -> ProblemId:
        """The problem that the report at a slot is in."""
        return self._grouping.problem_at(slot)

    def problem_of(self, report: ReportId) -> ProblemId | None:
        """The problem that a report is in; None if it is not there."""
        slot = self._members.slot(report)
        return None if slot is None else self._grouping.problem_at(slot)

    def knows(self, problem: ProblemId) -> bool:
        """Whether the problem has a member."""
        return self._grouping.row(problem) is not None

    def known(self, problems: Sequence[ProblemId]) -> list[KnownProblem]:
        """What is known of problems that have members."""
        return self._grouping.known(problems)

    def reports_at(self, slots: Ints) -> npt.NDArray[np.int64]:
        """The reports at these slots."""
        return self._members.reports_at(slots)

    def are_vague(self, slots: Ints) -> npt.NDArray[np.bool_]:
        """Whether each of the reports at these slots says too little."""
        return self._members.are_vague(slots)

    def members_of(self, problem: ProblemId) -> list[Member]:
        """The problem's members; none if it has none."""
        return [self._members[slot] for slot in self._grouping.slots_of(problem)]

    def find(self, report: ReportId) -> Member | None:
        slot = self._members.slot(report)
        return None if slot is None else self._members[slot]

    def slot(self, report: ReportId) -> int | None:
        return self._members.slot(report)

    def add(self, reports: Mapping[ReportId, ReportText], problems: Sequence[ProblemId]) -> None:
        """Add reports that are not there, each to its problem."""
        slots = self._members.add(reports)
        self._grouping.join(slots, problems)
        if len(slots) == 1:
            insort(self._times, self._members.at(int(slots[0])))
        else:
            times = np.sort(np.concatenate([self._times, self._members.times(slots)]))
            self._times = array("d", times.tobytes())

    def make_ready(self) -> None:
        """Sum up what the first questions would otherwise wait for."""
        self._grouping.make_ready()

    def move(self, report: ReportId, problem: ProblemId) -> None:
        """Put a report that is there into another problem."""
        slot = self._members.slot_of(report)
        self._grouping.leave(slot)
        self._grouping.join(np.array([slot], dtype=np.int32), [problem])

    def drop(self, report: ReportId) -> None:
        """Take out a report that is there, and with its last member its problem."""
        slot = self._members.slot_of(report)
        del self._times[bisect_left(self._times, self._members.at(slot))]
        self._grouping.leave(slot)
        self._members.drop(report)

    @property
    def problems(self) -> int:
        """How many problems there are."""
        return len(self._grouping)

    @property
    def cohesion(self) -> float:
        """How alike in meaning two reports of one problem are on this desk, leaning on what is usual at first."""
        return self._grouping.cohesion

    @property
    def single(self) -> float:
        """The share of the problems that have one member only."""
        return self._grouping.single

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
        wanted = Wanted(words=words, grams=grams, meaning=meaning, not_in=not_in, problems=problems, members=members)
        return self._nearest.find(wanted)
