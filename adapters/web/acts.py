"""What a person does in the chat: says, presses, submits. The answers are pieces of the page."""

import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field, StringConstraints

from adapters.web.chat import Chat
from adapters.web.clamp import clean
from adapters.web.people import SignedIn
from adapters.web.render import entry_json
from adapters.web.transcript import Entry, EntryDraft, EntryKind
from bot.messages import Action, Message, Reply, Tone
from bot.turn import Turn
from dedupe.values import ReportId

Delivery = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
"""Made by the page for each act, and the same when the act is sent again."""

_COMMAND = re.compile(r"^\s*/techissue(?=\s|$)", re.IGNORECASE)
_STALE = "This had changed meanwhile. Here is how it stands now."


class Said(BaseModel):
    """A line typed, with or without the command's name."""

    text: str
    delivery: Delivery


class Pressed(BaseModel):
    """A button of an entry's message."""

    entry: int
    name: str
    value: str
    delivery: Delivery


class Submitted(BaseModel):
    """A form filled in. `entry` is the one whose button opened it."""

    form: str
    value: str
    fields: dict[str, str]
    delivery: Delivery
    entry: int | None = None


class Problem(BaseModel):
    """What is wrong with a field of the form."""

    field: str
    message: str


class Answer(BaseModel):
    """Entries to show (each in its place), a form to open, what is wrong with the one that was sent, a sentence."""

    entries: list[dict[str, object]] = Field(default_factory=list)
    form: str | None = None
    errors: list[Problem] = Field(default_factory=list)
    notice: str | None = None


def add_acts(router: APIRouter, chat: Chat) -> None:
    """Add the acts to the router."""

    @router.post("/chat/{slug}/say")
    async def say(request: Request, slug: str, said: Said) -> Answer:
        me = chat.signed_in(request, slug)
        text = _COMMAND.sub("", clean(said.text), count=1).strip()
        reply = await chat.conversation.command(_turn(chat, me, said.delivery, me.desk), text)
        return await _answer(chat, me, reply, delivery=said.delivery, desk=me.desk, typed=text)

    @router.post("/chat/{slug}/press")
    async def press(request: Request, slug: str, pressed: Pressed) -> Answer:
        me = chat.signed_in(request, slug)
        entry = await chat.transcript.get(me.person.id, pressed.entry)
        if entry is None:
            return Answer(notice="This message is not there any more.")
        if not _offers(entry, pressed):
            return Answer(entries=[_json(chat, me, entry)], notice=_STALE)
        desk = entry.desk or me.desk
        turn = _turn(chat, me, pressed.delivery, desk)
        reply = await chat.conversation.press(turn, pressed.name, pressed.value)
        return await _answer(chat, me, reply, delivery=pressed.delivery, desk=desk, pressed=entry)

    @router.post("/chat/{slug}/submit")
    async def submit(request: Request, slug: str, submitted: Submitted) -> Answer:
        me = chat.signed_in(request, slug)
        entry = None if submitted.entry is None else await chat.transcript.get(me.person.id, submitted.entry)
        desk = (entry and entry.desk) or me.desk
        fields = {name: clean(value) for name, value in submitted.fields.items()}
        turn = _turn(chat, me, submitted.delivery, desk)
        reply = await chat.conversation.submit(turn, submitted.form, submitted.value, fields)
        typed = fields.get("text", "").strip()
        return await _answer(
            chat, me, reply, delivery=submitted.delivery, desk=desk, typed=typed, pressed=entry, form=True
        )


def _turn(chat: Chat, me: SignedIn, delivery: str, desk: str) -> Turn:
    return Turn(
        person=me.person,
        desk=chat.desk_named(desk).name,
        now=chat.clock(),
        origin="web",
        # The person is part of it, so that nobody is given the answer to another's act.
        delivery=f"{me.person.id}:{delivery}",
    )


async def _answer(  # noqa: PLR0913 - one act with all that belongs to it
    chat: Chat,
    me: SignedIn,
    reply: Reply,
    *,
    delivery: str,
    desk: str,
    typed: str = "",
    pressed: Entry | None = None,
    form: bool = False,
) -> Answer:
    """Keep what was said and answered, and show it. A form alone leaves nothing in the transcript.

    What failed on our side is refused like a failed request: the page keeps what was typed, for another try.
    """
    if reply.failed:
        raise HTTPException(503, "" if reply.message is None else reply.message.title)
    answer = Answer(
        form=None
        if reply.form is None
        else chat.renderer.form(reply.form, entry=None if pressed is None else pressed.id),
        errors=[Problem(field=error.field, message=clean(error.message)) for error in reply.errors],
    )
    # The message beside field errors says the same for platforms without fields.
    if reply.message is None or (reply.errors and form):
        return answer
    message = reply.message
    if message.tone is Tone.WARNING:
        # A warning may repeat what was typed, before anything was taken out of it.
        message = replace(message, text=chat.mask(message.text))
    about = None if reply.about is None else ReportId(reply.about)
    entries: list[Entry] = []
    if reply.replaces and pressed is not None:
        replaced = await chat.transcript.replace(pressed, message, about=about)
        entries = [] if replaced is None else [replaced]
    if not entries:
        entries = await _add(chat, me, message, delivery=delivery, desk=desk, typed=typed, about=about)
    answer.entries = [_json(chat, me, entry) for entry in entries]
    return answer


async def _add(  # noqa: PLR0913 - what was typed and what was answered, kept at once
    chat: Chat,
    me: SignedIn,
    message: Message,
    *,
    delivery: str,
    desk: str,
    typed: str,
    about: ReportId | None,
) -> list[Entry]:
    mine, answer = EntryKind.ME, EntryKind.ANSWER
    drafts = [
        EntryDraft(person=me.person.id, desk=desk, kind=answer, mark=f"{delivery}:answer", message=message, about=about)
    ]
    if typed:
        said = EntryDraft(person=me.person.id, desk=desk, kind=mine, mark=f"{delivery}:me", text=chat.mask(typed))
        drafts.insert(0, said)
    return await chat.transcript.add(*drafts)


def _offers(entry: Entry, pressed: Pressed) -> bool:
    if entry.message is None:
        return False
    offered: list[Action] = [*entry.message.actions]
    for choice in entry.message.choices:
        offered.extend(choice.actions)
    return any((action.name, action.value) == (pressed.name, pressed.value) for action in offered)


def _json(chat: Chat, me: SignedIn, entry: Entry) -> dict[str, object]:
    zone = chat.desk_named(entry.desk or me.desk).zone
    return dict(entry_json(chat.renderer, entry, slug=me.slug, zone=zone))
