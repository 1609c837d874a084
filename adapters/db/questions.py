"""Questions asked of agents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from adapters.db.models import questions, reports
from adapters.db.transaction import Record, Transaction
from bot.reports import Answer, Likely, Question
from dedupe.values import ProblemId, ReportId
from escalation.values import PersonId


class SqlQuestionStore:
    """See `bot.ports.QuestionStore`. Settling or reopening what was never asked raises NotStoredError."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, question: Question) -> None:
        await self._transaction.write(
            insert(questions).values(
                report=question.report,
                desk=question.desk,
                asked=question.asked,
                likely=[_likely_row(likely) for likely in question.likely],
                asked_at=question.asked_at,
                expires_at=question.expires_at,
                answer=question.answer and question.answer.value,
                answered_by=question.answered_by,
                answered_at=question.answered_at,
            )
        )

    async def of_report(self, report: ReportId) -> Question | None:
        row = await self._transaction.first(select(questions).where(questions.c.report == report))
        return None if row is None else _question_of(row)

    async def of_problem(self, problem: ProblemId) -> Mapping[ReportId, Question]:
        asked = select(questions).join(reports, reports.c.id == questions.c.report).where(reports.c.problem == problem)
        return {ReportId(row.report): _question_of(row) for row in await self._transaction.all(asked)}

    async def settle(self, report: ReportId, answer: Answer, *, by: PersonId | None, at: datetime) -> None:
        settled = {"answer": answer.value, "answered_by": by, "answered_at": at}
        await self._transaction.write_one(update(questions).where(questions.c.report == report).values(settled))

    async def reopen(self, report: ReportId) -> None:
        opened = {"answer": None, "answered_by": None, "answered_at": None}
        await self._transaction.write_one(update(questions).where(questions.c.report == report).values(opened))

    async def overdue(self, *, now: datetime) -> list[Question]:
        c = questions.c
        statement = select(questions).where(c.answer.is_(None), c.expires_at <= now).order_by(c.expires_at, c.report)
        return [_question_of(row) for row in await self._transaction.all(statement)]

    async def waiting(self, desk: str, limit: int) -> list[Question]:
        c = questions.c
        statement = (
            select(questions)
            .where(c.desk == desk, c.answer == Answer.EXPIRED.value)
            .order_by(c.asked_at.desc(), c.report.desc())
            .limit(limit)
        )
        return [_question_of(row) for row in await self._transaction.all(statement)]


def _likely_row(likely: Likely) -> dict[str, Any]:
    return {"problem": likely.problem, "probability": likely.probability, "nearest": likely.nearest}


def _likely_of(row: Mapping[str, Any]) -> Likely:
    return Likely(problem=ProblemId(row["problem"]), probability=row["probability"], nearest=ReportId(row["nearest"]))


def _question_of(row: Record) -> Question:
    return Question(
        report=ReportId(row.report),
        desk=row.desk,
        asked=PersonId(row.asked),
        likely=tuple(_likely_of(likely) for likely in row.likely),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        answer=Answer(row.answer) if row.answer else None,
        answered_by=PersonId(row.answered_by) if row.answered_by else None,
        answered_at=row.answered_at,
    )
