"""The figures of a desk's digest."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, distinct, func, select

from adapters.db.models import problems, reports
from adapters.db.problem_rows import problem_of
from adapters.db.tally import COUNTS
from adapters.db.transaction import Transaction
from bot.digest_ports import WeekFigures
from escalation.values import Problem, ProblemStatus

_ENDED = [status.value for status in ProblemStatus if status.is_ended]
_UNDER_WAY = [each.value for each in (ProblemStatus.OPEN, ProblemStatus.ACKNOWLEDGED, ProblemStatus.IN_PROGRESS)]


class SqlDigestStore:
    """See `bot.digest_ports.DigestStore`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def figures(self, desk: str, *, since: datetime, until: datetime) -> WeekFigures:
        c, p = reports.c, problems.c
        seen = await self._count(
            [func.count(c.id), func.count(distinct(c.reporter)), func.count(distinct(c.problem))],
            and_(c.desk == desk, c.occurred_at >= since, c.occurred_at <= until, COUNTS),
        )
        earlier = since - (until - since)
        before = await self._count(
            [func.count(c.id)], and_(c.desk == desk, c.occurred_at >= earlier, c.occurred_at < since, COUNTS)
        )
        ended = and_(p.desk == desk, p.status.in_(_ENDED), p.status_since >= since, p.status_since <= until)
        owed = (
            select(func.count(distinct(p.id)), func.count(c.id), func.count(c.told_at))
            .select_from(problems.join(reports, c.problem == p.id))
            .where(ended, p.merged_into.is_(None), COUNTS)
        )
        closed = (await self._transaction.all(owed))[0]
        return WeekFigures(
            reports=seen[0],
            agents=seen[1],
            problems=seen[2],
            before=before[0],
            ended=closed[0],
            owed=closed[1],
            told=closed[2],
        )

    async def came_back(self, desk: str, *, since: datetime, limit: int) -> list[Problem]:
        p = problems.c
        back = select(problems).where(p.desk == desk, p.merged_into.is_(None), p.regressed_at >= since)
        rows = await self._transaction.all(back.order_by(p.regressed_at.desc(), p.number).limit(limit))
        return [problem_of(row) for row in rows]

    async def waiting(self, desk: str, *, unmoved_since: datetime, limit: int) -> list[Problem]:
        p, c = problems.c, reports.c
        is_unmoved = and_(p.status.in_(_UNDER_WAY), p.status_since < unmoved_since, p.merged_into.is_(None))
        counted = (
            select(p.id, func.count(c.id).label("number"))
            .join_from(problems, reports, c.problem == p.id)
            .where(p.desk == desk, is_unmoved, COUNTS)
            .group_by(p.id)
            .subquery()
        )
        most = select(problems).join(counted, counted.c.id == p.id).order_by(counted.c.number.desc(), p.number)
        statement = most.limit(limit)
        return [problem_of(row) for row in await self._transaction.all(statement)]

    async def _count(self, columns: Sequence[ColumnElement[int]], where: ColumnElement[bool]) -> tuple[int, ...]:
        row = (await self._transaction.all(select(*columns).where(where)))[0]
        return tuple(int(each) for each in row)
