"""What a typed line can mean, one value for each act."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.people import WantedUpdates
from dedupe.values import ReportId
from escalation.values import DeclineReason, ProblemStatus, TicketKey


class NoteKind(StrEnum):
    """What a triager notes of a problem: what works meanwhile, or what to tell the customer."""

    WORKAROUND = "workaround"
    CUSTOMER = "customer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """The text is a report."""

    text: str


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Nothing was typed: the form is wanted."""


@dataclass(frozen=True, slots=True)
class Mine:
    """My reports."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Top:
    """The problems with most reports in the period before now."""

    period: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Show:
    """One problem."""

    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Find:
    """Problems whose reports are like the words."""

    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Same:
    """My last report is of this problem."""

    number: int


@dataclass(frozen=True, slots=True)
class Undo:
    """Take my last act back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Note this of the problem; an empty text takes the note away."""

    number: int
    kind: NoteKind
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Merge:
    """Put the reports of the problem `lesser` into `into`."""

    lesser: int
    into: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """Take these reports out into a problem of their own; with none named, list them to choose from."""

    number: int
    reports: tuple[ReportId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Snooze:
    """Let the problem sleep; `until` is well formed, for `bot.snooze_words.parse_snooze` to read."""

    number: int
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """Say where the problem stands. A reason comes with `declined` only."""

    number: int
    status: ProblemStatus
    reason: DeclineReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reports:
    """The problem's reports, each with the id that `split` takes."""

    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """What speaks for the report's problem and the nearest others, or for the problem `number`, and what against."""

    report: ReportId
    number: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """The problem's ticket is this one, which exists already."""

    number: int
    key: TicketKey


@dataclass(frozen=True, slots=True)
class Triage:
    """What waits for a triager."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Outbound work that is parked or waits."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be typed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """A command, but not in its form. `sentence` says the right one; `text` is what was typed."""

    text: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Typo:
    """Probably a mistyped command, to be asked back: `meant` is how it should be typed, `text` is what was typed."""

    text: str
    meant: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """Open a ticket for the problem now."""

    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """Say this in the problem's ticket."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Updates:
    """Which updates on my reports I want; None asks which I get."""

    wanted: WantedUpdates | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """The desk's week."""


_Asking = Mine | Top | Show | Find | Reports | Why | Triage | Outbox | Digest | Help
_Changing = Same | Undo | Note | Merge | Split | Snooze | Status | Link | Ticket | Comment | Updates
Named = _Asking | _Changing
"""What a command that is called by its name does."""

Command = Log | OpenForm | Named | Usage | Typo
"""What any line means."""
