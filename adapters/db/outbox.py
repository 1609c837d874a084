"""Outbound work: written with the change that caused it, done later by whoever leases it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, update

from adapters.db.models import outbox
from adapters.db.transaction import Record, Transaction
from dedupe.values import ProblemId
from escalation.values import OutboxDraft, OutboxItem, OutboxState

_LET_GO = {"leased_by": None, "leased_until": None}


class SqlOutbox:
    """See `escalation.ports.Outbox`.

    An item that was done meanwhile, by a worker who took over an expired lease, is neither retried nor parked.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, draft: OutboxDraft, *, now: datetime) -> None:
        if draft.coalesce is not None and await self._replace_waiting(draft, now):
            return
        await self._transaction.write(
            insert(outbox).values(
                queue=draft.queue,
                kind=draft.kind,
                payload=dict(draft.payload),
                state=OutboxState.WAITING.value,
                attempts=0,
                created_at=now,
                available_at=draft.available_at,
                problem=draft.problem,
                merge_key=draft.coalesce,
            )
        )

    async def _replace_waiting(self, draft: OutboxDraft, now: datetime) -> bool:
        """Whether the newest item that the draft may replace took what the draft says."""
        c = outbox.c
        replaceable = and_(
            c.queue == draft.queue,
            c.kind == draft.kind,
            c.merge_key == draft.coalesce,
            c.done_at.is_(None),
            c.state == OutboxState.WAITING.value,
            _is_free(now),
        )
        newest = select(func.max(c.id)).where(replaceable).scalar_subquery()
        # Newer words do not shorten the wait that the other side asked for after a refusal.
        waits = and_(c.attempts > 0, c.available_at > draft.available_at)
        replaced = (
            update(outbox)
            .where(c.id == newest, replaceable)
            .values(
                payload=dict(draft.payload),
                available_at=case((waits, c.available_at), else_=draft.available_at),
                problem=draft.problem,
            )
        )
        return await self._transaction.write(replaced) == 1

    async def lease(self, *, worker: str, now: datetime, until: datetime, limit: int) -> list[OutboxItem]:
        c, queued = outbox.c, outbox.alias()
        # Asked as one look into the index per item. PostgreSQL turns "there is no earlier one" into a join, and
        # while it has no statistics of a young table into one that reads everything for every item.
        first_of_queue = (
            select(queued.c.id)
            .where(queued.c.queue == c.queue, queued.c.done_at.is_(None))
            .order_by(queued.c.id)
            .limit(1)
            .correlate(outbox)
            .scalar_subquery()
        )
        due = (
            select(c.id)
            .where(
                c.done_at.is_(None),
                c.state == OutboxState.WAITING.value,
                c.available_at <= now,
                _is_free(now),
                c.id == first_of_queue,
            )
            .order_by(c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
            .cte("due")
        )
        taken = (
            update(outbox)
            .where(c.id.in_(select(due.c.id)))
            .values(leased_by=worker, leased_until=until, attempts=c.attempts + 1)
            .returning(outbox)
        )
        return sorted((_item_of(row) for row in await self._transaction.all(taken)), key=lambda item: item.id)

    async def hold(self, item: OutboxItem) -> bool:
        c = outbox.c
        is_still_theirs = and_(_is_waiting(item.id), c.leased_by == item.leased_by, c.attempts == item.attempts)
        held = select(c.id).where(is_still_theirs).with_for_update()
        return await self._transaction.first(held) is not None

    async def pending(self, queue: str) -> frozenset[str]:
        kinds = select(outbox.c.kind).where(outbox.c.queue == queue, outbox.c.done_at.is_(None)).distinct()
        return frozenset(kind for (kind,) in await self._transaction.all(kinds))

    async def done(self, item: int, *, now: datetime) -> None:
        ended: dict[str, Any] = {"state": OutboxState.DONE.value, "done_at": now, **_LET_GO}
        await self._transaction.write_one(update(outbox).where(outbox.c.id == item).values(ended))

    async def retry(self, item: int, *, at: datetime, error: str) -> None:
        later: dict[str, Any] = {"available_at": at, "last_error": error, **_LET_GO}
        await self._transaction.write(update(outbox).where(_is_waiting(item)).values(later))

    async def park(self, item: int, *, error: str) -> None:
        parked: dict[str, Any] = {"state": OutboxState.PARKED.value, "last_error": error, **_LET_GO}
        await self._transaction.write(update(outbox).where(_is_waiting(item)).values(parked))

    async def unpark(self, item: int, *, now: datetime) -> bool:
        is_parked = and_(outbox.c.id == item, outbox.c.state == OutboxState.PARKED.value)
        due = {"state": OutboxState.WAITING.value, "available_at": now}
        return await self._transaction.write(update(outbox).where(is_parked).values(due)) == 1

    async def listing(self, *, parked_only: bool, limit: int) -> list[OutboxItem]:
        is_parked = outbox.c.state == OutboxState.PARKED.value
        statement = select(outbox).where(outbox.c.done_at.is_(None))
        if parked_only:
            statement = statement.where(is_parked)
        ordered = statement.order_by(case((is_parked, 0), else_=1), outbox.c.id).limit(limit)
        return [_item_of(row) for row in await self._transaction.all(ordered)]


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)


def _is_waiting(item: int) -> ColumnElement[bool]:
    return and_(outbox.c.id == item, outbox.c.state == OutboxState.WAITING.value)


def _item_of(row: Record) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        queue=row.queue,
        kind=row.kind,
        payload=row.payload,
        state=OutboxState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        available_at=row.available_at,
        problem=ProblemId(row.problem) if row.problem else None,
        leased_by=row.leased_by,
        leased_until=row.leased_until,
        last_error=row.last_error,
        done_at=row.done_at,
    )
