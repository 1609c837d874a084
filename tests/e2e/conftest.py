"""A real browser, the real product as its own process, and the pages over a scripted conversation."""

import asyncio
import os
import shutil
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from adapters.board.board import Board
from adapters.board.pages import board_router
from adapters.db.engine import make_engine
from adapters.web.app import WebSettings, create_app
from adapters.web.live import Live
from adapters.web.people import SignedPeople
from adapters.web.server import WebServer
from adapters.web.transcript import WebTranscript
from bot.desks import Desk
from bot.masking import mask
from tests.fakes.conversation import ScriptedConversation
from tests.peers import missing_peer

ROOT = Path(__file__).parents[2]
IN_ONE_LOOP = pytest.mark.asyncio(loop_scope="session")
"""For each test here: the browser is started once, and lives in the loop that all of them share."""

_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # Nothing a page asks for leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_START_SECONDS = 60
_STOP_SECONDS = 15


def find_browser() -> str | None:
    """The browser named by CHROMIUM, or one that is installed."""
    named = os.environ.get("CHROMIUM")
    candidates = (named, "/usr/bin/chromium", *map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    return next((each for each in candidates if each and Path(each).exists()), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium, or the test is skipped."""
    program = find_browser()
    if program is None:
        missing_peer("there is no Chromium here: install it, or name it by CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield browser
        await browser.close()


OpenAs = Callable[[str], Awaitable[Page]]


@asynccontextmanager
async def pages_of(browser: Browser, home: str) -> AsyncIterator[OpenAs]:
    """Opens the chat as somebody, each in a browser of their own. At the end no page may have complained."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    async def open_as(name: str) -> Page:
        context = await browser.new_context(viewport={"width": 1180, "height": 860})
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", listen)
        await page.goto(home)
        await page.get_by_label("Your name").fill(name)
        await page.get_by_role("button", name="Open the chat").click()
        await page.locator("#live[data-state=live]").wait_for()
        return page

    try:
        yield open_as
    finally:
        # An open page would look for its server for as long as the browser runs.
        for context in contexts:
            await context.close()
    assert complaints == []


@dataclass(kw_only=True)
class Scripted:
    """The pages, served by this process over a scripted conversation."""

    home: str
    conversation: ScriptedConversation
    transcript: WebTranscript
    board: Board


@pytest_asyncio.fixture(loop_scope="session")
async def scripted(sqlite_url: str) -> AsyncIterator[Scripted]:
    engine = make_engine(sqlite_url)
    listener = socket.create_server(("127.0.0.1", 0))
    home = f"http://127.0.0.1:{listener.getsockname()[1]}"
    desk = Desk(name="default", title="Northwind", zone=ZoneInfo("Europe/Berlin"))
    conversation, people, live = ScriptedConversation(), SignedPeople("a secret of the tests"), Live()
    transcript, board = WebTranscript(engine, _now, live), Board(engine, _now)
    app = create_app(
        conversation=conversation,
        transcript=transcript,
        people=people,
        board_router=board_router(board, who=people.who, desks=[desk], clock=_now),
        settings=WebSettings(desks=[desk], home=home),
        clock=_now,
        mask=mask,
    )
    server = WebServer(uvicorn.Config(app, log_config=None, lifespan="off"), live)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    yield Scripted(home=home, conversation=conversation, transcript=transcript, board=board)
    server.should_exit = True
    await asyncio.wait_for(serving, _STOP_SECONDS)
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def open_as(browser: Browser, scripted: Scripted) -> AsyncIterator[OpenAs]:
    """Opens the scripted chat as somebody."""
    async with pages_of(browser, scripted.home) as open_as:
        yield open_as


@pytest_asyncio.fixture(loop_scope="session")
async def product(tmp_path: Path) -> AsyncIterator[str]:
    """The real product as its own process, with a database of its own; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TECHISSUE_DATABASE_URL": f"sqlite:///{tmp_path}/loop.db"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "serve", "--port", str(port)),
        cwd=tmp_path,
        env=environment,
        stdout=DEVNULL,
    )
    home = f"http://127.0.0.1:{port}"
    try:
        await asyncio.wait_for(_answers(home, process), _START_SECONDS)
        yield home
    finally:
        if process.returncode is None:
            process.terminate()
        assert await asyncio.wait_for(process.wait(), _STOP_SECONDS) == 0


async def _answers(home: str, process: Process) -> None:
    """Return when the product answers. Another process cannot be waited for but by asking."""
    async with httpx.AsyncClient() as client:
        while process.returncode is None:
            with suppress(httpx.TransportError):
                if (await client.get(f"{home}/healthz")).is_success:
                    return
            await asyncio.sleep(0.05)
    pytest.fail("the product ended as it was started; what it said is above")


def _now() -> datetime:
    return datetime.now(UTC)
