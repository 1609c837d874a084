"""The chat's pages: giving a name, and talking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from adapters.web.people import NAME_LENGTH, SignedIn, SignedPeople, slug_of
from adapters.web.ports import Conversation
from adapters.web.render import Renderer
from adapters.web.transcript import Entry, WebTranscript
from bot.desks import Desk
from bot.people import Role

_SHOWN = 100
_MOST_SHOWN = 2_000
_ROLES = (
    (Role.AGENT.value, "Agent", "reports what customers say"),
    (Role.TRIAGER.value, "Triager", "merges, splits and notes"),
    (Role.SUPERVISOR.value, "Supervisor", "sees what recurs"),
)
_COMMANDS = (("mine", "My reports"), ("top", "Top problems"), ("help", "Help"))
_EXAMPLES = (
    "Card payment fails at the last step, ERR-4012",
    "The app logs her out every time she opens her invoices",
    "Caller stuck in the phone menu, pressing 2 does nothing",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """What the chat's pages work with. `mask` takes personal data out of what is kept of a person's words."""

    conversation: Conversation
    transcript: WebTranscript
    people: SignedPeople
    desks: Sequence[Desk]
    renderer: Renderer
    clock: Callable[[], datetime]
    mask: Callable[[str], str]
    has_board: bool

    def signed_in(self, request: Request, slug: str) -> SignedIn:
        """The person of this slug. Raises HTTPException 401 unless they signed in at this browser."""
        found = self.people.read(request).get(slug)
        if found is None:
            raise HTTPException(401, "You are signed out here. Open the chat again and give your name.")
        return found

    def desk_named(self, name: str | None) -> Desk:
        """The desk of this name, or the first where there is none of it any more."""
        return next((desk for desk in self.desks if desk.name == name), self.desks[0])

    def entry_html(self, entry: Entry, me: SignedIn) -> Markup:
        """An entry as this person sees it."""
        zone = self.desk_named(entry.desk or me.desk).zone
        return self.renderer.entry(entry, slug=me.slug, zone=zone)


def chat_address(slug: str) -> str:
    """Where a person's chat is."""
    return f"/chat/{quote(slug)}"


def add_pages(router: APIRouter, chat: Chat) -> None:
    """Add the pages to the router."""
    _add_door(router, chat)

    @router.get("/chat/{slug}")
    async def talk(request: Request, slug: str, last: Annotated[int, Query(ge=1, le=_MOST_SHOWN)] = _SHOWN) -> Response:
        people = chat.people.read(request)
        if slug not in people:
            return RedirectResponse("/chat?another=1", 303)
        return HTMLResponse(await _chat_page(chat, people, people[slug], last=last))


def _add_door(router: APIRouter, chat: Chat) -> None:
    @router.get("/chat")
    async def door(request: Request, *, another: bool = False) -> Response:
        people = chat.people.read(request)
        if len(people) == 1 and not another:
            return RedirectResponse(chat_address(next(iter(people))), 303)
        return HTMLResponse(_sign_in_page(chat, people))

    @router.post("/chat")
    async def sign_in(
        request: Request,
        name: Annotated[str, Form()] = "",
        role: Annotated[Role, Form()] = Role.AGENT,
        desk: Annotated[str, Form()] = "",
    ) -> Response:
        name = " ".join(name.split())[:NAME_LENGTH]
        people = chat.people.read(request)
        slug = slug_of(name)
        if not slug:
            page = _sign_in_page(chat, people, name=name, role=role, desk=desk, error="Please type a name.")
            return HTMLResponse(page, 422)
        people.pop(slug, None)
        people[slug] = SignedIn(slug=slug, name=name, role=role, desk=chat.desk_named(desk).name)
        response = RedirectResponse(chat_address(slug), 303)
        chat.people.write(request, response, people)
        return response

    @router.post("/chat/{slug}/leave")
    async def leave(request: Request, slug: str) -> Response:
        people = chat.people.read(request)
        people.pop(slug, None)
        response = RedirectResponse("/chat", 303)
        chat.people.write(request, response, people)
        return response


def _sign_in_page(  # noqa: PLR0913 - the fields of one form
    chat: Chat,
    people: dict[str, SignedIn],
    *,
    name: str = "",
    role: Role = Role.AGENT,
    desk: str = "",
    error: str = "",
) -> str:
    return chat.renderer.page(
        "sign_in.html",
        people=list(people.values()),
        name=name,
        role=role.value,
        desk=chat.desk_named(desk).name,
        error=error,
        roles=_ROLES,
        desks=chat.desks,
        name_length=NAME_LENGTH,
    )


async def _chat_page(chat: Chat, people: dict[str, SignedIn], me: SignedIn, *, last: int) -> str:
    # The revision is read first: what is added meanwhile comes by the event stream, and never twice.
    revision = await chat.transcript.revision(me.person.id)
    entries = await chat.transcript.latest(me.person.id, last)
    return chat.renderer.page(
        "chat.html",
        me=me,
        others=[each for each in people.values() if each.slug != me.slug],
        desk=chat.desk_named(me.desk),
        board=chat.has_board,
        entries=[chat.entry_html(entry, me) for entry in entries],
        more=min(last + _SHOWN, _MOST_SHOWN) if len(entries) == last < _MOST_SHOWN else None,
        revision=revision,
        examples=_EXAMPLES,
        commands=_COMMANDS,
    )
