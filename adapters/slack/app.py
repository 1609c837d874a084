"""The bolt app: which of Slack's requests go to which act, and what each is acknowledged with."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.acts import OPEN_FORM, Acts
from adapters.slack.api import SlackApi
from adapters.slack.events import Events
from adapters.slack.form_acts import FormActs, is_report_form
from adapters.slack.guard import Identity, Sender, sender_of
from adapters.slack.heard import read_text
from adapters.slack.home_acts import HomeActs, is_home
from adapters.slack.modal import SOUGHT, TYPED
from adapters.slack.pressed import PATTERN
from adapters.slack.source import source_of

COMMAND = "/techissue"
GLOBAL_SHORTCUT = "report_issue"
MESSAGE_SHORTCUT = "report_message"
_SENDER = "sender"
_STORED_SECONDS = 0.5
"""A command is acknowledged when it is stored, but in a burst not later than this."""
_ANY = re.compile("")

Next = Callable[[], Awaitable[BoltResponse]]
Listened = dict[str, Any]
"""What bolt gives a listener: JSON that Slack sent, or the context of one request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doors:
    """Everything that can be done in Slack."""

    acts: Acts
    forms: FormActs
    home: HomeActs
    events: Events


def make_app(doors: Doors, *, api: SlackApi, identity: Identity) -> AsyncApp:
    """The app. Every request goes through the guard; each listener stores or begins its work and returns, and then
    Slack has its acknowledgement.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Who the bot is was asked once, at the start: a request must not wait for Slack to say it again.
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=identity.user,
            bot_id=identity.bot,
            bot_token=str(api.client.token),
        )

    app = AsyncApp(
        name="techissue",
        logger=logging.getLogger("techissue.slack"),
        client=AsyncWebClient(base_url=api.client.base_url, session=api.session, retry_handlers=[]),
        authorize=authorize,
        # An event is acknowledged when it is stored, so that Slack sends again what a dying process did not store.
        process_before_response=True,
        # The door of HTTP mode verifies before anything is read.
        request_verification_enabled=False,
    )
    _add_guard(app, doors, identity)
    _add_doors(app, doors)
    _add_buttons(app, doors)
    _add_events(app, doors)
    return app


def _add_guard(app: AsyncApp, doors: Doors, identity: Identity) -> None:
    @app.use
    async def guard(body: Listened, context: Listened, next_: Next) -> BoltResponse:
        sender, event = sender_of(body), body.get("event")
        if sender is None or (isinstance(event, dict) and not doors.events.concerns(event)):
            # A message was changed, a bot spoke, people talk to each other: nothing that anybody asks of us.
            return BoltResponse(status=200, body="")
        sentence = doors.acts.guard.refusal(sender, identity)
        if sentence is None:
            context[_SENDER] = sender
            return await next_()
        doors.acts.under_way.start(doors.acts.refuse(sender, body, sentence))
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": sentence})
        return BoltResponse(status=200, body="")


def _add_doors(app: AsyncApp, doors: Doors) -> None:
    start = doors.acts.under_way.start

    @app.command(COMMAND)
    async def command(ack: AsyncAck, body: Listened, context: Listened) -> None:
        sender, text = _sender(context), read_text(str(body.get("text") or ""))
        if not text:
            await ack()
            start(doors.forms.fill(sender, source_of(sender, body)))
            return
        stored = asyncio.Event()
        start(doors.acts.command(sender, body, text, stored))
        with suppress(TimeoutError):
            async with asyncio.timeout(_STORED_SECONDS):
                await stored.wait()
        await ack()

    @app.shortcut(GLOBAL_SHORTCUT)
    async def report(ack: AsyncAck, body: Listened, context: Listened) -> None:
        await ack()
        sender = _sender(context)
        start(doors.forms.fill(sender, source_of(sender, body)))

    @app.shortcut(MESSAGE_SHORTCUT)
    async def report_message(ack: AsyncAck, body: Listened, context: Listened) -> None:
        await ack()
        start(doors.forms.take_over(_sender(context), body))


def _add_buttons(app: AsyncApp, doors: Doors) -> None:
    start = doors.acts.under_way.start

    @app.action(_ANY)
    async def act(ack: AsyncAck, body: Listened, context: Listened) -> None:
        await ack()
        sender, action = _sender(context), str(body["actions"][0].get("action_id"))
        if is_home(body):
            start(doors.home.act(sender, body))
        elif is_report_form(body) and action == TYPED:
            doors.forms.type(sender, body)
        elif is_report_form(body) and PATTERN.match(action):
            start(doors.forms.same(sender, body))
        elif PATTERN.match(action) and action.endswith(f":{OPEN_FORM}"):
            start(doors.forms.fill(sender, source_of(sender, body)))
        elif PATTERN.match(action):
            start(doors.acts.press(sender, body))

    @app.view_submission(_ANY)
    async def submit(ack: AsyncAck, body: Listened, context: Listened) -> None:
        answer = await doors.forms.submit(_sender(context), body)
        await (ack(dict(answer)) if answer else ack())

    @app.options(SOUGHT)
    async def suggest(ack: AsyncAck, body: Listened, context: Listened) -> None:
        await ack(**await doors.forms.options(_sender(context), body))


def _add_events(app: AsyncApp, doors: Doors) -> None:
    events = doors.events

    @app.event("app_mention")
    async def mention(event: Listened, context: Listened) -> None:
        await events.mention(_sender(context), event)

    @app.event("message")
    async def message(event: Listened, context: Listened) -> None:
        await events.message(_sender(context), event)

    @app.event("reaction_added")
    async def reaction(event: Listened, context: Listened) -> None:
        await events.reaction(_sender(context), event)

    @app.event("app_home_opened")
    async def home(event: Listened, context: Listened) -> None:
        await doors.home.open(_sender(context), event)

    @app.event("link_shared")
    async def link(event: Listened, context: Listened) -> None:
        await events.links(_sender(context), event)


def _sender(context: Mapping[str, Any]) -> Sender:
    sender: Sender = context[_SENDER]
    return sender
