"""What is new in a transcript, as it happens, by server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated

from anyio import CancelScope
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from adapters.web.chat import Chat
from adapters.web.people import SignedIn
from adapters.web.render import entry_json

_AT_ONCE = 100
_RETRY_MS = 1_000


def add_events(router: APIRouter, chat: Chat, *, look_every: float) -> None:
    """Add the stream to the router. Every `look_every` seconds the table is read for what other processes wrote."""

    async def signed_in(request: Request, slug: str) -> SignedIn:
        return chat.signed_in(request, slug)

    @router.get("/chat/{slug}/events", response_class=EventSourceResponse)
    async def events(
        me: Annotated[SignedIn, Depends(signed_in)],
        after: Annotated[int, Query(ge=0)] = 0,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
        live = chat.transcript.live
        yield ServerSentEvent(retry=_RETRY_MS, comment="connected")
        with live.listen(me.person.id) as bell:
            while not live.closed:
                # A page that leaves in the middle of a reading must not tear the database's connection.
                with CancelScope(shield=True):
                    entries = await chat.transcript.changed(me.person.id, after=seen, limit=_AT_ONCE)
                for entry in entries:
                    zone = chat.desk_named(entry.desk or me.desk).zone
                    yield ServerSentEvent(
                        event="append" if entry.replaced_at is None else "replace",
                        id=str(entry.revision),
                        data=entry_json(chat.renderer, entry, slug=me.slug, zone=zone),
                    )
                    seen = entry.revision
                if len(entries) < _AT_ONCE:
                    await bell.wait(look_every)
