"""How the loop ends."""

import asyncio
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.housekeeping import Housekeeping
from bot.work_loop import WorkLoop
from escalation.outbox import OutboxWorker


class SlowWorker:
    """Has always more to do, and tells when it was broken off."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.ended = 0

    async def run_once(self) -> int:
        self.begun.set()
        await self.may_end.wait()
        self.ended += 1
        return 1


class NoHousekeeping:
    """Has nothing to do."""

    def __getattr__(self, name: str) -> object:
        async def job(_now: datetime) -> None:
            return

        job.__name__ = name
        return job


async def test_work_that_was_begun_ends_before_the_process_does_and_no_more_is_begun() -> None:
    worker = SlowWorker()
    loop = WorkLoop(
        worker=cast("OutboxWorker", worker),
        housekeeping=cast("Housekeeping", NoHousekeeping()),
        clock=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC),
    )
    running = asyncio.create_task(loop.run())
    await worker.begun.wait()
    running.cancel()
    await asyncio.sleep(0)
    worker.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert worker.ended == 1
