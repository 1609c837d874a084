"""What every chat platform promises of `tell`, held by the one in memory and by the web chat."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.web.chat_platform import WebChatPlatform
from adapters.web.live import Live
from adapters.web.transcript import WebTranscript
from bot.messages import Message
from bot.ports import ChatPlatform
from dedupe.values import ReportId
from escalation.values import PersonId
from tests.fakes.chat import FakeChatPlatform

ANA, BEN = PersonId("web:ana"), PersonId("web:ben")


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A platform, and a look at what a person was told there."""

    chat: ChatPlatform
    told: Callable[[PersonId], Awaitable[list[Message]]]


def in_memory(engine: AsyncEngine) -> Platform:
    chat = FakeChatPlatform()

    async def told(person: PersonId) -> list[Message]:
        return chat.told.get(person, [])

    return Platform(chat=chat, told=told)


def web(engine: AsyncEngine) -> Platform:
    transcript = WebTranscript(engine, lambda: datetime(2026, 3, 2, tzinfo=UTC), Live())

    async def told(person: PersonId) -> list[Message]:
        return [entry.message for entry in await transcript.latest(person, 50) if entry.message]

    return Platform(chat=WebChatPlatform(transcript), told=told)


@pytest.fixture(params=[in_memory, web])
def platform(request: pytest.FixtureRequest, engine: AsyncEngine) -> Platform:
    make: Callable[[AsyncEngine], Platform] = request.param
    return make(engine)


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
