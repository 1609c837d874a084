"""What a desk's grouping went through, as it is kept: enough to judge any report again as it was judged then."""

from dataclasses import dataclass
from datetime import datetime

from bot.reports import Answer
from dedupe.values import ProblemId, ReportId, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Placing:
    """A report was put into the problem, or with None taken out of the index. The first of a report is its intake."""

    report: ReportId
    problem: ProblemId | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Linking:
    """It was decided of two reports that they are the same failure, or not, or with None it was forgotten. The lower
    number comes first.
    """

    a: ReportId
    b: ReportId
    same: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenReport:
    """A report with what the engine was given of it and said of it at intake, and where it stands now: `problem` is
    None where it is withdrawn. `answer` is how its question ended, if one was asked.
    """

    report: ReportId
    problem: ProblemId | None
    text: str
    service: str | None
    reported_at: datetime
    meaning: bytes | None
    origin: str
    verdict: Verdict
    answer: Answer | None
