"""The questions asked on every report must not read the whole table. SQLite tells how it would answer them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection, ExecutionContext

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from bot import ports
from dedupe.values import ProblemId
from tests.contracts.storage.examples import ANA, NOW, minutes

_Seen = list[tuple[str, Any]]


@asynccontextmanager
async def _watched_work(url: str) -> AsyncIterator[tuple[ports.UnitOfWork, _Seen]]:
    engine, seen = make_engine(url), _Seen()

    def note(
        _connection: Connection,
        _cursor: Any,
        statement: str,
        parameters: Any,
        _context: ExecutionContext,
        _many: bool,  # noqa: FBT001 - SQLAlchemy's
    ) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH", "UPDATE")):
            seen.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with SqlWork(engine)("default") as work:
        yield work, seen
    await engine.dispose()


async def _plan_of(engine: Any, statements: Sequence[tuple[str, Any]]) -> str:
    async with engine.connect() as connection:
        lines = []
        for statement, parameters in statements:
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters))
            lines += [row[-1] for row in rows]
    return "\n".join(lines)


async def _ask(name: str, work: ports.UnitOfWork) -> None:
    windows = {"spike_window": minutes(60), "baseline_window": timedelta(days=7), "agents_window": timedelta(days=1)}
    match name:
        case "tally":
            await work.problems.tally(ProblemId(1), now=NOW, fix_grace=minutes(30), **windows)
        case "same text":
            await work.reports.same_text("default", ANA, "IVR hangs up", since=NOW, until=NOW)
        case "latest report":
            await work.reports.latest_by("default", ANA, since=NOW)
        case "catching up":
            await work.changes.placements("default", after=5)
        case "end of the sequence":
            await work.changes.latest("default")
        case "reporters":
            await work.problems.reporters(ProblemId(1))
        case "lease":
            await work.outbox.lease(worker="w", now=NOW, until=NOW, limit=10)
        case "undo":
            await work.audit.latest_undoable("default", ANA, since=NOW)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("tally", "ix_reports_problem_occurred_at"),
        ("same text", "ix_reports_desk_reporter_text_digest_reported_at"),
        ("latest report", "ix_reports_desk_reporter_reported_at"),
        ("catching up", "ix_changes_desk_id"),
        ("end of the sequence", "ix_changes_desk_id"),
        ("reporters", "ix_reports_problem_occurred_at"),
        ("lease", "ix_outbox_unfinished"),
        ("undo", "ix_audit_desk_actor_at"),
    ],
)
async def test_a_question_asked_often_is_one_statement_answered_by_an_index(
    sqlite_url: str, question: str, index: str
) -> None:
    async with _watched_work(sqlite_url) as (work, seen):
        await _ask(question, work)
    engine = make_engine(sqlite_url)
    plan = await _plan_of(engine, seen)
    await engine.dispose()

    assert len(seen) == 1
    assert index in plan
    assert "SCAN reports" not in plan
    assert "SCAN changes" not in plan
