"""What the engine takes and gives."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

ReportId = NewType("ReportId", int)
ProblemId = NewType("ProblemId", int)


class Verdict(StrEnum):
    """What the engine says of a report."""

    SAME = "same"
    ASK = "ask"
    NEW = "new"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportText:
    """What the engine compares of a report: its masked text, the service named (if any), when it was made.

    `meaning` is the text's embedding: 384 little-endian float16 of length 1 together (768 bytes). Without it the report
    is compared by words only.
    """

    text: str
    service: str | None
    reported_at: datetime
    meaning: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Probabilities in (0, 1): join by itself from `same` on, show to the agent from `ask` on."""

    same: float
    ask: float
    most_asked: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One piece of evidence: what it is in a person's words, and its weight in log-odds (positive speaks for). What has
    no weight is a rule that no evidence overrides, or a remark.
    """

    words: str
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A problem the report may belong to; `nearest` is its member that is most like the report. `bars` say why the
    report may not join it by itself, whatever the probability.
    """

    problem: ProblemId
    probability: float
    nearest: ReportId
    reasons: tuple[Reason, ...]
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The verdict on one report. `candidates` come best first and never hold the report's own problem.

    `SAME`: the first candidate is the problem to join. `ASK`: the candidates are the ones to show.
    `NEW`: the candidates are what came nearest, for a person who doubts.
    Of the candidates only the first has reasons; a `Review` explains all.
    `reasons` say why the verdict is what it is: what forbids to join, then the evidence, strongest first.
    """

    verdict: Verdict
    probability: float
    candidates: tuple[Candidate, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A second look at a report: what would be said of it now if it were not there yet, and all problems that come near
    it, the most probable first. `same_as` and `not_same_as` are the reports that people said it is, or is not, the same
    as.
    """

    judgement: Judgement
    near: tuple[Candidate, ...]
    same_as: tuple[ReportId, ...] = ()
    not_same_as: tuple[ReportId, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """Members of a problem that look like another failure than the rest, of which `stays` is one. `why` says what sets
    them apart: "another code".
    """

    reports: tuple[ReportId, ...]
    stays: ReportId
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """What may be wrong with how a problem is grouped. `like` is another problem, which its newest report, `newest`,
    would join if it came in now and its own problem were not there. `apart`: it looks like two problems.
    """

    newest: ReportId
    like: Candidate | None
    apart: Apart | None
