"""The board: tickets with a timeline, opened by the bot and moved by people on its pages."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.board import values
from adapters.board.rows import is_key, number_of, read_ticket, ticket_of
from adapters.board.tables import board_entries, board_tickets
from adapters.board.values import BoardTicket, EntryKind, check_move, say_standing
from escalation.errors import TicketGoneError
from escalation.values import PersonId, Priority, TicketDraft, TicketKey

Listener = Callable[[BoardTicket], Awaitable[None]]

_BUMP_MARK = "bump"


class Board:
    """Tickets on one engine. Every write is one short transaction that begins by taking the ticket's lock.

    Methods that take a key raise TicketGoneError if there is no such ticket.
    """

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        # Where a transaction takes SQLite's write lock as it begins, this option says that it need not.
        self._readers = engine.execution_options(read_only=True)
        self._clock = clock
        self._listeners: list[Listener] = []
        self._readers_of_comments: list[Listener] = []

    def on_move(self, listener: Listener) -> None:
        """Have somebody told of each status and priority that a person sets, after it is stored."""
        self._listeners.append(listener)

    def on_comment(self, listener: Listener) -> None:
        """Have somebody told of each comment of a person, after it is stored."""
        self._readers_of_comments.append(listener)

    async def listing(self) -> list[BoardTicket]:
        """All tickets without their timelines, the most urgent first, of those the oldest first."""
        ordered = select(board_tickets).order_by(board_tickets.c.priority.desc(), board_tickets.c.id)
        async with self._readers.connect() as connection:
            return [ticket_of(row) for row in await connection.execute(ordered)]

    async def get(self, key: TicketKey) -> BoardTicket:
        """The ticket with its timeline."""
        async with self._readers.connect() as connection:
            return await read_ticket(connection, number_of(key))

    async def find(self, label: str) -> BoardTicket | None:
        """The ticket that was opened with this label, without its timeline."""
        async with self._readers.connect() as connection:
            labelled = await connection.execute(select(board_tickets).where(board_tickets.c.label == label))
            row = labelled.first()
        return None if row is None else ticket_of(row)

    async def some(self, keys: Sequence[TicketKey]) -> list[BoardTicket]:
        """Those of the tickets that are there, without their timelines."""
        numbers = [number_of(key) for key in keys if is_key(key)]
        async with self._readers.connect() as connection:
            rows = await connection.execute(select(board_tickets).where(board_tickets.c.id.in_(numbers)))
            return [ticket_of(row) for row in rows]

    async def open(self, draft: TicketDraft) -> BoardTicket:
        """Open a ticket; the one that has this label already, if there is one."""
        try:
            return await self._insert(draft)
        except IntegrityError:
            known = await self.find(draft.label)
            if known is None:
                raise
            return known

    async def move(
        self, key: TicketKey, status_name: str, resolution: str | None, by: PersonId | None, by_name: str | None
    ) -> BoardTicket:
        """A person moves the ticket. To where it is already: nothing happens. Raises BadMoveError."""
        check_move(status_name, resolution)
        async with self._locked(key) as (connection, before):
            await self._move(connection, before, status_name, resolution, by=by, by_name=by_name)
        return await self._tell(before)

    async def comment(self, key: TicketKey, text: str, by: PersonId | None, by_name: str | None) -> BoardTicket:
        """A person says something in the ticket."""
        async with self._locked(key) as (connection, before):
            await self._note(connection, before, EntryKind.COMMENT, text, by=by, by_name=by_name)
            await self._change(connection, before)
        ticket = await self.get(key)
        for listener in self._readers_of_comments:
            await listener(ticket)
        return ticket

    async def set_priority(
        self, key: TicketKey, priority: Priority, by: PersonId | None, by_name: str | None
    ) -> BoardTicket:
        """A person sets the priority."""
        async with self._locked(key) as (connection, before):
            await self._set_priority(connection, before, priority, by=by, by_name=by_name)
        return await self._tell(before)

    async def bump(self, key: TicketKey, text: str, least: Priority) -> BoardTicket:
        """The bot writes its one rolling comment anew, and raises the priority if it is less."""
        async with self._locked(key) as (connection, before):
            await self._set_priority(connection, before, max(before.priority, least))
            rolling = (board_entries.c.ticket == number_of(key)) & (board_entries.c.mark == _BUMP_MARK)
            rewritten = await connection.execute(
                update(board_entries).where(rolling).values(text=text, at=self._clock()),
            )
            if not rewritten.rowcount:
                await self._note(connection, before, EntryKind.BUMP, text, mark=_BUMP_MARK)
        return await self.get(key)

    async def reopen(self, key: TicketKey, reason: str) -> BoardTicket:
        """The bot brings an ended ticket back, saying why. One that has not ended stays as it is."""
        async with self._locked(key) as (connection, before):
            if before.status == values.DONE:
                await self._move(connection, before, values.TO_DO, None)
                await self._note(connection, before, EntryKind.COMMENT, reason)
        return await self.get(key)

    async def bring(self, key: TicketKey, status: str, resolution: str | None, mark: str, text: str) -> BoardTicket:
        """The bot moves the ticket and says why. One that stands there already only gets the comment."""
        async with self._locked(key) as (connection, before):
            await self._move(connection, before, status, resolution)
        await self.comment_once(key, mark, text)
        return await self.get(key)

    async def comment_once(self, key: TicketKey, mark: str, text: str) -> None:
        """The bot says something, unless it is there with this mark."""
        marked = (board_entries.c.ticket == number_of(key)) & (board_entries.c.mark == f"comment:{mark}")
        async with self._locked(key) as (connection, before):
            if (await connection.execute(select(board_entries.c.id).where(marked))).first() is None:
                await self._note(connection, before, EntryKind.COMMENT, text, mark=f"comment:{mark}")

    async def close_as_duplicate(self, key: TicketKey, of: TicketKey) -> BoardTicket:
        """The bot ends a ticket as a duplicate. The other one says so, too."""
        greater = await self.get(of)
        async with self._locked(key) as (connection, before):
            if before.duplicate_of != greater.key or before.status != values.DONE:
                await self._move(connection, before, values.DONE, values.DUPLICATE, duplicate_of=greater.key)
        await self.comment_once(greater.key, f"duplicate:{before.key}", f"{before.key} is a duplicate of this ticket.")
        return await self.get(key)

    async def _insert(self, draft: TicketDraft) -> BoardTicket:
        now = self._clock()
        row = {
            "label": draft.label,
            "desk": draft.desk,
            "title": draft.title,
            "body": draft.body,
            "service": draft.service,
            "status": values.TO_DO,
            "priority": int(draft.priority),
            "linked_from": draft.linked_from,
            "opened_at": now,
            "changed_at": now,
            "version": 1,
        }
        async with self._engine.begin() as connection:
            opened = (await connection.execute(insert(board_tickets).values(row).returning(board_tickets))).one()
            ticket = ticket_of(opened)
            await self._note(connection, ticket, EntryKind.OPENED, "")
            return ticket

    @asynccontextmanager
    async def _locked(self, key: TicketKey) -> AsyncIterator[tuple[AsyncConnection, BoardTicket]]:
        """A transaction that nobody else's write to the ticket can come between.

        It begins with a write, which takes the row's lock on PostgreSQL and the database's on SQLite: a transaction
        that read first could be refused there when it came to write.
        """
        raised = (
            update(board_tickets)
            .where(board_tickets.c.id == number_of(key))
            .values(version=board_tickets.c.version + 1)
            .returning(board_tickets)
        )
        async with self._engine.begin() as connection:
            row = (await connection.execute(raised)).first()
            if row is None:
                raise TicketGoneError(f"The board has no ticket {key}.")
            yield connection, ticket_of(row)

    async def _move(  # noqa: PLR0913 - where to, and who did it
        self,
        connection: AsyncConnection,
        before: BoardTicket,
        status: str,
        resolution: str | None,
        *,
        duplicate_of: TicketKey | None = None,
        by: PersonId | None = None,
        by_name: str | None = None,
    ) -> None:
        resolution = check_move(status, resolution)
        if (before.status, before.resolution, before.duplicate_of) == (status, resolution, duplicate_of):
            return
        await self._change(
            connection, before, status=status, resolution=resolution, duplicate_of=duplicate_of, changed_by=by
        )
        was = say_standing(before.status, before.resolution, before.duplicate_of)
        text = f"{was} → {say_standing(status, resolution, duplicate_of)}"
        await self._note(connection, before, EntryKind.MOVED, text, by=by, by_name=by_name)

    async def _set_priority(
        self,
        connection: AsyncConnection,
        before: BoardTicket,
        priority: Priority,
        *,
        by: PersonId | None = None,
        by_name: str | None = None,
    ) -> None:
        if priority is before.priority:
            return
        await self._change(connection, before, priority=int(priority))
        text = f"{before.priority.name.capitalize()} → {priority.name.capitalize()}"
        await self._note(connection, before, EntryKind.PRIORITY, text, by=by, by_name=by_name)

    async def _note(  # noqa: PLR0913 - an entry of the timeline is all of this
        self,
        connection: AsyncConnection,
        ticket: BoardTicket,
        kind: EntryKind,
        text: str,
        *,
        by: PersonId | None = None,
        by_name: str | None = None,
        mark: str | None = None,
    ) -> None:
        entry = {"at": self._clock(), "kind": kind.value, "text": text, "by": by, "by_name": by_name, "mark": mark}
        await connection.execute(insert(board_entries).values(ticket=number_of(ticket.key), **entry))

    async def _change(self, connection: AsyncConnection, ticket: BoardTicket, **fields: Any) -> None:
        this_one = board_tickets.c.id == number_of(ticket.key)
        await connection.execute(update(board_tickets).where(this_one).values(changed_at=self._clock(), **fields))

    async def _tell(self, before: BoardTicket) -> BoardTicket:
        """Tell the listeners if the ticket does not stand as before. Gives it as it is."""
        after = await self.get(before.key)
        if (after.status, after.resolution, after.priority) != (before.status, before.resolution, before.priority):
            for listener in self._listeners:
                await listener(after)
        return after
