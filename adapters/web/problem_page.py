"""The page behind a link to a problem. Who is not known here learns nothing of it, not even whether it is there."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from adapters.web.chat import Chat
from adapters.web.people import SignedIn
from adapters.web.render import Renderer
from bot.turn import Turn

_ELSEWHERE = "Problems are shown where you report them. Type there: show #{number}"


def add_problem_page(router: APIRouter, renderer: Renderer, chat: Chat | None) -> None:
    """Add the page to the router. Without a web chat nobody is known here."""

    @router.get("/problems/{desk}/{number}")
    async def show_problem(request: Request, desk: str, number: int) -> Response:
        me = None if chat is None else _reader(request, chat, desk)
        if chat is None or me is None:
            sentence = _ELSEWHERE.format(number=number)
            return HTMLResponse(renderer.page("sentence.html", title=f"Problem #{number}", sentence=sentence))
        turn = Turn(person=me.person, desk=desk, now=chat.clock(), origin="web")
        card = await chat.conversation.card(turn, f"#{number}")
        if card is None:
            raise HTTPException(404, f"There is no problem #{number} on this desk.")
        body = renderer.message(card, slug=me.slug)
        return HTMLResponse(renderer.page("problem.html", title=card.title, body=body, me=me))


def _reader(request: Request, chat: Chat, desk: str) -> SignedIn | None:
    """Who signed in last at this browser, of those who work at the desk."""
    people = chat.people.read(request).values()
    return next((each for each in reversed(people) if each.desk == desk), None)
