"""A report as stored, and the question an agent may be asked about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dedupe.values import ProblemId, Reason, ReportId, Verdict
from escalation.values import PersonId, Severity


class Mood(StrEnum):
    """How the customer is."""

    CALM = "calm"
    ANNOYED = "annoyed"
    ANGRY = "angry"
    LEAVING = "about to leave"


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a model read in a text, as `dedupe.values.ReportText` has it, and the model's digest: only what one model
    read can be compared.
    """

    vector: bytes
    model: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewReport:
    """A report to be stored. The text is masked already. `customer` is a one-way key of the customer reference, never
    the reference itself. `origin` says which door it came through (`web`, `cli`, `import`, …); `source_key` is unique
    within desk and origin where the source has names of its own for its lines, so that an import can be resumed.
    `day` is the day it occurred in the desk's time zone, as `2026-03-02`. `meaning` is what a model read in the text.
    `link` is the address of the message that it was taken over from, if it was.
    """

    desk: str
    problem: ProblemId
    reporter: PersonId
    text: str
    origin: str
    occurred_at: datetime
    reported_at: datetime
    day: str
    service: str | None = None
    customer: str | None = None
    severity: Severity = Severity.NORMAL
    mood: Mood | None = None
    is_test: bool = False
    verdict: Verdict = Verdict.NEW
    probability: float = 0.0
    reasons: tuple[Reason, ...] = ()
    source_key: str | None = None
    meaning: Meaning | None = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A report as stored. `told_at` is when its reporter was told the outcome: then its loop is closed.

    A withdrawn report stays in its problem but is not counted. `reasons` are those of the verdict when it came in.
    """

    id: ReportId
    desk: str
    problem: ProblemId
    reporter: PersonId
    text: str
    origin: str
    occurred_at: datetime
    reported_at: datetime
    service: str | None
    severity: Severity
    mood: Mood | None
    is_test: bool
    verdict: Verdict
    probability: float
    reasons: tuple[Reason, ...]
    withdrawn_at: datetime | None = None
    told_at: datetime | None = None
    still_broken_at: datetime | None = None
    link: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it is counted in its problem's recurrence."""
        return self.withdrawn_at is None and not self.is_test


def stored(new: NewReport, report: ReportId) -> Report:
    """A new report as it is read back once it is stored under that id."""
    return Report(
        id=report,
        desk=new.desk,
        problem=new.problem,
        reporter=new.reporter,
        text=new.text,
        origin=new.origin,
        occurred_at=new.occurred_at,
        reported_at=new.reported_at,
        service=new.service,
        severity=new.severity,
        mood=new.mood,
        is_test=new.is_test,
        verdict=new.verdict,
        probability=new.probability,
        reasons=new.reasons,
        link=new.link,
    )


class Answer(StrEnum):
    """How a question ended."""

    SAME = "same"
    NONE = "none of these"
    EXPIRED = "expired"
    """Nobody answered: the report stays its own problem, and the question waits in the triage list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Likely:
    """A problem an agent is asked about: its probability, and the member most like the report."""

    problem: ProblemId
    probability: float
    nearest: ReportId


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An agent is asked which problem a report belongs to. `answer` is None while it is open.

    An expired question can still be answered, by its agent or by a triager.
    """

    report: ReportId
    desk: str
    asked: PersonId
    likely: tuple[Likely, ...]
    asked_at: datetime
    expires_at: datetime
    answer: Answer | None = None
    answered_by: PersonId | None = None
    answered_at: datetime | None = None

    @property
    def can_be_answered(self) -> bool:
        """Whether no person has answered it."""
        return self.answer in {None, Answer.EXPIRED}
