"""The board in the browser: looking, moving, commenting."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adapters.board.board import Board
from adapters.board.errors import BadMoveError
from adapters.board.html import BoardPages, opened_as, slug_of
from bot.desks import Desk
from bot.people import Person
from escalation.errors import TicketGoneError
from escalation.values import Priority, TicketKey


def board_router(
    board: Board,
    *,
    who: Callable[[Request], Person | None],
    desks: Sequence[Desk],
    clock: Callable[[], datetime],
) -> APIRouter:
    """The board's pages. `who` tells the person a request is made as: they move and comment under their name.

    Somebody who is not known may look. Whoever wants to hear of moves asks the board itself (`Board.on_move`).
    """
    pages = BoardPages(desks, clock)
    router = APIRouter()
    Viewer = Annotated[Person | None, Depends(who)]  # noqa: N806 - a type, made of an argument

    @router.get("/board")
    async def show_board(person: Viewer, desk: str = "") -> Response:
        return HTMLResponse(pages.board(await board.listing(), person, desk=desk))

    @router.get("/board/{key}")
    async def show_ticket(person: Viewer, key: str) -> Response:
        with _answered():
            return HTMLResponse(pages.ticket(await board.get(TicketKey(key)), person))

    _add_acts(router, board, who)
    return router


def _add_acts(router: APIRouter, board: Board, who: Callable[[Request], Person | None]) -> None:
    def somebody(request: Request) -> Person:
        person = who(request)
        if person is None:
            raise HTTPException(401, "Give your name in the chat first: a ticket is moved by somebody.")
        return person

    Somebody = Annotated[Person, Depends(somebody)]  # noqa: N806 - likewise

    @router.post("/board/{key}/move")
    async def move(
        person: Somebody, key: str, to: Annotated[str, Form()], back: Annotated[str, Form()] = ""
    ) -> Response:
        status, _, resolution = to.partition("|")
        with _answered():
            await board.move(TicketKey(key), status, resolution or None, person.id, person.name)
        return _go("/board" if back else f"/board/{quote(key)}", person)

    @router.post("/board/{key}/priority")
    async def set_priority(person: Somebody, key: str, priority: Annotated[Priority, Form()]) -> Response:
        with _answered():
            await board.set_priority(TicketKey(key), priority, person.id, person.name)
        return _go(f"/board/{quote(key)}", person)

    @router.post("/board/{key}/comment")
    async def comment(person: Somebody, key: str, text: Annotated[str, Form()] = "") -> Response:
        with _answered():
            if text.strip():
                await board.comment(TicketKey(key), text.strip(), person.id, person.name)
        return _go(f"/board/{quote(key)}", person)


@contextmanager
def _answered() -> Iterator[None]:
    """What the board refuses is answered with its own sentence."""
    try:
        yield
    except BadMoveError as error:
        raise HTTPException(422, str(error)) from error
    except TicketGoneError as error:
        raise HTTPException(404, str(error)) from error


def _go(path: str, person: Person) -> Response:
    """Show the page anew, so that reloading it does not do the act again."""
    return RedirectResponse(opened_as(path, slug_of(person)), 303)
