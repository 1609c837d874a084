"""Brings a database to the present tables. The migrations lie beside this file, installed or not."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.errors import errors_in_our_words
from adapters.db.transaction import lock_until_the_end

_MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(engine: AsyncEngine, metadata: Sequence[MetaData]) -> None:
    """Bring the database to the newest revision, all or nothing. Of several processes one does it, the others wait.

    On SQLite the folder of the file is made. Raises StorageError.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with errors_in_our_words():
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, metadata)


async def downgrade(engine: AsyncEngine, metadata: Sequence[MetaData], revision: str) -> None:
    """Take back the migrations after a revision, newest first, with what only they can hold. Raises StorageError."""
    with errors_in_our_words():
        async with engine.begin() as connection:
            await connection.run_sync(_downgrade, metadata, revision)


def differences(connection: Connection, metadata: Sequence[MetaData]) -> list[Any]:
    """What the tables lack or have too much, in Alembic's form. Empty when they are in step."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    # Alembic takes several collections of tables as well as one, but its annotation does not say so.
    several: Any = list(metadata)
    return list(compare_metadata(context, several))


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database is at the newest revision. Raises StorageError."""
    with errors_in_our_words():
        async with engine.connect() as connection:
            found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return found == ScriptDirectory(str(_MIGRATIONS)).get_current_head()


async def revision(engine: AsyncEngine, metadata: Sequence[MetaData], message: str) -> None:
    """Write the next migration from how the tables differ from this database, which must be at the newest one.

    It is a draft for a person to read and correct.
    """
    async with engine.begin() as connection:
        await connection.run_sync(_write_revision, metadata, message)


def _upgrade(connection: Connection, metadata: Sequence[MetaData]) -> None:
    _prepare(connection)
    command.upgrade(_config(connection, metadata), "head")


def _downgrade(connection: Connection, metadata: Sequence[MetaData], revision: str) -> None:
    _prepare(connection)
    command.downgrade(_config(connection, metadata), revision)


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A migration that rebuilds a table drops it for a moment; its children are looked at when all is done.
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        connection.execute(lock_until_the_end("migrations"))


def _write_revision(connection: Connection, metadata: Sequence[MetaData], message: str) -> None:
    number = len(list(ScriptDirectory(str(_MIGRATIONS)).walk_revisions())) + 1
    command.revision(_config(connection, metadata), message, autogenerate=True, rev_id=f"{number:04d}")


def _config(connection: Connection, metadata: Sequence[MetaData]) -> Config:
    config = Config()
    # The parser behind it reads a percent sign as the beginning of a name.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = list(metadata)
    return config
