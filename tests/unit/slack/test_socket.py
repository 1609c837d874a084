"""The connection of Socket Mode, against a server of its own that can fall silent."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from adapters.slack.access import SlackAccess
from adapters.slack.api import SlackApi
from adapters.slack.socket import SlackSocket
from bot.settings import SlackMode

PERIOD = 0.05


class FakeSocketServer:
    """Gives addresses, takes connections, and does as it is told with them."""

    def __init__(self) -> None:
        self.home = ""
        self.is_silent = False
        self.refuses = 0
        self.refused = asyncio.Event()
        self.connections: list[web.WebSocketResponse] = []
        self.acknowledged: asyncio.Queue[Any] = asyncio.Queue()
        self._connected = asyncio.Condition()

    async def open(self, _request: web.Request) -> web.Response:
        if self.refuses:
            self.refuses -= 1
            self.refused.set()
            return web.json_response({"ok": False, "error": "internal_error"})
        return web.json_response({"ok": True, "url": f"{self.home.replace('http', 'ws')}/link"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse(autoping=False)
        await connection.prepare(request)
        self.connections.append(connection)
        async with self._connected:
            self._connected.notify_all()
        async for frame in connection:
            if frame.type is WSMsgType.PING and not self.is_silent:
                await connection.pong(frame.data)
            if frame.type is WSMsgType.TEXT:
                await self.acknowledged.put(json.loads(frame.data))
        return connection

    async def connected(self, count: int) -> None:
        async with asyncio.timeout(10), self._connected:
            await self._connected.wait_for(lambda: len(self.connections) >= count)

    async def send(self, connection: int, **envelope: Any) -> None:
        await self.connections[connection].send_json(envelope)

    async def heard(self) -> Any:
        return await asyncio.wait_for(self.acknowledged.get(), 10)


@asynccontextmanager
async def serving(server: FakeSocketServer) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", server.open)
    app.router.add_get("/link", server.link)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.home = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await runner.cleanup()


class Rig:
    def __init__(self, server: FakeSocketServer, socket: SlackSocket, running: asyncio.Task[None]) -> None:
        self.server = server
        self.socket = socket
        self.running = running
        self.gate = asyncio.Event()


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    server = FakeSocketServer()
    async with serving(server):
        access = SlackAccess(
            bot_token="xoxb-1", app_token="xapp-1", mode=SlackMode.SOCKET, api_url=f"{server.home}/api/"
        )
        api = SlackApi(access, lambda: datetime.now(UTC))
        await api.open()
        rig: Rig

        async def dispatch(envelope: Mapping[str, Any]) -> tuple[bool, Mapping[str, Any] | None]:
            if envelope.get("payload") == "slow":
                await rig.gate.wait()
            return envelope.get("payload") != "refused", {"text": "taken"}

        socket = SlackSocket(api, dispatch, period=PERIOD)
        rig = Rig(server, socket, asyncio.create_task(socket.run()))
        yield rig
        rig.running.cancel()
        await asyncio.wait({rig.running}, timeout=10)
        assert rig.running.cancelled()
        await api.close()


async def test_what_comes_in_is_acknowledged_with_what_it_is_answered(rig: Rig) -> None:
    await rig.server.connected(1)
    await rig.server.send(0, type="hello")
    await rig.server.send(0, type="events_api", envelope_id="e1", payload="p")
    assert await rig.server.heard() == {"envelope_id": "e1", "payload": {"text": "taken"}}


async def test_what_was_not_taken_is_not_acknowledged_so_that_slack_sends_it_again(rig: Rig) -> None:
    await rig.server.connected(1)
    await rig.server.send(0, type="events_api", envelope_id="e1", payload="refused")
    await rig.server.send(0, type="events_api", envelope_id="e2", payload="p")
    assert (await rig.server.heard())["envelope_id"] == "e2"


async def test_a_connection_that_falls_silent_is_noticed_and_made_again(rig: Rig) -> None:
    await rig.server.connected(1)
    rig.server.is_silent = True
    await rig.server.connected(2)
    rig.server.is_silent = False
    await rig.server.send(1, type="events_api", envelope_id="e1", payload="p")
    assert (await rig.server.heard())["envelope_id"] == "e1"
    assert rig.socket.is_alive


async def test_a_connection_that_breaks_is_made_again(rig: Rig) -> None:
    await rig.server.connected(1)
    await rig.server.connections[0].close()
    await rig.server.connected(2)


async def test_what_slack_still_sends_over_a_connection_it_gives_up_is_answered(rig: Rig) -> None:
    await rig.server.connected(1)
    await rig.server.send(0, type="disconnect", reason="refresh_requested")
    await rig.server.connected(2)
    await rig.server.send(0, type="events_api", envelope_id="old", payload="p")
    assert (await rig.server.heard())["envelope_id"] == "old"


async def test_a_stop_lets_what_came_in_be_answered(rig: Rig) -> None:
    await rig.server.connected(1)
    await rig.server.send(0, type="slash_commands", envelope_id="e1", payload="slow")
    await rig.server.send(0, type="slash_commands", envelope_id="e2", payload="p")
    assert (await rig.server.heard())["envelope_id"] == "e2"
    rig.running.cancel()
    rig.gate.set()
    assert (await rig.server.heard())["envelope_id"] == "e1"
    await asyncio.wait({rig.running}, timeout=10)
    assert not rig.socket.is_alive


async def test_while_there_is_no_connection_it_says_so(rig: Rig) -> None:
    await rig.server.connected(1)
    rig.server.refuses = 1
    await rig.server.connections[0].close()
    await rig.server.refused.wait()
    assert not rig.socket.is_alive
    await rig.server.connected(2)
