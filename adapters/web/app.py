"""The web application: the chat, the board's pages, and what every page shares."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from adapters.web.acts import add_acts
from adapters.web.chat import Chat, add_pages
from adapters.web.events import add_events
from adapters.web.guard import Guard, check_origin
from adapters.web.people import SignedPeople
from adapters.web.ports import Conversation
from adapters.web.problem_page import add_problem_page
from adapters.web.render import Renderer
from adapters.web.transcript import WebTranscript
from bot.desks import Desk

_SENTENCES: dict[int, str] = {
    404: "There is nothing at this address.",
    405: "This address does not take that.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class WebSettings:
    """How the web is served.

    `home` is the address under which people reach it. `hosts` are the names it answers to (None: any). `chat` says
    whether there is a web chat. `look_every` is how often, in seconds, an open page looks for what other processes
    wrote.
    """

    desks: Sequence[Desk]
    home: str
    hosts: Sequence[str] | None = ("127.0.0.1", "localhost", "::1")
    chat: bool = True
    look_every: float = 3.0


def create_app(  # noqa: PLR0913 - the parts that the composition root puts together
    *,
    conversation: Conversation,
    transcript: WebTranscript,
    people: SignedPeople,
    board_router: APIRouter | None,
    settings: WebSettings,
    clock: Callable[[], datetime],
    mask: Callable[[str], str],
    ailments: Callable[[], Sequence[str]] = tuple,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """The application. `mask` takes personal data out of what the transcript keeps of a person's words. `ailments` says
    what keeps the process from its work.
    """
    renderer = Renderer(home=settings.home)
    app = FastAPI(title="techissue", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(Guard, hosts=settings.hosts)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    if board_router is not None:
        app.include_router(board_router, dependencies=[Depends(check_origin)])
    chat = None
    if settings.chat:
        chat = Chat(
            conversation=conversation,
            transcript=transcript,
            people=people,
            desks=settings.desks,
            renderer=renderer,
            clock=clock,
            mask=mask,
            has_board=board_router is not None,
        )
        app.include_router(_chat_router(chat, settings))
    pages = APIRouter()
    add_problem_page(pages, renderer, chat)
    app.include_router(pages)
    _add_entrance(app, start="/chat" if settings.chat else "/board", ailments=ailments)
    _add_sentences(app, renderer)
    return app


def _chat_router(chat: Chat, settings: WebSettings) -> APIRouter:
    router = APIRouter(dependencies=[Depends(check_origin)])
    add_events(router, chat, look_every=settings.look_every)
    add_acts(router, chat)
    add_pages(router, chat)
    return router


def _add_entrance(app: FastAPI, *, start: str, ailments: Callable[[], Sequence[str]]) -> None:
    @app.get("/")
    async def root() -> Response:
        return RedirectResponse(start, 307)

    @app.get("/healthz")
    async def healthz() -> Response:
        found = ailments()
        return PlainTextResponse("; ".join(found) + "\n", 503) if found else PlainTextResponse("ok\n")


def _add_sentences(app: FastAPI, renderer: Renderer) -> None:
    @app.exception_handler(HTTPException)
    async def refuse(request: Request, error: HTTPException) -> Response:
        # A detail that is the status's own phrase says nothing to a person; ours are sentences.
        ours = error.detail != HTTPStatus(error.status_code).phrase
        sentence = str(error.detail) if ours else _SENTENCES.get(error.status_code, "That did not work.")
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"notice": sentence}, error.status_code, headers=error.headers)
        page = renderer.page("sentence.html", title="That did not work", sentence=sentence)
        return HTMLResponse(page, error.status_code, headers=error.headers)
