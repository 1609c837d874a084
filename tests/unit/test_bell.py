import asyncio

import pytest

from bot.bell import Bell


async def test_a_ring_before_the_wait_is_not_lost() -> None:
    bell = Bell()
    bell.ring()
    await bell.wait(3600)


async def test_nobody_waits_longer_than_was_said() -> None:
    await Bell().wait(0)


async def test_one_who_is_told_to_stop_in_the_moment_of_the_ring_stops() -> None:
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(3600))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    bell.ring()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
