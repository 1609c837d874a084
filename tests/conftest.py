"""What tests of every kind stand on: databases of their own, each with all tables and nothing in them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import hypothesis
import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.engine import make_engine
from adapters.db.migrate import upgrade
from adapters.db.work import SqlWork
from bot.bootstrap import all_metadata
from tests.peers import missing_peer
from tests.postgres import find_postgres, run_postgres

# No test asserts how long something takes: a busy machine would fail it.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_TEMPLATE = "techissue_template"
_numbers = count(1)


async def _migrate(url: str) -> None:
    engine = make_engine(url)
    await upgrade(engine, all_metadata())
    await engine.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied and never opened."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL that has a migrated template database."""
    programs = find_postgres()
    if programs is None:
        missing_peer("There is no PostgreSQL here: set PG_BIN to the folder of initdb and pg_ctl")
    with run_postgres(programs) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_TEMPLATE}")
        asyncio.run(_migrate(_named(url, _TEMPLATE)))
        yield url


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database of the test's own."""
    path = tmp_path / "techissue.db"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of the test's own."""
    with _database(postgres_server, f"TEMPLATE {_TEMPLATE}") as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own, without tables."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine over a migrated database, of each kind in turn."""
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def open_work(engine: AsyncEngine) -> SqlWork:
    """Units of work over a migrated and empty database, of each kind in turn."""
    return SqlWork(engine)


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[SqlWork]:
    """Units of work over a migrated and empty SQLite database: the fast one, for tests of other things."""
    engine = make_engine(sqlite_url)
    yield SqlWork(engine)
    await engine.dispose()


@contextmanager
def _database(server: str, how: str = "") -> Iterator[str]:
    name = f"techissue_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {how}")
        yield _named(server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
