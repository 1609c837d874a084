import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.engine import make_engine
from adapters.db.migrate import differences, downgrade, is_current, upgrade
from adapters.db.models import metadata
from adapters.db.work import SqlWork
from bot.bootstrap import all_metadata
from bot.ports import LinkRule
from dedupe.values import ReportId
from escalation.values import AuditEntry
from tests.contracts.storage.examples import ANA, NOW, a_report, add_problem, add_reports

_UPGRADE = """
import asyncio, sys
from adapters.db.engine import make_engine
from adapters.db.migrate import upgrade
from adapters.db.models import metadata

asyncio.run(upgrade(make_engine(sys.argv[1]), [metadata]))
"""


async def test_the_migrations_make_exactly_the_tables_of_the_models(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = await connection.run_sync(differences, all_metadata())

    assert found == []


async def test_a_table_without_a_migration_is_noticed(engine: AsyncEngine) -> None:
    forgotten = MetaData()
    Table("forgotten", forgotten, Column("id", Integer, primary_key=True))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences, [*all_metadata(), forgotten])

    assert [kind for kind, *_ in found] == ["add_table"]


async def test_a_column_of_another_type_is_noticed(engine: AsyncEngine) -> None:
    changed = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(changed)
    changed.tables["people"].c.name.type = Integer()

    async with engine.connect() as connection:
        found = await connection.run_sync(differences, [changed, *all_metadata()[1:]])

    assert [change[0][0] for change in found] == ["modify_type"]


async def test_an_upgraded_database_is_current_and_upgrading_it_again_changes_nothing(engine: AsyncEngine) -> None:
    await upgrade(engine, all_metadata())

    assert await is_current(engine)


async def test_a_fresh_database_is_not_current(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")

    assert not await is_current(engine)
    await engine.dispose()


async def test_reports_stored_before_meanings_were_are_kept_and_unread(engine: AsyncEngine, open_work: SqlWork) -> None:
    async with open_work("default") as work:
        report = await work.reports.add(a_report((await add_problem(work)).id))
    await downgrade(engine, all_metadata(), "0002")

    await upgrade(engine, all_metadata())

    async with open_work(read_only=True) as work:
        unread = await work.reports.unread_by("a model", after=ReportId(0), limit=10)
    assert [each.report for each in unread] == [report]


async def test_changes_noted_before_their_outcome_was_are_filled_from_the_trail_and_from_what_stands(
    engine: AsyncEngine, open_work: SqlWork
) -> None:
    async with open_work("default") as work:
        first, second = await add_problem(work), await add_problem(work)
        moved, gone, test = await add_reports(work, first.id, {}, {}, {"is_test": True})
        for report in (moved, gone, test):
            await work.audit.add(
                AuditEntry(at=NOW, desk="default", actor=ANA, act="report", problem=first.id, report=report)
            )
        await work.reports.move([moved], second.id)
        await work.reports.withdraw(gone, at=NOW)
        await work.links.put("default", LinkRule(a=moved, b=gone, same=False), by=ANA, at=NOW)
        history = await work.history.changes("default")
    await downgrade(engine, all_metadata(), "0004")

    await upgrade(engine, all_metadata())

    async with open_work(read_only=True) as work:
        assert await work.history.changes("default") == history


async def test_upgrading_makes_the_folder_of_the_file_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "100% new" / "of it" / "techissue.db"
    engine = make_engine(f"sqlite:///{path}")

    await upgrade(engine, all_metadata())

    assert await is_current(engine)
    await engine.dispose()
    assert path.exists()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_processes_that_start_together_upgrade_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/new.db" if kind == "sqlite" else request.getfixturevalue("empty_postgres_url")
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _UPGRADE, url, cwd=Path(__file__).parents[3], stderr=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    ended = [await process.communicate() for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], ended
    engine = make_engine(url)
    assert await is_current(engine)
    await engine.dispose()
