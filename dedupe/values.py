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
    """What the engine compares of a report: its masked text, the service named (if any), when it was made."""

    text: str
    service: str | None
    reported_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Probabilities in (0, 1): join by itself from `same` on, show to the agent from `ask` on."""

    same: float
    ask: float
    most_asked: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One piece of evidence: what it is in a person's words, and its weight in log-odds (positive speaks for)."""

    words: str
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A problem the report may belong to; `nearest` is its member that is most like the report."""

    problem: ProblemId
    probability: float
    nearest: ReportId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The verdict on one report. `candidates` come best first and never hold the report's own problem.

    `SAME`: the first candidate is the problem to join. `ASK`: the candidates are the ones to show.
    `NEW`: the candidates are what came nearest, for a person who doubts.
    `reasons` say in words why the verdict is what it is, strongest first.
    """

    verdict: Verdict
    probability: float
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]
