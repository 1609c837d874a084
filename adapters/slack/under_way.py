"""Work that goes on after Slack has its acknowledgement."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

_log = structlog.get_logger(__name__)

_BREAK_SECONDS = 2


class UnderWay:
    """Holds what was begun, so that it is not lost and can be waited for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin it. What it raises is logged."""
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def idle(self) -> None:
        """Wait until everything that was begun has ended."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def end(self, seconds: float) -> None:
        """Let what was begun end, for so long; what has not is broken off."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in set(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_BREAK_SECONDS)

    @staticmethod
    async def _guarded(work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        except Exception:  # noqa: BLE001 - the boundary: nobody waits for this, so nobody else would say it
            _log.exception("slack_work_failed")
            return None
