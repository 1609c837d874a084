"""Problems, reports and what people did, in plain dictionaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.intake import REPEAT_WINDOW
from bot.people import Person
from dedupe.values import Candidate, ProblemId, ReportId
from escalation.values import PersonId, Problem, ProblemStatus

Pair = tuple[ReportId, ReportId]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A report as it was made."""

    by: PersonId
    text: str
    at: datetime


@dataclass(kw_only=True)
class Done:
    """What an act did, so that the model can take it back. Moves are from where and to where; `before` and `after` are
    the problem whose fields were written, to have that status."""

    withdraws: ReportId | None = None
    moves: dict[ReportId, tuple[ProblemId, ProblemId]] = field(default_factory=dict)
    merged: ProblemId | None = None
    rules: list[tuple[Pair, bool | None]] = field(default_factory=list)
    question: ReportId | None = None
    before: Problem | None = None
    after: Problem | None = None
    status: ProblemStatus | None = None


class Known:
    """Problems and reports are numbered from 1, each in the order they were made. `problems` are as they are stored:
    of their fields the model only says what may be written, and what comes back."""

    def __init__(self) -> None:
        self.reports: dict[ReportId, Made] = {}
        self.home: dict[ReportId, ProblemId] = {}
        self.withdrawn: set[ReportId] = set()
        self.born: dict[ProblemId, datetime] = {}
        self.merged: dict[ProblemId, ProblemId] = {}
        self.rules: dict[Pair, bool] = {}
        self.asked: dict[ReportId, Sequence[Candidate]] = {}
        self.unanswered: set[ReportId] = set()
        self.expired: set[ReportId] = set()
        self.acts: dict[PersonId, list[Done]] = {}
        self.problems: Mapping[ProblemId, Problem] = {}

    def live(self, problem: ProblemId) -> ProblemId:
        while problem in self.merged:
            problem = self.merged[problem]
        return problem

    def all_live(self) -> list[ProblemId]:
        return [problem for problem in self.born if problem not in self.merged]

    def members(self, problem: ProblemId) -> list[ReportId]:
        """Withdrawn ones too, oldest first."""
        mine = [report for report, home in self.home.items() if home == problem]
        return sorted(mine, key=lambda report: (self.reports[report].at, report))

    def counted(self, problem: ProblemId) -> list[ReportId]:
        return [report for report in self.members(problem) if report not in self.withdrawn]

    def grouping(self) -> dict[ProblemId, list[ReportId]]:
        """The problems that have reports that count, each with those."""
        return {problem: counted for problem in self.all_live() if (counted := self.counted(problem))}

    def counts(self) -> dict[ProblemId, tuple[int, int, datetime, datetime]]:
        """Reports, agents, first and last of each problem that has reports that count."""
        found = {}
        for problem, counted in self.grouping().items():
            moments = [self.reports[report].at for report in counted]
            agents = {self.reports[report].by for report in counted}
            found[problem] = len(counted), len(agents), min(moments), max(moments)
        return found

    def latest_of(self, person: Person, text: str | None = None) -> ReportId | None:
        """The person's newest report that is not withdrawn, of these words if some are given."""
        mine = [
            (made.at, report)
            for report, made in self.reports.items()
            if made.by == person.id and report not in self.withdrawn and text in {None, made.text}
        ]
        return max(mine)[1] if mine else None

    def is_repeat(self, person: Person, text: str, now: datetime) -> bool:
        known = self.latest_of(person, text)
        return known is not None and self.reports[known].at >= now - REPEAT_WINDOW
