"""Who did what."""

from datetime import datetime

from sqlalchemy import insert, select, update

from adapters.db.models import audit
from adapters.db.transaction import Record, Transaction
from dedupe.values import ProblemId, ReportId
from escalation.values import AuditEntry, PersonId


class SqlAuditTrail:
    """See `escalation.ports.AuditTrail`. Marking an act that is not there raises NotStoredError."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, entry: AuditEntry) -> None:
        await self._transaction.write(
            insert(audit).values(
                at=entry.at,
                desk=entry.desk,
                actor=entry.actor,
                act=entry.act,
                problem=entry.problem,
                report=entry.report,
                detail=dict(entry.detail),
                undo=dict(entry.undo) or None,
                undone=entry.undone,
            )
        )

    async def latest_undoable(self, desk: str, actor: PersonId, *, since: datetime) -> AuditEntry | None:
        c = audit.c
        statement = (
            select(audit)
            .where(c.desk == desk, c.actor == actor, c.at >= since, c.undo.is_not(None), c.undone.is_(False))
            .order_by(c.at.desc(), c.id.desc())
            .limit(1)
        )
        row = await self._transaction.first(statement)
        return None if row is None else _entry_of(row)

    async def mark_undone(self, entry: int) -> None:
        await self._transaction.write_one(update(audit).where(audit.c.id == entry).values(undone=True))

    async def of_problem(self, problem: ProblemId, limit: int) -> list[AuditEntry]:
        newest = select(audit).where(audit.c.problem == problem).order_by(audit.c.id.desc()).limit(limit)
        return [_entry_of(row) for row in await self._transaction.all(newest)]


def _entry_of(row: Record) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        desk=row.desk,
        actor=PersonId(row.actor),
        act=row.act,
        problem=ProblemId(row.problem) if row.problem else None,
        report=ReportId(row.report) if row.report else None,
        detail=row.detail,
        undo=row.undo or {},
        undone=row.undone,
    )
