"""What escalation needs of the outside, in its own words."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from dedupe.values import ProblemId
from escalation.values import (
    AuditEntry,
    OutboxDraft,
    OutboxItem,
    PersonId,
    Problem,
    ProblemStatus,
    Reporter,
    Tally,
    Ticket,
    TicketBump,
    TicketDraft,
    TicketKey,
    TicketMove,
    TicketNote,
    TicketState,
)


class TicketTracker(Protocol):
    """Where tickets live.

    Every method raises TrackerUnavailableError (try again) or TicketRejectedError (never as it is); those that take
    a key raise TicketGoneError if it is not there. Every method but `open` does no harm when called again.
    """

    name: str

    async def open(self, draft: TicketDraft) -> TicketState:
        """Open a ticket by one complete call. Not idempotent: after an uncertain outcome ask `find` first."""
        ...

    async def find(self, label: str) -> TicketState | None:
        """The ticket that was opened with this label. None says that there is none, and that none is on its way:
        while the tracker cannot know that yet it raises TrackerUnavailableError, with when to ask again.
        """
        ...

    async def bump(self, key: TicketKey, bump: TicketBump) -> TicketState:
        """Rewrite the ticket's one rolling comment and raise its priority if it is lower."""
        ...

    async def reopen(self, key: TicketKey, reason: str) -> TicketState:
        """Bring an ended ticket back to work, with a comment that says why. A ticket that is open stays as it is.

        Raises NoWayThereError where the ticket's workflow has no way back.
        """
        ...

    async def move(self, key: TicketKey, move: TicketMove) -> TicketState:
        """Bring the ticket to the status, and add the comment. Where it stands already it stays, with the comment.

        Raises NoWayThereError where the ticket's workflow has no way there.
        """
        ...

    async def comment(self, key: TicketKey, mark: str, text: str) -> None:
        """Add a comment. `mark` is unique to it: a comment with this mark that is there already is not doubled."""
        ...

    async def close_as_duplicate(self, key: TicketKey, of: TicketKey) -> TicketState:
        """End a ticket as a duplicate of another, linking both."""
        ...

    async def relate(self, key: TicketKey, to: TicketKey) -> None:
        """Link both as having to do with each other. Linked already, nothing happens."""
        ...

    async def states(self, keys: Sequence[TicketKey]) -> list[TicketState]:
        """The tickets as they are now; those that are gone are left out."""
        ...

    async def notes(self, key: TicketKey, *, since: datetime) -> list[TicketNote]:
        """What people, not we, noted or said in the ticket after that moment of the tracker's clock, oldest first.

        A comment that not everybody may read is left out, unless it is marked as a note for the agents.
        """
        ...


class ProblemStore(Protocol):
    """Problems as stored. Everything happens in the unit of work's transaction."""

    async def get(self, problem: ProblemId) -> Problem | None: ...

    async def by_number(self, desk: str, number: int) -> Problem | None: ...

    async def save(self, problem: Problem) -> None:
        """Write the problem's fields as they are now. Bumps the desk's change sequence."""
        ...

    async def tally(  # noqa: PLR0913 - one question with all its windows, answered by one statement
        self,
        problem: ProblemId,
        *,
        now: datetime,
        spike_window: timedelta,
        baseline_window: timedelta,
        agents_window: timedelta,
        fix_grace: timedelta,
    ) -> Tally: ...

    async def reporters(self, problem: ProblemId) -> list[Reporter]:
        """Everyone with a report in the problem that is not withdrawn, by their first report."""
        ...

    async def quotes(self, problem: ProblemId, limit: int) -> list[str]:
        """Texts of the problem's reports that count: the first and the latest ones, distinct, oldest first."""
        ...

    async def services(self, problem: ProblemId) -> list[str]:
        """The services that the problem's reports that count name, most often named first."""
        ...

    async def links(self, problem: ProblemId, limit: int) -> Mapping[str, str]:
        """Where the latest of the problem's reports that count and were taken over from messages were said: their texts
        with the addresses, the latest first.
        """
        ...

    async def occurrences(self, problem: ProblemId, *, since: datetime) -> list[datetime]:
        """When the failures occurred since then that the problem's reports that count tell of, oldest first."""
        ...

    async def close_loop(self, problem: ProblemId, person: PersonId, *, at: datetime) -> None:
        """Mark this person's reports of the problem as told the outcome at `at`."""
        ...

    async def open_question(self, problem: ProblemId) -> bool:
        """Whether the problem consists of one report whose agent is still being asked where it belongs."""
        ...

    async def sleeping(self) -> list[Problem]:
        """All snoozed problems, of all desks."""
        ...

    async def with_status(self, desk: str, statuses: Sequence[ProblemStatus], limit: int) -> list[Problem]:
        """Problems of the desk with one of the statuses, those seen last first."""
        ...


class TicketStore(Protocol):
    """Tickets as we last knew them."""

    async def of_problem(self, problem: ProblemId) -> Ticket | None:
        """The problem's present ticket (the newest one)."""
        ...

    async def by_key(self, tracker: str, key: TicketKey) -> Ticket | None: ...

    async def add(self, ticket: Ticket) -> None: ...

    async def save(self, ticket: Ticket) -> None:
        """Write the fields of the ticket with this tracker and key."""
        ...

    async def rename(self, tracker: str, key: TicketKey, to: TicketKey) -> None:
        """The tracker calls the ticket by another key since."""
        ...

    async def to_watch(self, tracker: str, *, ended_since: datetime) -> list[Ticket]:
        """The present tickets that are not done, or were done later than `ended_since`."""
        ...


class Outbox(Protocol):
    """Outbound work: written in the transaction of the change that caused it, done later by whoever leases it."""

    async def add(self, draft: OutboxDraft, *, now: datetime) -> None: ...

    async def lease(self, *, worker: str, now: datetime, until: datetime, limit: int) -> list[OutboxItem]:
        """Take the first unfinished item of each queue that is due and not leased by another, oldest first.

        At most one item per queue; none of a queue whose first unfinished item is parked or not due.
        On PostgreSQL rows locked by another worker are skipped.
        """
        ...

    async def hold(self, item: OutboxItem) -> bool:
        """Lock the row until the transaction ends. False if it is not `item`'s lease any more that holds it.

        That is so when the item is finished or parked, or `leased_by` or `attempts` differ from those in `item`:
        a worker that was too slow must not settle what another has taken since.
        """
        ...

    async def pending(self, queue: str) -> frozenset[str]:
        """The kinds of the queue's unfinished items: waiting, leased or parked."""
        ...

    async def done(self, item: int, *, now: datetime) -> None: ...

    async def retry(self, item: int, *, at: datetime, error: str) -> None:
        """Let go of the lease; due again at `at`."""
        ...

    async def park(self, item: int, *, error: str) -> None: ...

    async def unpark(self, item: int, *, now: datetime) -> bool:
        """Make a parked item due now. False if it is not parked."""
        ...

    async def listing(self, *, parked_only: bool, limit: int) -> list[OutboxItem]:
        """Unfinished items, parked ones first, then oldest first."""
        ...


class AuditTrail(Protocol):
    """Who did what. Never changed but for `undone`."""

    async def add(self, entry: AuditEntry) -> None: ...

    async def latest_undoable(self, desk: str, actor: PersonId, *, since: datetime) -> AuditEntry | None:
        """The person's newest act since then that can be undone and was not."""
        ...

    async def mark_undone(self, entry: int) -> None: ...

    async def of_problem(self, problem: ProblemId, limit: int) -> list[AuditEntry]:
        """The problem's acts, newest first."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Committed when the block ends cleanly, rolled back when it does not."""

    problems: ProblemStore
    tickets: TicketStore
    outbox: Outbox
    audit: AuditTrail


class OpenUnitOfWork(Protocol):
    """Begins a transaction.

    With a desk named it is that desk's critical section: no other process changes the desk's grouping until it ends.
    With `read_only` nothing may be written, and nobody waits for it.
    """

    def __call__(
        self, desk: str | None = None, *, read_only: bool = False
    ) -> AbstractAsyncContextManager[UnitOfWork]: ...
