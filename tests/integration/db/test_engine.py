import asyncio
import signal
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.engine import make_engine
from adapters.db.errors import DatabaseAddressError, StorageBusyError, StorageUnavailableError
from adapters.db.installation import read_salt
from adapters.db.work import SqlWork

_WRITER = """
import asyncio, sys
from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from tests.contracts.storage.examples import a_report, add_problem

async def main():
    open_work = SqlWork(make_engine(sys.argv[1]))
    async with open_work("default") as work:
        problem = await add_problem(work)
    while True:
        async with open_work("default") as work:
            report = await work.reports.add(a_report(problem.id))
        print(report, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///var/techissue.db", "sqlite+aiosqlite"),
        ("postgresql://ana@db.example/techissue", "postgresql+psycopg"),
        ("postgres://ana@db.example/techissue", "postgresql+psycopg"),
        ("postgresql+psycopg://ana@db.example/techissue", "postgresql+psycopg"),
    ],
)
def test_an_address_gets_the_driver_we_use(url: str, driver: str) -> None:
    assert make_engine(url).url.drivername == driver


@pytest.mark.parametrize("url", ["techissue.db", "mysql://root:secret@db.example/x", "sqlite://", "sqlite:///:memory:"])
def test_an_address_of_no_use_is_refused_without_telling_its_password(url: str) -> None:
    with pytest.raises(DatabaseAddressError) as caught:
        make_engine(url)

    assert "secret" not in str(caught.value)


async def test_a_sqlite_connection_is_safe_against_crashes_and_keeps_foreign_keys(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    async with engine.connect() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    await engine.dispose()

    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "synchronous": 2}


async def test_a_database_that_is_not_there_is_unavailable_in_our_words(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/nowhere/x.db", "postgresql://nobody@127.0.0.1:1/nothing"):
        engine = make_engine(url)
        with pytest.raises(StorageUnavailableError):
            async with SqlWork(engine)():
                pass
        await engine.dispose()
    # The driver does not wait for the thread of a connection that failed, which would speak to a loop that is closed.
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join)


async def test_a_database_that_stays_locked_is_busy_and_works_again_afterwards(sqlite_url: str) -> None:
    engine, other = make_engine(sqlite_url), make_engine(sqlite_url)
    async with engine.connect() as connection:
        await connection.execute(text("PRAGMA busy_timeout = 1"))
    open_work = SqlWork(engine)

    async with SqlWork(other)():
        with pytest.raises(StorageBusyError):
            async with open_work():
                pass
    async with open_work("default") as work:
        assert await work.changes.latest("default") == 0

    await engine.dispose()
    await other.dispose()


async def test_the_salt_is_made_once_and_is_the_same_for_everyone(database_url: str, engine: AsyncEngine) -> None:
    other = make_engine(database_url)

    salts = await asyncio.gather(*(read_salt(one) for one in (engine, other, engine)))
    await other.dispose()

    assert len(set(salts)) == 1
    assert len(salts[0]) == 32


async def test_what_was_committed_outlives_a_process_that_is_killed(database_url: str, tmp_path: Path) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WRITER, database_url, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert writer.stdout is not None
    told = [int(await writer.stdout.readline()) for _ in range(5)]
    writer.send_signal(signal.SIGKILL)
    told += [int(line) for line in (await writer.stdout.read()).split()]
    await writer.wait()

    engine = make_engine(database_url)
    async with SqlWork(engine)("default") as work:
        kept = [one.report for one in await work.changes.placements("default", after=0)]
    await engine.dispose()
    assert set(told) <= set(kept)
    assert len(kept) - len(told) <= 1, "at most one was committed and not told any more"
