"""Calls that make something in Jira and must not make it twice: written down before they are sent."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.jira.tables import jira_attempts


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A call that was sent. `made` is what came of it, or None while nobody knows."""

    sent_at: datetime
    made: str | None


class Attempts:
    """Kept in the database, so that a process that is killed leaves its successor the knowledge."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._readers = engine.execution_options(read_only=True)

    async def of(self, mark: str) -> Attempt | None:
        """The attempt under this mark. None says that no such call was sent, or that it surely made nothing."""
        async with self._readers.connect() as connection:
            row = (await connection.execute(select(jira_attempts).where(jira_attempts.c.mark == mark))).first()
        return None if row is None else Attempt(sent_at=datetime.fromisoformat(row.sent_at), made=row.made)

    async def begin(self, mark: str, *, at: datetime) -> None:
        """A call under this mark is about to be sent."""
        values = {"sent_at": at.astimezone(UTC).isoformat(), "made": None}
        known = jira_attempts.c.mark == mark
        async with self._engine.begin() as connection:
            if not (await connection.execute(update(jira_attempts).where(known).values(values))).rowcount:
                await connection.execute(insert(jira_attempts).values(mark=mark, **values))

    async def made(self, mark: str, what: str) -> None:
        """The call has made this."""
        known = jira_attempts.c.mark == mark
        async with self._engine.begin() as connection:
            await connection.execute(update(jira_attempts).where(known).values(made=what))

    async def failed(self, mark: str) -> None:
        """The call has made nothing, for certain."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(jira_attempts).where(jira_attempts.c.mark == mark))
