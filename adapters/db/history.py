"""What a desk's grouping went through."""

from typing import Any

from sqlalchemy import ColumnElement, case, null, select

from adapters.db.models import changes, questions, reports
from adapters.db.transaction import Record, Transaction
from bot.history import Linking, Placing, TakenReport
from bot.reports import Answer
from dedupe.values import ProblemId, ReportId, Verdict

_ROWS_AT_A_TIME = 5_000


class SqlHistory:
    """See `bot.ports.History`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def changes(self, desk: str) -> list[Placing | Linking]:
        c = changes.c
        told = c.report.is_not(None)
        statement = select(c.report, c.other, c.placed, c.same).where(c.desk == desk, told).order_by(c.id)
        found: list[Placing | Linking] = []
        async with self._transaction.connection.stream(statement) as rows:
            async for part in rows.partitions(_ROWS_AT_A_TIME):
                found.extend(_change_of(*row) for row in part)
        return found

    async def reports(self, desk: str, *, model: str | None = None) -> list[TakenReport]:
        c = reports.c
        place = case((c.withdrawn_at.is_(None), c.problem)).label("place")
        asked = reports.outerjoin(questions, questions.c.report == c.id)
        statement = (
            select(
                c.id, place, c.text, c.service, c.reported_at, _meaning(model), c.origin, c.verdict, questions.c.answer
            )
            .select_from(asked)
            .where(c.desk == desk, c.is_test.is_(False))
            .order_by(c.id)
        )
        found: list[TakenReport] = []
        async with self._transaction.connection.stream(statement) as rows:
            async for part in rows.partitions(_ROWS_AT_A_TIME):
                found.extend(_taken_of(row) for row in part)
        return found


def _meaning(model: str | None) -> ColumnElement[Any]:
    """The report's meaning, if this model read it."""
    c = reports.c
    return (null() if model is None else case((c.meaning_model == model, c.meaning))).label("meaning_read")


def _taken_of(row: Record) -> TakenReport:
    return TakenReport(
        report=ReportId(row.id),
        problem=None if row.place is None else ProblemId(row.place),
        text=row.text,
        service=row.service,
        reported_at=row.reported_at,
        meaning=row.meaning_read,
        origin=row.origin,
        verdict=Verdict(row.verdict),
        answer=Answer(row.answer) if row.answer else None,
    )


def _change_of(report: int, other: int | None, placed: int | None, same: bool | None) -> Placing | Linking:  # noqa: FBT001 - a column
    if other is not None:
        return Linking(a=ReportId(report), b=ReportId(other), same=same)
    return Placing(report=ReportId(report), problem=None if placed is None else ProblemId(placed))
