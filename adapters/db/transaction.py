"""One open transaction, as the stores use it."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Executable, Row, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import NotStoredError

Record: TypeAlias = Row[*tuple[Any, ...]]

PARAMETERS_AT_MOST = 10_000
"""The smallest limit of values in one statement is SQLite's, 32,766."""


def lock_until_the_end(name: str) -> Executable:
    """PostgreSQL's advisory lock of this name, whose number is the same in every process."""
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    return select(func.pg_advisory_xact_lock(literal(number, BigInteger)))


class Transaction:
    """A connection within a transaction, and the critical sections it has entered."""

    def __init__(self, connection: AsyncConnection, *, read_only: bool = False) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._read_only = read_only
        self._held: set[str] = set()

    async def enter(self, section: str) -> None:
        """Wait until no other transaction is in the section, and stay in it until the end.

        On SQLite whoever writes is alone anyway; who only reads waits for nobody.
        """
        if self.is_sqlite or self._read_only or section in self._held:
            return
        await self.connection.execute(lock_until_the_end(section))
        self._held.add(section)

    async def enter_desk(self, desk: str) -> None:
        """Enter the desk's critical section, within which its grouping changes."""
        await self.enter(f"desk:{desk}")

    async def all(self, statement: Executable) -> Sequence[Record]:
        return (await self.connection.execute(statement)).all()

    async def first(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Record | None:
        return (await self.connection.execute(statement, values)).first()

    async def value(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None without rows."""
        return (await self.connection.execute(statement, values)).scalar()

    async def write(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """How many rows were written."""
        return (await self.connection.execute(statement, rows)).rowcount

    async def write_one(self, statement: Executable) -> None:
        """Raises NotStoredError if the row is not there."""
        if await self.write(statement) != 1:
            raise NotStoredError("the row to be changed is not there")
