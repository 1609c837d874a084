"""Tickets as we last knew them."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, insert, or_, select, update

from adapters.db.models import tickets
from adapters.db.transaction import Record, Transaction
from dedupe.values import ProblemId
from escalation.values import Priority, Ticket, TicketKey, TicketStatus


class SqlTicketStore:
    """See `escalation.ports.TicketStore`. `save` of a ticket that is not there raises NotStoredError."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of_problem(self, problem: ProblemId) -> Ticket | None:
        c = tickets.c
        newest = select(tickets).where(c.problem == problem).order_by(c.opened_at.desc(), c.id.desc()).limit(1)
        row = await self._transaction.first(newest)
        return None if row is None else _ticket_of(row)

    async def by_key(self, tracker: str, key: TicketKey) -> Ticket | None:
        row = await self._transaction.first(select(tickets).where(tickets.c.tracker == tracker, tickets.c.key == key))
        return None if row is None else _ticket_of(row)

    async def add(self, ticket: Ticket) -> None:
        await self._transaction.write(insert(tickets).values(_row_of(ticket)))

    async def save(self, ticket: Ticket) -> None:
        this_one = and_(tickets.c.tracker == ticket.tracker, tickets.c.key == ticket.key)
        await self._transaction.write_one(update(tickets).where(this_one).values(_row_of(ticket)))

    async def rename(self, tracker: str, key: TicketKey, to: TicketKey) -> None:
        this_one = and_(tickets.c.tracker == tracker, tickets.c.key == key)
        await self._transaction.write_one(update(tickets).where(this_one).values(key=to))

    async def to_watch(self, tracker: str, *, ended_since: datetime) -> list[Ticket]:
        c, newer = tickets.c, tickets.alias()
        is_newer = or_(newer.c.opened_at > c.opened_at, and_(newer.c.opened_at == c.opened_at, newer.c.id > c.id))
        statement = (
            select(tickets)
            .where(
                c.tracker == tracker,
                or_(c.status != TicketStatus.DONE.value, c.changed_at > ended_since),
                ~exists().where(newer.c.problem == c.problem, is_newer),
            )
            .order_by(c.id)
        )
        return [_ticket_of(row) for row in await self._transaction.all(statement)]


def _row_of(ticket: Ticket) -> dict[str, Any]:
    return {
        "problem": ticket.problem,
        "tracker": ticket.tracker,
        "key": ticket.key,
        "url": ticket.url,
        "status": ticket.status.value,
        "status_name": ticket.status_name,
        "resolution": ticket.resolution,
        "priority": int(ticket.priority),
        "opened_at": ticket.opened_at,
        "changed_at": ticket.changed_at,
        "bumped_at": ticket.bumped_at,
        "bumped_reports": ticket.bumped_reports,
        "linked_from": ticket.linked_from,
        "asked_priority": int(ticket.asked_priority),
        "told": sorted(ticket.told),
        "noted_at": ticket.noted_at,
    }


def _ticket_of(row: Record) -> Ticket:
    return Ticket(
        problem=ProblemId(row.problem),
        tracker=row.tracker,
        key=TicketKey(row.key),
        url=row.url,
        status=TicketStatus(row.status),
        status_name=row.status_name,
        resolution=row.resolution,
        priority=Priority(row.priority),
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        bumped_at=row.bumped_at,
        bumped_reports=row.bumped_reports,
        linked_from=TicketKey(row.linked_from) if row.linked_from else None,
        asked_priority=Priority(row.asked_priority),
        told=frozenset(row.told or ()),
        noted_at=row.noted_at,
    )
