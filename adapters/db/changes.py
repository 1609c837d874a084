"""The change sequence: what was written to a desk's grouping, in order.

A row's number is taken inside the desk's critical section, so the order of the numbers is the order of the commits:
whoever has seen number n has seen everything of that desk before it.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from sqlalchemy import and_, case, func, insert, null, select

from adapters.db.models import changes, links, reports
from adapters.db.transaction import Transaction
from bot.ports import PlacedReport
from dedupe.values import ProblemId, ReportId

_ROWS_AT_A_TIME = 5_000


class SqlChangeSequence:
    """See `bot.ports.ChangeSequence`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def latest(self, desk: str) -> int:
        newest = await self._transaction.value(select(func.max(changes.c.id)).where(changes.c.desk == desk))
        return int(newest or 0)

    async def placements(self, desk: str, *, after: int, model: str | None = None) -> list[PlacedReport]:
        c = reports.c
        is_indexed = and_(c.withdrawn_at.is_(None), c.is_test.is_(False))
        meaning = null() if model is None else case((c.meaning_model == model, c.meaning))
        statement = select(c.id, c.problem, c.text, c.service, c.reported_at, meaning, is_indexed)
        if after == 0:
            statement = statement.where(c.desk == desk, is_indexed)
        else:
            moved = select(changes.c.report).where(
                changes.c.desk == desk, changes.c.id > after, changes.c.report.is_not(None), changes.c.other.is_(None)
            )
            statement = statement.where(c.id.in_(moved))
        placed: list[PlacedReport] = []
        async with self._transaction.connection.stream(statement.order_by(c.id)) as rows:
            async for part in rows.partitions(_ROWS_AT_A_TIME):
                placed.extend(
                    PlacedReport(
                        report=ReportId(number),
                        problem=ProblemId(problem) if indexed else None,
                        text=text,
                        service=service,
                        reported_at=reported_at,
                        meaning=meaning_read,
                    )
                    for number, problem, text, service, reported_at, meaning_read, indexed in part
                )
        return placed

    async def links(self, desk: str, *, after: int) -> list[tuple[ReportId, ReportId, bool | None]]:
        c = changes.c
        pairs = (
            select(c.report, c.other).where(c.desk == desk, c.id > after, c.other.is_not(None)).distinct().subquery()
        )
        rule = and_(links.c.a == pairs.c.report, links.c.b == pairs.c.other)
        statement = (
            select(pairs.c.report, pairs.c.other, links.c.same)
            .select_from(pairs.outerjoin(links, rule))
            .order_by(pairs.c.report, pairs.c.other)
        )
        return [(ReportId(a), ReportId(b), same) for a, b, same in await self._transaction.all(statement)]


async def note_placings(transaction: Transaction, placings: Iterable[tuple[str, int, int | None]]) -> None:
    """Note that reports were placed, moved, withdrawn or brought back: each with its desk and the problem it is now in,
    None where it is in no index.
    """
    for desk, group in groupby(sorted(placings, key=itemgetter(0, 1)), key=itemgetter(0)):
        await transaction.enter_desk(desk)
        rows = [{"desk": desk, "report": report, "placed": problem} for _, report, problem in group]
        await transaction.write(insert(changes), rows)


async def note_link(transaction: Transaction, desk: str, a: ReportId, b: ReportId, *, same: bool | None) -> None:
    """Note the rule that was put for a pair, or with None that it was removed."""
    await transaction.enter_desk(desk)
    await transaction.write(insert(changes).values(desk=desk, report=a, other=b, same=same))


async def note_tuning(transaction: Transaction, desk: str) -> None:
    """Note that the desk's weights are others now."""
    await transaction.enter_desk(desk)
    await transaction.write(insert(changes).values(desk=desk))


async def note_problem(transaction: Transaction, desk: str, problem: ProblemId) -> None:
    """Note that a problem's fields were written."""
    await transaction.enter_desk(desk)
    await transaction.write(insert(changes).values(desk=desk, problem=problem))
