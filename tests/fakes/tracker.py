"""A tracker in memory that keeps the port's promises, and fails where a test says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from escalation.errors import EscalationError, TicketGoneError
from escalation.ports import TicketTracker
from escalation.values import (
    PersonId,
    Priority,
    TicketBump,
    TicketDraft,
    TicketKey,
    TicketMove,
    TicketNote,
    TicketNoteKind,
    TicketState,
    TicketStatus,
)

T = TypeVar("T")


@dataclass
class FakeTicket:
    """A ticket as a person would look at it in the tracker."""

    draft: TicketDraft
    state: TicketState
    bump: str | None = None
    comments: dict[str, str] = field(default_factory=dict)
    duplicate_of: TicketKey | None = None
    related: set[TicketKey] = field(default_factory=set)
    notes: list[TicketNote] = field(default_factory=list)


class FakeTicketTracker(TicketTracker):
    """`calls` counts the calls of each method. With `fail_before` the next call changes nothing and raises; with
    `fail_after` it does what it should and then raises, as when the answer is lost on its way."""

    name = "fake"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.tickets: dict[TicketKey, FakeTicket] = {}
        self.calls: list[str] = []
        self.fail_before: list[EscalationError] = []
        self.fail_after: list[EscalationError] = []
        self._clock = clock

    def put_to(
        self, key: TicketKey, status: TicketStatus, resolution: str | None = None, by: PersonId | None = None
    ) -> TicketState:
        """A person moves the ticket."""
        changed = {"status": status, "status_name": status.value.capitalize(), "resolution": resolution}
        return self._put(key, changed_by=by, **changed)

    def say(self, key: TicketKey, text: str, by_name: str = "Jo") -> TicketState:
        """A person says something in the ticket."""
        state = self._put(key)
        note = TicketNote(at=state.changed_at, kind=TicketNoteKind.COMMENT, text=text, by_name=by_name)
        self.tickets[key].notes.append(note)
        return state

    def delete(self, key: TicketKey) -> None:
        del self.tickets[key]

    async def open(self, draft: TicketDraft) -> TicketState:
        self._begin("open")
        key = TicketKey(f"FAKE-{len(self.calls)}")
        state = TicketState(
            key=key,
            url=f"http://fake/{key}",
            status=TicketStatus.TO_DO,
            status_name="To do",
            resolution=None,
            priority=draft.priority,
            changed_at=self._clock(),
        )
        self.tickets[key] = FakeTicket(draft=draft, state=state)
        return self._end(state)

    async def find(self, label: str) -> TicketState | None:
        self._begin("find")
        return next((ticket.state for ticket in self.tickets.values() if ticket.draft.label == label), None)

    async def bump(self, key: TicketKey, bump: TicketBump) -> TicketState:
        self._begin("bump")
        self._get(key).bump = bump.text
        return self._end(self._put(key, priority=max(self._get(key).state.priority, bump.priority)))

    async def reopen(self, key: TicketKey, reason: str) -> TicketState:
        self._begin("reopen")
        ticket = self._get(key)
        if ticket.state.status is TicketStatus.DONE:
            ticket.comments[f"reopened {len(ticket.comments)}"] = reason
            self.put_to(key, TicketStatus.TO_DO)
        return self._end(ticket.state)

    async def move(self, key: TicketKey, move: TicketMove) -> TicketState:
        self._begin("move")
        ticket = self._get(key)
        ticket.comments.setdefault(move.mark, move.text)
        ending = move.declined.value.capitalize() if move.declined else "Fixed"
        resolution = ending if move.status is TicketStatus.DONE else None
        if (ticket.state.status, ticket.state.resolution) != (move.status, resolution):
            self.put_to(key, move.status, resolution)
        return self._end(ticket.state)

    async def comment(self, key: TicketKey, mark: str, text: str) -> None:
        self._begin("comment")
        self._get(key).comments.setdefault(mark, text)
        self._end(None)

    async def close_as_duplicate(self, key: TicketKey, of: TicketKey) -> TicketState:
        self._begin("close_as_duplicate")
        self._get(of)
        self._get(key).duplicate_of = of
        return self._end(self.put_to(key, TicketStatus.DONE, "Duplicate"))

    async def relate(self, key: TicketKey, to: TicketKey) -> None:
        self._begin("relate")
        self._get(to)
        self._get(key).related.add(to)
        self._end(None)

    async def notes(self, key: TicketKey, *, since: datetime) -> list[TicketNote]:
        self._begin("notes")
        return [note for note in self._get(key).notes if note.at > since]

    async def states(self, keys: Sequence[TicketKey]) -> list[TicketState]:
        self._begin("states")
        return [self.tickets[key].state for key in keys if key in self.tickets]

    def _begin(self, method: str) -> None:
        self.calls.append(method)
        if self.fail_before:
            raise self.fail_before.pop(0)

    def _end(self, result: T) -> T:
        if self.fail_after:
            raise self.fail_after.pop(0)
        return result

    def _get(self, key: TicketKey) -> FakeTicket:
        if key not in self.tickets:
            raise TicketGoneError(f"There is no ticket {key}.")
        return self.tickets[key]

    def _put(self, key: TicketKey, **fields: object) -> TicketState:
        ticket = self._get(key)
        ticket.state = replace(ticket.state, changed_at=self._clock(), **fields)  # type: ignore[arg-type] # tests name the fields
        return ticket.state


def draft_for(label: str = "techissue-7-1", priority: Priority = Priority.MEDIUM, **fields: str | None) -> TicketDraft:
    """A ticket about to be opened."""
    given: dict[str, str | None] = {
        "title": "Card reader shows error 42",
        "body": "3 reports.\n\n> it says 42",
        "service": "Payments",
    }
    return TicketDraft(desk="default", label=label, priority=priority, **(given | fields))  # type: ignore[arg-type] # likewise
