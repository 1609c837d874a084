"""The change sequence: what was written to a desk's grouping, in order.

A row's number is taken inside the desk's critical section, so the order of the numbers is the order of the commits:
whoever has seen number n has seen everything of that desk before it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, insert, null, select

from adapters.db.models import changes, links, problems, reports
from adapters.db.resting import find_resting, read_resting, resting
from adapters.db.transaction import PARAMETERS_AT_MOST, Transaction
from bot.ports import FIRST, PlacedReport
from dedupe.values import ProblemId, ReportId

_ROWS_AT_A_TIME = 5_000
_IS_INDEXED = and_(reports.c.withdrawn_at.is_(None), reports.c.is_test.is_(False))


class SqlChangeSequence:
    """See `bot.ports.ChangeSequence`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def latest(self, desk: str) -> int:
        newest = await self._transaction.value(select(func.max(changes.c.id)).where(changes.c.desk == desk))
        return int(newest or 0)

    async def placements(  # noqa: PLR0913 - the port's
        self,
        desk: str,
        *,
        after: int,
        model: str | None = None,
        ended_before: datetime | None = None,
        beyond: ReportId = FIRST,
        limit: int | None = None,
    ) -> list[PlacedReport]:
        c = reports.c
        if after == 0:
            statement = _placed(model, false()).where(c.desk == desk, _IS_INDEXED, c.id > beyond)
            if ended_before is not None:
                statement = statement.where(c.problem.not_in(resting(ended_before).where(problems.c.desk == desk)))
        else:
            moved = select(changes.c.report).where(
                changes.c.desk == desk, changes.c.id > after, changes.c.report.is_not(None), changes.c.other.is_(None)
            )
            rests = (
                false() if ended_before is None else resting(ended_before).where(problems.c.id == c.problem).exists()
            )
            statement = _placed(model, rests).where(c.id.in_(moved), c.id > beyond)
        return await self._read(statement.order_by(c.id).limit(limit))

    async def placements_of(
        self, placed_in: Sequence[ProblemId], *, model: str | None = None, ended_before: datetime | None = None
    ) -> list[PlacedReport]:
        found: list[PlacedReport] = []
        for start in range(0, len(placed_in), PARAMETERS_AT_MOST):
            part = placed_in[start : start + PARAMETERS_AT_MOST]
            statement = _placed(model, false()).where(reports.c.problem.in_(part), _IS_INDEXED)
            if ended_before is not None:
                rests = resting(ended_before).where(problems.c.id == reports.c.problem).exists()
                statement = statement.where(~rests)
            found += await self._read(statement.order_by(reports.c.id))
        return found

    async def problems(self, desk: str, *, after: int) -> list[ProblemId]:
        c = changes.c
        statement = select(c.problem).where(c.desk == desk, c.id > after, c.problem.is_not(None)).distinct()
        return [ProblemId(number) for (number,) in await self._transaction.all(statement.order_by(c.problem))]

    async def resting(self, desk: str, *, ended_before: datetime) -> list[ProblemId]:
        return await read_resting(self._transaction, desk, ended_before)

    async def find_resting(
        self, desk: str, words: Sequence[str], *, ended_before: datetime, limit: int
    ) -> list[ProblemId]:
        return await find_resting(self._transaction, desk, words, ended_before=ended_before, limit=limit)

    async def _read(self, statement: Select[Any]) -> list[PlacedReport]:
        placed: list[PlacedReport] = []
        async with self._transaction.connection.stream(statement) as rows:
            async for part in rows.partitions(_ROWS_AT_A_TIME):
                placed.extend(
                    PlacedReport(
                        report=ReportId(number),
                        problem=ProblemId(problem) if indexed else None,
                        text=text,
                        service=service,
                        reported_at=reported_at,
                        meaning=meaning,
                        rests=bool(rests),
                    )
                    for number, problem, text, service, reported_at, meaning, indexed, rests in part
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


def _placed(model: str | None, rests: ColumnElement[bool]) -> Select[Any]:
    """What an index needs of reports; `rests` is whether a report's problem does."""
    c = reports.c
    meaning = null() if model is None else case((c.meaning_model == model, c.meaning))
    return select(c.id, c.problem, c.text, c.service, c.reported_at, meaning, _IS_INDEXED, rests)


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
