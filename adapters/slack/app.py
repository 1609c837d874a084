"""The bolt app: which of Slack's requests go to which act, and what each is acknowledged with."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.acts import Acts
from adapters.slack.api import SlackApi
from adapters.slack.events import Events
from adapters.slack.guard import Identity, Sender, sender_of
from adapters.slack.pressed import PATTERN
from adapters.slack.source import source_of

COMMAND = "/techissue"
GLOBAL_SHORTCUT = "report_issue"
MESSAGE_SHORTCUT = "report_message"
_SENDER = "sender"
_ANY = re.compile("")

Next = Callable[[], Awaitable[BoltResponse]]


def make_app(acts: Acts, events: Events, *, api: SlackApi, identity: Identity) -> AsyncApp:
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
    _add_guard(app, acts, identity)
    _add_doors(app, acts)
    _add_buttons(app, acts)
    _add_events(app, events)
    return app


def _add_guard(app: AsyncApp, acts: Acts, identity: Identity) -> None:
    @app.use
    async def guard(body: dict[str, Any], context: dict[str, Any], next_: Next) -> BoltResponse:
        sender = sender_of(body)
        if sender is None:
            # Somebody's message was changed or removed, or a bot spoke: nothing that anybody asks of us.
            return BoltResponse(status=200, body="")
        sentence = acts.guard.refusal(sender, identity)
        if sentence is None:
            context[_SENDER] = sender
            return await next_()
        acts.under_way.start(acts.refuse(sender, source_of(sender, body), sentence, body))
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": sentence})
        return BoltResponse(status=200, body="")


def _add_doors(app: AsyncApp, acts: Acts) -> None:
    @app.command(COMMAND)
    async def command(ack: AsyncAck, body: dict[str, Any], context: dict[str, Any]) -> None:
        await ack()
        acts.under_way.start(acts.command(_sender(context), body))

    @app.shortcut(GLOBAL_SHORTCUT)
    async def report(ack: AsyncAck, body: dict[str, Any], context: dict[str, Any]) -> None:
        await ack()
        sender = _sender(context)
        acts.under_way.start(acts.fill_form(sender, source_of(sender, body)))

    @app.shortcut(MESSAGE_SHORTCUT)
    async def report_message(ack: AsyncAck, body: dict[str, Any], context: dict[str, Any]) -> None:
        await ack()
        acts.under_way.start(acts.take_over(_sender(context), body))


def _add_buttons(app: AsyncApp, acts: Acts) -> None:
    @app.action(PATTERN)
    async def press(ack: AsyncAck, body: dict[str, Any], context: dict[str, Any]) -> None:
        await ack()
        acts.under_way.start(acts.press(_sender(context), body))

    @app.action(_ANY)
    async def other(ack: AsyncAck) -> None:
        # A link that was followed, or a choice in a form: nothing to do until the form is submitted.
        await ack()

    @app.view_submission(_ANY)
    async def submit(ack: AsyncAck, body: dict[str, Any], context: dict[str, Any]) -> None:
        answer = await acts.submit(_sender(context), body)
        await (ack(dict(answer)) if answer else ack())


def _add_events(app: AsyncApp, events: Events) -> None:
    @app.event("app_mention")
    async def mention(event: dict[str, Any], context: dict[str, Any]) -> None:
        await events.mention(_sender(context), event)

    @app.event("message")
    async def message(event: dict[str, Any], context: dict[str, Any]) -> None:
        await events.message(_sender(context), event)


def _sender(context: Mapping[str, Any]) -> Sender:
    sender: Sender = context[_SENDER]
    return sender
