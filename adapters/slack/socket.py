"""Socket Mode: a connection that we open, over which Slack sends its requests, watched and made again.

This is our own and not the library's, whose several tasks keep an address that is spent, and outlive a stop.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import structlog

from adapters.slack.api import SlackApi
from adapters.slack.errors import SlackUnavailableError
from adapters.slack.under_way import UnderWay
from escalation.errors import OutboundError

_log = structlog.get_logger(__name__)

Dispatch = Callable[[Mapping[str, Any]], Awaitable[tuple[bool, Mapping[str, Any] | None]]]
"""Is given an envelope; gives whether to acknowledge it, and with what."""

_SILENT_PERIODS = 3
_LONGEST_PAUSE = 60
_MOST_DOUBLINGS = 6
_CLOSE_SECONDS = 2.0
_END_SECONDS = 5.0
_OVERLAP_SECONDS = 15
_GONE = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
_FAILURES = (OutboundError, aiohttp.ClientError, OSError, TimeoutError)


class SlackSocket:
    """Every `period` seconds without a word it asks for one, and after three such periods the connection is dead."""

    def __init__(self, api: SlackApi, dispatch: Dispatch, *, period: float = 10) -> None:
        self._api = api
        self._dispatch = dispatch
        self._period = period
        self._silent = 0
        self._current: aiohttp.ClientWebSocketResponse | None = None
        self._answers = UnderWay()
        self._old = UnderWay()
        self.connections = 0

    @property
    def is_alive(self) -> bool:
        """Whether there is a connection that answers."""
        return self._current is not None and not self._current.closed and self._silent < _SILENT_PERIODS

    async def run(self) -> None:
        """Keep a connection until cancelled, and then let what came in over it be answered."""
        failures = 0
        try:
            while True:
                try:
                    self._current = await self._connect()
                except _FAILURES as error:
                    failures += 1
                    await self._pause(failures, error)
                    continue
                failures = 0
                self._silent = 0
                self.connections += 1
                _log.info("slack_connected", connections=self.connections)
                await self._hear(self._current)
        finally:
            await self._end()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        # Each address serves for one connection, so it is asked for anew each time.
        address = await self._api.connect()
        limits = aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS)
        async with asyncio.timeout(self._period * _SILENT_PERIODS):
            return await self._api.session.ws_connect(address, autoping=False, timeout=limits)

    async def _pause(self, failures: int, error: Exception) -> None:
        wait: float = min(2 ** min(failures, _MOST_DOUBLINGS), _LONGEST_PAUSE)
        if isinstance(error, SlackUnavailableError) and error.retry_after is not None:
            wait = max(wait, error.retry_after.total_seconds())
        _log.warning("slack_not_connected", failures=failures, error=f"{type(error).__name__}: {error}", wait=wait)
        await asyncio.sleep(wait)

    async def _hear(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        """Take what comes, until the connection ends or is to be replaced."""
        try:
            while await self._next(connection):
                pass
        except _FAILURES as error:
            _log.info("slack_connection_broke", error=type(error).__name__)
        if connection.closed or self._silent >= _SILENT_PERIODS:
            await _close(connection)
        else:
            # What Slack still sends over the old connection is answered while the new one is made.
            self._old.start(self._hear_out(connection))

    async def _next(self, connection: aiohttp.ClientWebSocketResponse) -> bool:
        """Take one frame. False where another connection is needed."""
        try:
            frame = await connection.receive(timeout=self._period)
        except TimeoutError:
            return await self._ask_for_a_word(connection)
        self._silent = 0
        if frame.type in _GONE:
            _log.info("slack_connection_ended", code=connection.close_code)
            return False
        return await self._take(connection, frame)

    async def _ask_for_a_word(self, connection: aiohttp.ClientWebSocketResponse) -> bool:
        self._silent += 1
        if self._silent >= _SILENT_PERIODS:
            _log.warning("slack_connection_dead", seconds=self._silent * self._period)
            return False
        try:
            await connection.ping()
        except (ConnectionError, aiohttp.ClientError):
            return False
        return True

    async def _take(self, connection: aiohttp.ClientWebSocketResponse, frame: aiohttp.WSMessage) -> bool:
        if frame.type is aiohttp.WSMsgType.PING:
            await connection.pong(frame.data)
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return True
        envelope = _read(frame.data)
        if envelope.get("type") == "disconnect":
            _log.info("slack_asks_to_connect_anew", reason=str(envelope.get("reason")))
            return False
        if "envelope_id" in envelope:
            self._answers.start(self._answer(connection, envelope))
        return True

    async def _answer(self, connection: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        is_taken, payload = await self._dispatch(envelope)
        if not is_taken:
            return
        answer = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
        for way in (connection, self._current):
            if way is not None and not way.closed:
                try:
                    await way.send_str(json.dumps(answer))
                except (ConnectionError, aiohttp.ClientError):
                    continue
                return

    async def _hear_out(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(_OVERLAP_SECONDS):
                while (frame := await connection.receive()).type not in _GONE:
                    await self._take(connection, frame)
        except TimeoutError:
            pass
        finally:
            await _close(connection)

    async def _end(self) -> None:
        await self._old.end(0)
        await self._answers.end(_END_SECONDS)
        if self._current is not None:
            await _close(self._current)
            self._current = None


async def _close(connection: aiohttp.ClientWebSocketResponse) -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS * 2):
            await connection.close()
    except _FAILURES:
        _log.info("slack_connection_not_closed")


def _read(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
