"""What every chat platform promises of `tell`, held by the one in memory, by the web chat and by Slack."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.work import SqlWork
from adapters.slack.access import SlackAccess
from adapters.slack.api import SlackApi
from adapters.slack.chat_platform import SlackChatPlatform
from adapters.slack.people import SlackPeople
from adapters.slack.places import SlackPlaces
from adapters.slack.posts import SlackPosts
from adapters.slack.under_way import UnderWay
from adapters.web.chat_platform import WebChatPlatform
from adapters.web.live import Live
from adapters.web.transcript import WebTranscript
from bot.messages import Message
from bot.ports import ChatPlatform
from bot.settings import SlackMode
from dedupe.values import ReportId
from escalation.values import PersonId
from tests.fakes.chat import FakeChatPlatform

ANA, BEN = PersonId("web:ana"), PersonId("web:ben")


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A platform, and a look at what a person was told there."""

    chat: ChatPlatform
    told: Callable[[PersonId], Awaitable[list[Message]]]


@asynccontextmanager
async def in_memory(engine: AsyncEngine) -> AsyncIterator[Platform]:
    chat = FakeChatPlatform()

    async def told(person: PersonId) -> list[Message]:
        return chat.told.get(person, [])

    yield Platform(chat=chat, told=told)


@asynccontextmanager
async def web_chat(engine: AsyncEngine) -> AsyncIterator[Platform]:
    transcript = WebTranscript(engine, now, Live())

    async def told(person: PersonId) -> list[Message]:
        return [entry.message for entry in await transcript.latest(person, 50) if entry.message]

    yield Platform(chat=WebChatPlatform(transcript), told=told)


@asynccontextmanager
async def slack(engine: AsyncEngine) -> AsyncIterator[Platform]:
    posted: list[tuple[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        arguments = await request.json()
        if request.match_info["method"] == "conversations.open":
            return web.json_response({"ok": True, "channel": {"id": f"D-{arguments['users']}"}})
        posted.append((arguments["channel"], arguments["text"]))
        return web.json_response({"ok": True, "channel": arguments["channel"], "ts": f"{len(posted)}.0"})

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def told(person: PersonId) -> list[Message]:
        return [Message(title=text) for channel, text in posted if channel == f"D-{person.partition(':')[2]}"]

    passed = timedelta()

    def clock() -> datetime:
        return now() + passed

    async def pass_time(seconds: float) -> None:
        nonlocal passed
        passed += timedelta(seconds=seconds)

    address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    access = SlackAccess(bot_token="xoxb-1", mode=SlackMode.SOCKET, api_url=address)
    api = SlackApi(access, clock, sleep=pass_time)
    await api.open()
    places = SlackPlaces(engine)
    yield Platform(
        chat=SlackChatPlatform(
            api=api,
            places=places,
            posts=SlackPosts(api, places, clock),
            people=SlackPeople(api, clock, UnderWay()),
            open_work=SqlWork(engine),
            clock=clock,
        ),
        told=told,
    )
    await api.close()
    await runner.cleanup()


def now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(params=[in_memory, web_chat, slack])
async def platform(request: pytest.FixtureRequest, engine: AsyncEngine) -> AsyncIterator[Platform]:
    make: Callable[[AsyncEngine], AbstractAsyncContextManager[Platform]] = request.param
    async with make(engine) as platform:
        yield platform


async def test_each_person_reads_what_they_were_told_in_its_order(platform: Platform) -> None:
    await platform.chat.tell(ANA, Message(title="one"), about=ReportId(1), mark="1")
    await platform.chat.tell(BEN, Message(title="his"), about=None, mark="2")
    await platform.chat.tell(ANA, Message(title="two"), about=None, mark="3")
    assert await platform.told(ANA) == [Message(title="one"), Message(title="two")]
    assert await platform.told(BEN) == [Message(title="his")]


async def test_what_is_said_twice_with_one_mark_is_shown_once(platform: Platform) -> None:
    await platform.chat.tell(ANA, Message(title="one"), about=None, mark="1")
    await platform.chat.tell(ANA, Message(title="one, later"), about=None, mark="1")
    assert await platform.told(ANA) == [Message(title="one")]


async def test_renewing_a_card_tells_nobody_anything(platform: Platform) -> None:
    await platform.chat.renew(ANA, ReportId(1), Message(title="renewed"))
    assert await platform.told(ANA) == []
