"""The web over a database of its own, with a scripted conversation and a clock that stands still."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.board.board import Board
from adapters.board.pages import board_router
from adapters.db.engine import make_engine
from adapters.web.app import WebSettings, create_app
from adapters.web.live import Live
from adapters.web.people import SignedPeople
from adapters.web.transcript import WebTranscript
from bot.desks import Desk
from bot.masking import mask
from tests.fakes.conversation import ScriptedConversation

NOW = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
HOME = "http://127.0.0.1:8080"
BERLIN = Desk(name="default", title="Northwind", zone=ZoneInfo("Europe/Berlin"))


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(sqlite_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def transcript(sqlite: AsyncEngine) -> WebTranscript:
    return WebTranscript(sqlite, lambda: NOW, Live())


@pytest.fixture
def board(sqlite: AsyncEngine) -> Board:
    return Board(sqlite, lambda: NOW)


@pytest.fixture
def conversation() -> ScriptedConversation:
    return ScriptedConversation()


@pytest.fixture
def people() -> SignedPeople:
    return SignedPeople("a secret of the tests")


MakeApp = Callable[[float], FastAPI]


@pytest.fixture
def make_app(
    conversation: ScriptedConversation, transcript: WebTranscript, people: SignedPeople, board: Board
) -> MakeApp:
    def make(look_every: float) -> FastAPI:
        return create_app(
            conversation=conversation,
            transcript=transcript,
            people=people,
            board_router=board_router(board, who=people.who, desks=[BERLIN], clock=lambda: NOW),
            settings=WebSettings(desks=[BERLIN], home=HOME, look_every=look_every),
            clock=lambda: NOW,
            mask=mask,
        )

    return make


@pytest.fixture
def app(make_app: MakeApp) -> FastAPI:
    """An application whose pages wake only when they are told to."""
    return make_app(3_600)


@pytest.fixture
def quick_app(make_app: MakeApp) -> FastAPI:
    """An application whose pages look at the table all the time."""
    return make_app(0.01)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser's habits: cookies kept, and the page's origin on every request."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME}) as client:
        yield client


@pytest.fixture
async def ana(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser at which Ana signed in as an agent."""
    await sign_in(browser, "Ana")
    return browser


async def sign_in(browser: httpx.AsyncClient, name: str, role: str = "agent") -> httpx.Response:
    return await browser.post("/chat", data={"name": name, "role": role, "desk": "default"})
