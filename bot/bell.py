"""Waiting for something to happen, or for some time."""

import asyncio
from contextlib import suppress


class Bell:
    """Rings for one who waits. Everything runs in one event loop."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Let the one who waits go on, or who waits next."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when it was rung since the last wait, or after so many seconds."""
        # Not wait_for: that of Python 3.11 loses a cancellation that comes in the same moment as the ring.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
