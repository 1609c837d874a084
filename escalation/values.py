"""Problems, tickets and what happens to them, in our words. Times are aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from dedupe.values import ProblemId, ReportId
from escalation.page import Page

PersonId = NewType("PersonId", str)
"""`platform:rest`, such as `web:ana`. Unique over all platforms."""

TicketKey = NewType("TicketKey", str)


class Severity(IntEnum):
    """How bad it is for the customer, as the agent says it."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    CRITICAL = 4


class Priority(IntEnum):
    """How urgent a ticket is; raised by policy, never lowered by us."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    HIGHEST = 4


class ProblemStatus(StrEnum):
    """Where a problem stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in progress"
    FIXED = "fixed"
    CLOSED = "closed"
    DECLINED = "declined"
    SNOOZED = "snoozed"

    @property
    def is_ended(self) -> bool:
        """Whether nobody works on it any more: fixed, closed or declined."""
        return self in {ProblemStatus.FIXED, ProblemStatus.CLOSED, ProblemStatus.DECLINED}


class DeclineReason(StrEnum):
    """Why a problem is not going to be fixed."""

    WONT_FIX = "won't fix"
    NOT_A_FAULT = "not a fault"
    DUPLICATE = "duplicate"
    CANNOT_REPRODUCE = "cannot reproduce"


@dataclass(frozen=True, kw_only=True, slots=True)
class Snooze:
    """Until when a problem sleeps: the first of the conditions that are set to come true wakes it."""

    since: datetime
    by: PersonId
    until: datetime | None = None
    more_reports: int | None = None
    more_agents: int | None = None
    until_spike: bool = False
    reports_then: int = 0
    agents_then: int = 0
    status_then: ProblemStatus = ProblemStatus.OPEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One failure. `number` counts within the desk (`#12`). `title` is a member's words, shortened.

    `fixed_at` is when it was last fixed; it stays after a regression, so that the regression is known as one.
    `regressed_at` is when reports after a fix were taken for its return, and None once it is fixed again.
    `merged_into` names the problem that has its reports now.
    """

    id: ProblemId
    desk: str
    number: int
    title: str
    service: str | None
    status: ProblemStatus
    status_since: datetime
    created_at: datetime
    decline_reason: DeclineReason | None = None
    fixed_at: datetime | None = None
    regressed_at: datetime | None = None
    snooze: Snooze | None = None
    workaround: str | None = None
    customer_text: str | None = None
    owner: PersonId | None = None
    merged_into: ProblemId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Counts over the reports of one problem that count (not withdrawn, not tests), as of `now`.

    `recent` and `baseline` count reports that occurred within the spike window before `now`, and within the
    baseline window before that. `recent_agents` counts distinct agents within the policy's agents window.
    `after_fix` counts reports of failures that occurred later than the fix plus its grace, `after_fix_agents`
    their distinct agents. `still_broken` counts "still broken" answers since the last fix. `since_status` counts
    reports of failures that occurred later than the problem's `status_since`. Times are None when there are no reports
    that count. `tests` counts test reports.
    """

    now: datetime
    reports: int
    agents: int
    customers: int
    days: int
    first_seen: datetime | None
    last_seen: datetime | None
    recent: int
    baseline: int
    recent_agents: int
    after_fix: int
    after_fix_agents: int
    still_broken: int
    worst: Severity | None
    tests: int = 0
    since_status: int = 0


class TicketStatus(StrEnum):
    """The tracker's status, by category."""

    TO_DO = "to do"
    IN_PROGRESS = "in progress"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A tracker's item for a problem, as we last knew it.

    `status_name` and `resolution` are the tracker's words. `bumped_reports` is the number of reports that the last
    bump told. `linked_from` is the earlier ticket when a failure came back and a new one was opened.
    `asked_priority` is the highest that we asked for: only a higher one is asked again, so that what the tracker's
    people lower stays lowered. `told` are the codes and services that it was told of. `noted_at` is until when, by the
    tracker's clock, people's notes in it were read.
    """

    problem: ProblemId
    tracker: str
    key: TicketKey
    url: str
    status: TicketStatus
    status_name: str
    resolution: str | None
    priority: Priority
    opened_at: datetime
    changed_at: datetime
    bumped_at: datetime | None = None
    bumped_reports: int = 0
    linked_from: TicketKey | None = None
    asked_priority: Priority = Priority.LOW
    told: frozenset[str] = frozenset()
    noted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketDraft:
    """A ticket to be opened by one complete call. `label` is unique to this opening: it is looked for after an
    uncertain outcome. `body` is plain text, paragraphs parted by blank lines, quotes beginning with `> `; `page` says
    the same for trackers that lay it out. `reports` is how many there are.
    """

    desk: str
    label: str
    title: str
    body: str
    service: str | None
    priority: Priority
    linked_from: TicketKey | None = None
    page: Page = ()
    reports: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketBump:
    """What a bump makes of a ticket: the text of its one rolling comment, and the least priority it should have.

    `page` and `reports` are as in a draft that would be opened now, for trackers that keep those up to date instead.
    """

    text: str
    priority: Priority
    page: Page = ()
    reports: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketMove:
    """Where a ticket should stand, and what to say there of why. `mark` is unique to the comment.

    `declined` goes with `DONE` only; without it the ticket is done because it is fixed.
    """

    status: TicketStatus
    text: str
    mark: str
    declined: DeclineReason | None = None


class TicketNoteKind(StrEnum):
    """What people note of a problem: what works meanwhile, what to tell the customer, what is behind it, or anything
    else that they say for everybody to read.
    """

    WORKAROUND = "workaround"
    CUSTOMER = "customer"
    CAUSE = "cause"
    COMMENT = "comment"


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketNote:
    """What a person wrote in a ticket. `at` is by the tracker's clock."""

    at: datetime
    kind: TicketNoteKind
    text: str
    by_name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketState:
    """A ticket as the tracker shows it now. `changed_by` is the person who changed it last, if known as one of ours.

    `status_since` is when it came to its status, where the tracker says so. `duplicate_of` is the ticket that people
    declared it a duplicate of. `moved_from` is the key it was asked by, where it has another one since.
    """

    key: TicketKey
    url: str
    status: TicketStatus
    status_name: str
    resolution: str | None
    priority: Priority
    changed_at: datetime
    changed_by: PersonId | None = None
    status_since: datetime | None = None
    duplicate_of: TicketKey | None = None
    moved_from: TicketKey | None = None


class OutboxState(StrEnum):
    """Where a piece of outbound work stands."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxDraft:
    """Work to be done after the commit. Items of one `queue` are done in order; a parked one holds those behind it.

    With `coalesce` set, an item of the same queue and kind and of the same `coalesce` that still waits, not leased,
    is replaced by this one (keeping its place), so that ten changes within a second are told once.
    """

    queue: str
    kind: str
    payload: Mapping[str, str | int | None]
    available_at: datetime
    problem: ProblemId | None = None
    coalesce: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxItem:
    """A row of the outbox. `attempts` counts leases, this one included: over 1, an earlier outcome is uncertain."""

    id: int
    queue: str
    kind: str
    payload: Mapping[str, str | int | None]
    state: OutboxState
    attempts: int
    created_at: datetime
    available_at: datetime
    problem: ProblemId | None = None
    leased_by: str | None = None
    leased_until: datetime | None = None
    last_error: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """One person who reported a problem: their reports in it, oldest first, and whether their loop is closed."""

    person: PersonId
    reports: tuple[ReportId, ...]
    closed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One act. `undo` is what would take it back (`{}`: it cannot be), `undone` whether it was."""

    id: int = 0
    at: datetime
    desk: str
    actor: PersonId
    act: str
    problem: ProblemId | None = None
    report: ReportId | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    undo: Mapping[str, object] = field(default_factory=dict)
    undone: bool = False
