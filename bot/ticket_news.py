"""What happens to tickets in the tracker, carried to their problems: heard from the tracker, or found by looking."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

import structlog

from bot.desks import Desk
from bot.housekeeping import ITSELF
from bot.matching import DeskIndexes
from bot.ports import OpenUnitOfWork, UnitOfWork
from bot.regroup import Undo, merge, record, settle
from bot.ticket_notes import take_notes
from bot.turn import Act
from dedupe.values import ProblemId
from escalation import kinds
from escalation.follow import follow
from escalation.gone import mark_gone
from escalation.live import live_problem
from escalation.outbox import Effect, Handler, no_effect
from escalation.ports import TicketTracker
from escalation.reassess import reassess
from escalation.values import OutboxItem, Problem, Ticket, TicketKey, TicketNote, TicketState, TicketStatus

_log = structlog.get_logger(__name__)


class TicketNews:
    """A message of the tracker's is only a hint to look: the ticket is then read as it is, so that messages may come
    late, twice, in any order or not at all.
    """

    def __init__(  # noqa: PLR0913 - what the news are carried by
        self,
        *,
        open_work: OpenUnitOfWork,
        tracker: TicketTracker,
        desk_named: Callable[[str], Desk],
        indexes: DeskIndexes,
        salt: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._open_work = open_work
        self._tracker = tracker
        self._desk_named = desk_named
        self._indexes = indexes
        self._salt = salt
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """By kind, for the worker."""
        return {kinds.TICKET_LOOK: self.look, kinds.PROBLEM_MERGE: self.merge}

    async def heard(self, delivery: str | None, keys: Sequence[TicketKey]) -> int:
        """Something happened to these tickets: queue a look at each that is ours. Gives how many that are.

        A delivery that was heard before queues nothing.
        """
        now = self._clock()
        seen = f"{self._tracker.name}:{delivery}" if delivery else None
        async with self._open_work() as work:
            if seen is not None and await work.deliveries.answered(seen) is not None:
                return 0
            ours = 0
            for key in dict.fromkeys(keys):
                ticket = await work.tickets.by_key(self._tracker.name, key)
                problem = None if ticket is None else await work.problems.get(ticket.problem)
                if problem is not None:
                    await work.outbox.add(kinds.ticket_look(problem, key, now=now), now=now)
                    ours += 1
            if seen is not None:
                await work.deliveries.remember(seen, str(ours), at=now)
        return ours

    async def look(self, item: OutboxItem) -> Effect:
        """Read the ticket, with what people noted in it since the last look, and carry that to its problem."""
        key = TicketKey(str(item.payload["key"]))
        async with self._open_work(read_only=True) as work:
            ticket = await work.tickets.by_key(self._tracker.name, key)
        if ticket is None:
            return no_effect
        states = await self._tracker.states([key])
        if not states:
            return self._gone(ticket)
        notes = await self._read_notes(ticket, states[0])

        async def effect(work: UnitOfWork) -> None:
            await self._take(work, ticket, states[0], notes)

        return _settling(effect)

    async def follow(self, state: TicketState) -> Problem | None:
        """As `look`, for a state that was just read."""
        async with self._open_work(read_only=True) as work:
            ticket = await work.tickets.by_key(self._tracker.name, state.moved_from or state.key)
            problem = None if ticket is None else await work.problems.get(ticket.problem)
        if ticket is None or problem is None:
            return None
        notes = await self._read_notes(ticket, state)
        async with self._open_work(problem.desk) as work:
            return await self._take(work, ticket, state, notes)

    async def merge(self, item: OutboxItem) -> Effect:
        """Put a problem into another: the tracker's people said that their tickets are of one failure."""

        async def effect(work: UnitOfWork) -> None:
            lesser = await live_problem(work.problems, ProblemId(item.problem or 0))
            into = await live_problem(work.problems, ProblemId(int(item.payload["into"] or 0)))
            if lesser.id == into.id:
                return
            act = self._act(work, lesser.desk)
            undo = Undo()
            await merge(act, lesser, into, undo)
            reason = f"#{lesser.number} into #{into.number}: {item.payload['because']}"
            await record(act, "merge", problem=into, undo=undo.as_mapping(), detail={"reason": reason})
            await settle(act, into.id)

        return _settling(effect)

    async def _take(
        self, work: UnitOfWork, seen: Ticket, state: TicketState, notes: Sequence[TicketNote]
    ) -> Problem | None:
        now, tracker = self._clock(), self._tracker.name
        known = await work.tickets.by_key(tracker, state.moved_from or state.key) or seen
        fresh = [note for note in notes if known.noted_at is None or note.at > known.noted_at]
        # Notes and the end may be read at once: what was to be said until the end is not said after it.
        ended = state.status_since if state.status is TicketStatus.DONE else None
        early = [note for note in fresh if ended is not None and note.at <= ended]
        late = [note for note in fresh if note not in early]
        await self._note(work, seen, state.key, early, now=now)
        moved = await follow(work, state, tracker=tracker, rules=self._desk_named, now=now)
        ticket = await work.tickets.by_key(tracker, state.key)
        if ticket is None:
            return moved
        await self._note(work, seen, state.key, late, now=now)
        until = max([state.changed_at, *(note.at for note in fresh)])
        if ticket.noted_at is None or until > ticket.noted_at:
            await work.tickets.save(replace(ticket, noted_at=until))
        return moved

    async def _note(
        self, work: UnitOfWork, seen: Ticket, key: TicketKey, notes: Sequence[TicketNote], *, now: datetime
    ) -> None:
        """Carry notes to the ticket's problem, and to where its triagers see it."""
        if not notes:
            return
        problem = await live_problem(work.problems, seen.problem)
        await take_notes(work, problem, key, notes, now=now)
        if self._desk_named(problem.desk).triage_channel is not None:
            await work.outbox.add(kinds.triage(problem.id, now=now), now=now)

    async def _read_notes(self, ticket: Ticket, state: TicketState) -> list[TicketNote]:
        """Nothing is read where nothing has changed since the last time."""
        since = ticket.noted_at or ticket.opened_at
        if state.changed_at <= since:
            return []
        return await self._tracker.notes(state.key, since=since)

    def _gone(self, ticket: Ticket) -> Effect:
        async def effect(work: UnitOfWork) -> None:
            now = self._clock()
            problem = await live_problem(work.problems, ticket.problem)
            await mark_gone(work, ticket.tracker, ticket.key, now=now)
            await reassess(work, problem.id, policy=self._desk_named(problem.desk).policy, now=now)

        return _settling(effect)

    def _act(self, work: UnitOfWork, desk: str) -> Act:
        return Act(
            work=work,
            person=ITSELF,
            desk=self._desk_named(desk),
            now=self._clock(),
            origin=self._tracker.name,
            indexes=self._indexes,
            salt=self._salt,
        )


def _settling(change: Callable[[UnitOfWork], Awaitable[None]]) -> Effect:
    """The change as what settles a piece of work: the worker's unit of work is the bot's."""
    return cast("Effect", change)
