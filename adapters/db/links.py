"""Must-link and cannot-link decisions."""

from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adapters.db.changes import note_link
from adapters.db.models import links, reports
from adapters.db.transaction import Record, Transaction
from bot.ports import LinkRule
from dedupe.values import ProblemId, ReportId
from escalation.values import PersonId


class SqlLinkStore:
    """See `bot.ports.LinkStore`. Rules come back with the lower number first."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def put(self, desk: str, rule: LinkRule, *, by: PersonId, at: datetime) -> bool | None:
        await self._transaction.enter_desk(desk)
        a, b = sorted((rule.a, rule.b))
        decided = {"desk": desk, "same": rule.same, "by": by, "at": at}
        before: bool | None = await self._transaction.value(select(links.c.same).where(links.c.a == a, links.c.b == b))
        upsert = sqlite_insert if self._transaction.is_sqlite else postgres_insert
        new = upsert(links).values(a=a, b=b, **decided)
        await self._transaction.write(new.on_conflict_do_update(index_elements=["a", "b"], set_=decided))
        await note_link(self._transaction, desk, a, b, same=rule.same)
        return before

    async def remove(self, desk: str, a: ReportId, b: ReportId) -> None:
        await self._transaction.enter_desk(desk)
        a, b = sorted((a, b))
        pair = and_(links.c.a == a, links.c.b == b, links.c.desk == desk)
        if await self._transaction.write(delete(links).where(pair)):
            await note_link(self._transaction, desk, a, b, same=None)

    async def between(self, left: ProblemId, right: ProblemId) -> list[LinkRule]:
        first, second = reports.alias(), reports.alias()
        across = or_(
            and_(first.c.problem == left, second.c.problem == right),
            and_(first.c.problem == right, second.c.problem == left),
        )
        statement = (
            select(links)
            .join(first, first.c.id == links.c.a)
            .join(second, second.c.id == links.c.b)
            .where(across)
            .order_by(links.c.a, links.c.b)
        )
        return [_rule_of(row) for row in await self._transaction.all(statement)]

    async def all_of(self, desk: str) -> list[LinkRule]:
        statement = select(links).where(links.c.desk == desk).order_by(links.c.a, links.c.b)
        return [_rule_of(row) for row in await self._transaction.all(statement)]


def _rule_of(row: Record) -> LinkRule:
    return LinkRule(a=ReportId(row.a), b=ReportId(row.b), same=row.same)
