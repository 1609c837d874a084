"""The connection to the database, prepared so that our transactions mean what they say on both kinds."""

from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.db.errors import DatabaseAddressError

BUSY_SECONDS = 30
"""How long a transaction waits for another process to let go before it gives up."""

_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    # With FULL a commit is on the disk when it returns: a report survives a power cut, not only a killed process.
    # The fsync costs a millisecond or so, and agents type more slowly than that.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
_POSTGRES_OPTIONS = (
    f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s "
    # A process that hangs inside a desk's critical section must not stop the desk's other processes for ever.
    "-c idle_in_transaction_session_timeout=120s"
)


def make_engine(url: str) -> AsyncEngine:
    """The engine for `sqlite:///path/to/file.db` or `postgresql://user@host/db`. Connects to nothing yet.

    On SQLite a transaction takes the write lock as it begins, so that it never fails half-way because of what
    another wrote since it read; one begun with the execution option `read_only=True` takes none and can write nothing.
    Raises DatabaseAddressError.
    """
    address = _read_address(url)
    if address.get_backend_name() == "sqlite":
        return _make_sqlite_engine(address)
    return create_async_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={"options": _POSTGRES_OPTIONS},
        pool_pre_ping=True,
        pool_size=10,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
    )


def _read_address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise DatabaseAddressError("the database address is not of the shape kind://place") from error
    kind = address.get_backend_name()
    if kind not in {"sqlite", "postgresql", "postgres"}:
        raise DatabaseAddressError(f"the database must be sqlite or postgresql, not {kind}")
    if kind == "sqlite" and address.database in {None, "", ":memory:"}:
        raise DatabaseAddressError("the SQLite database must be a file, such as sqlite:///techissue.db")
    return address


def _make_sqlite_engine(address: URL) -> AsyncEngine:
    engine = create_async_engine(
        address.set(drivername="sqlite+aiosqlite"),
        pool_timeout=BUSY_SECONDS,
        # The connection used last has the pages and the statements at hand.
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Set up a new connection. Without an isolation level the driver leaves BEGIN to us."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get("read_only", False))
    if connection.info.get("read_only", False) != read_only:
        connection.exec_driver_sql(f"PRAGMA query_only = {int(read_only)}")
        connection.info["read_only"] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
