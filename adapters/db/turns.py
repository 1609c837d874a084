"""Who is next to write, within this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.db.errors import NestedWorkError


class Turns:
    """Queues the writers of one process in the order they came, before they queue at the database.

    SQLite's waiting is not fair (it tries again after a nap, and a late one may be first), and on PostgreSQL everyone
    who waits for a desk would hold a connection that others need.
    """

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._holders: dict[str, asyncio.Task[Any] | None] = {}

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Wait for one's turn, and keep it within the block. Raises NestedWorkError instead of waiting for oneself."""
        task = asyncio.current_task()
        if task is not None and self._holders.get(name) is task:
            raise NestedWorkError("a unit of work was opened inside another one of the same task")
        async with self._locks.setdefault(name, asyncio.Lock()):
            self._holders[name] = task
            try:
                yield
            finally:
                self._holders[name] = None
