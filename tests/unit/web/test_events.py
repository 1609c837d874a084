"""The event stream, driven through the ASGI door, so that nothing has to be waited for but what is sent."""

import asyncio
import json
import socket
from typing import Any, Self

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.web.chat_platform import WebChatPlatform
from adapters.web.live import Live
from adapters.web.people import COOKIE
from adapters.web.server import WebServer
from adapters.web.transcript import EntryDraft, EntryKind, WebTranscript
from bot.messages import Message
from dedupe.values import ReportId
from escalation.values import PersonId
from tests.unit.web.conftest import HOME, NOW

ANA = PersonId("web:ana")
SECONDS = 10


class Stream:
    """An event stream, open for as long as the block lasts. `event` gives the next one as its fields."""

    def __init__(self, app: FastAPI, cookie: str, *, query: str = "", last_event_id: str | None = None) -> None:
        headers = [(b"host", HOME.removeprefix("http://").encode()), (b"cookie", f"{COOKIE}={cookie}".encode())]
        if last_event_id is not None:
            headers.append((b"last-event-id", last_event_id.encode()))
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/chat/ana/events",
            "raw_path": b"/chat/ana/events",
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8080),
        }
        self._sent: asyncio.Queue[Any] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._asked = False
        self._task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self._sent.put(message)

    async def status(self) -> int:
        message = await asyncio.wait_for(self._sent.get(), SECONDS)
        return int(message["status"])

    async def event(self) -> dict[str, str]:
        while True:
            message = await asyncio.wait_for(self._sent.get(), SECONDS)
            lines = message.get("body", b"").decode().splitlines()
            fields = dict(line.split(": ", 1) for line in lines if line and not line.startswith(":"))
            if "event" in fields:
                return fields

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        await asyncio.wait_for(self._task, SECONDS)


@pytest.fixture
def cookie(ana: httpx.AsyncClient) -> str:
    return ana.cookies[COOKIE]


def card(mark: str, title: str, *, about: int | None = None) -> EntryDraft:
    return EntryDraft(
        person=ANA,
        desk="default",
        kind=EntryKind.ANSWER,
        mark=mark,
        message=Message(title=title),
        about=None if about is None else ReportId(about),
    )


async def test_what_is_told_arrives_as_rendered_html(app: FastAPI, cookie: str, transcript: WebTranscript) -> None:
    async with Stream(app, cookie) as stream:
        assert await stream.status() == 200
        await WebChatPlatform(transcript).tell(ANA, Message(title="<b>fixed</b>"), about=None, mark="1")
        event = await stream.event()
    assert (event["event"], event["id"]) == ("append", "1")
    assert "&lt;b&gt;fixed&lt;/b&gt;" in json.loads(event["data"])["html"]


async def test_a_renewed_card_arrives_as_a_replacement(app: FastAPI, cookie: str, transcript: WebTranscript) -> None:
    [entry] = await transcript.add(card("1", "before", about=4))
    async with Stream(app, cookie, query="after=1") as stream:
        await WebChatPlatform(transcript).renew(ANA, ReportId(4), Message(title="after"))
        event = await stream.event()
    assert (event["event"], event["id"], json.loads(event["data"])["id"]) == ("replace", "2", entry.id)


async def test_a_page_that_was_away_gets_what_it_missed_and_no_more(
    app: FastAPI, cookie: str, transcript: WebTranscript
) -> None:
    await transcript.add(card("1", "one"), card("2", "two"), card("3", "three"))
    async with Stream(app, cookie, query="after=0", last_event_id="1") as stream:
        events = [await stream.event(), await stream.event()]
    assert [event["id"] for event in events] == ["2", "3"]


async def test_what_another_process_wrote_is_found_by_looking(
    cookie: str, sqlite: AsyncEngine, quick_app: FastAPI
) -> None:
    async with Stream(quick_app, cookie) as stream:
        assert await stream.status() == 200
        elsewhere = WebTranscript(sqlite, lambda: NOW, Live())
        await elsewhere.add(card("1", "from elsewhere"))
        event = await stream.event()
    assert "from elsewhere" in event["data"]


async def test_a_page_that_leaves_is_not_listened_for_any_more(
    app: FastAPI, cookie: str, transcript: WebTranscript
) -> None:
    async with Stream(app, cookie) as stream:
        await transcript.add(card("1", "one"))
        await stream.event()
    assert transcript.live.listening == 0


async def test_nobody_listens_to_a_person_who_is_not_signed_in_here(app: FastAPI) -> None:
    async with Stream(app, "") as stream:
        assert await stream.status() == 401


async def test_the_server_stops_although_a_page_is_open(app: FastAPI, cookie: str, transcript: WebTranscript) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    server = WebServer(uvicorn.Config(app, log_config=None, lifespan="off"), transcript.live)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    writer.write(f"GET /chat/ana/events HTTP/1.1\r\nHost: localhost\r\nCookie: {COOKIE}={cookie}\r\n\r\n".encode())
    await asyncio.wait_for(reader.readuntil(b": connected"), SECONDS)
    server.should_exit = True
    await asyncio.wait_for(serving, SECONDS)
    writer.close()
