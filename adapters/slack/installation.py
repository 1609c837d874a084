"""Slack as the settings say: its platform, its doors, and what runs while it is served."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.access import SlackAccess, slack_access_of
from adapters.slack.acts import Acts
from adapters.slack.answers import ANSWER, Answers
from adapters.slack.api import SlackApi
from adapters.slack.app import Doors, make_app
from adapters.slack.chat_platform import SlackChatPlatform
from adapters.slack.doctor import examine_slack
from adapters.slack.events import Events
from adapters.slack.form_acts import FormActs
from adapters.slack.guard import Guard, Identity
from adapters.slack.home_acts import HomeActs
from adapters.slack.http import slack_router
from adapters.slack.manifest import SlackSetUp
from adapters.slack.people import SlackPeople
from adapters.slack.places import SlackPlaces
from adapters.slack.ports import Conversation
from adapters.slack.posts import SlackPosts
from adapters.slack.socket import SlackSocket
from adapters.slack.triage_channel import SlackTriageChannel
from adapters.slack.under_way import UnderWay
from bot.catalogue import Desks
from bot.desk_file import read_slack_rules
from bot.findings import Finding
from bot.ports import OpenUnitOfWork
from bot.settings import Settings, SlackMode
from bot.slack_table import SlackRules
from escalation.errors import OutboundError, RetryableOutboundError
from escalation.outbox import Handler

_log = structlog.get_logger(__name__)

_END_SECONDS = 5
_OK = 200
_LONGEST_PAUSE = 60
_MOST_DOUBLINGS = 6


class SlackInstallation:
    """What the composition root needs of Slack. Open it before use, and close it."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        access: SlackAccess,
        rules: SlackRules,
        desks: Desks,
        *,
        engine: AsyncEngine,
        open_work: OpenUnitOfWork,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._access = access
        self._rules = rules
        self._clock = clock
        self.under_way = UnderWay()
        self.api = SlackApi(access, clock)
        self.places = places = SlackPlaces(engine)
        posts = SlackPosts(self.api, places, clock)
        people = SlackPeople(self.api, clock, self.under_way)
        self._guard = Guard(rules=rules, desks=desks, people=people, places=places, open_work=open_work, clock=clock)
        self.platform = SlackChatPlatform(
            api=self.api, places=places, posts=posts, people=people, open_work=open_work, clock=clock
        )
        self._answers = Answers(
            api=self.api,
            places=places,
            posts=posts,
            platform=self.platform,
            open_work=open_work,
            wake=wake,
            clock=clock,
        )
        self.triage = SlackTriageChannel(places=places, posts=posts, desk_named=desks.named)
        self._app: AsyncApp | None = None
        self.socket: SlackSocket | None = None

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Who carries out the outbound work that only Slack has."""
        return {ANSWER: self._answers.deliver}

    @property
    def ailment(self) -> str | None:
        """What keeps it from hearing people, or None."""
        if self._app is None:
            return "Slack has not yet said who we are"
        if self._access.mode is SlackMode.SOCKET and not (self.socket and self.socket.is_alive):
            return "there is no live connection to Slack"
        return None

    async def open(self) -> None:
        """Begin to be able to say something."""
        await self.api.open()

    async def close(self) -> None:
        """Let go of the connections."""
        await self.api.close()

    def router(self) -> APIRouter | None:
        """The door of HTTP mode."""
        if self._access.mode is not SlackMode.HTTP or self._access.signing_secret is None:
            return None
        return slack_router(self._take, secret=self._access.signing_secret, clock=self._clock)

    async def run(self, conversation: Conversation) -> None:
        """Hear people until cancelled, and let what they began end."""
        try:
            identity = await self._identify()
            acts = Acts(
                conversation=conversation,
                guard=self._guard,
                answers=self._answers,
                api=self.api,
                under_way=self.under_way,
                clock=self._clock,
            )
            forms = FormActs(acts)
            events = Events(acts=acts, forms=forms, places=self.places, identity=identity, rules=self._rules)
            doors = Doors(acts=acts, forms=forms, home=HomeActs(acts), events=events)
            self._app = make_app(doors, api=self.api, identity=identity)
            if self._access.mode is SlackMode.SOCKET:
                self.socket = SlackSocket(self.api, self._dispatch)
                await self.socket.run()
            else:
                await asyncio.Event().wait()
        finally:
            self._app = None
            await self.under_way.end(_END_SECONDS)

    async def examine(self, set_up: SlackSetUp) -> list[Finding]:
        """Whether people can report in Slack and hear back."""
        return await examine_slack(self.api, self._access, set_up)

    async def identify(self) -> Identity:
        """Who the bot is. Raises RetryableOutboundError and PermanentOutboundError."""
        answer = await self.api.ask("auth.test")
        return Identity(
            team=str(answer.get("team_id")),
            enterprise=answer.get("enterprise_id"),
            bot=str(answer.get("bot_id")),
            user=str(answer.get("user_id")),
            name=str(answer.get("user")),
        )

    async def _identify(self) -> Identity:
        failures = 0
        while True:
            try:
                identity = await self.identify()
            except OutboundError as error:
                failures += 1
                wait: float = min(2 ** min(failures, _MOST_DOUBLINGS), _LONGEST_PAUSE)
                if isinstance(error, RetryableOutboundError) and error.retry_after is not None:
                    wait = max(wait, error.retry_after.total_seconds())
                _log.error("slack_not_identified", error=str(error), wait=wait)
                await asyncio.sleep(wait)
                continue
            _log.info("slack_identified", team=identity.team, enterprise=identity.enterprise, bot=identity.user)
            return identity

    async def _dispatch(self, envelope: Mapping[str, Any]) -> tuple[bool, Mapping[str, Any] | None]:
        """Hand an envelope of Socket Mode to the app."""
        app = self._app
        payload = envelope.get("payload")
        if app is None or not isinstance(payload, dict):
            return False, None
        headers: dict[str, str | Sequence[str]] = {
            "x-slack-retry-num": str(envelope.get("retry_attempt") or 0),
            "x-slack-retry-reason": str(envelope.get("retry_reason") or ""),
        }
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload, headers=headers))
        found = json.loads(answer.body) if answer.body.startswith("{") else None
        return answer.status == _OK, found

    async def _take(self, request: Request, body: bytes) -> Response:
        """Hand a verified request of HTTP mode to the app."""
        if self._app is None:
            raise HTTPException(503, "Slack has not yet said who we are.")
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise HTTPException(400, "This is no request of Slack's.") from error
        headers: dict[str, str | Sequence[str]] = {name: str(value) for name, value in request.headers.items()}
        return to_starlette_response(await self._app.async_dispatch(AsyncBoltRequest(body=text, headers=headers)))


def installed_slack(  # noqa: PLR0913 - what it stands on
    settings: Settings,
    engine: AsyncEngine,
    desks: Desks,
    *,
    open_work: OpenUnitOfWork,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
) -> SlackInstallation | None:
    """Slack, or None where it is not set up. Raises SettingsError."""
    access = slack_access_of(settings)
    if access is None:
        return None
    rules = read_slack_rules(settings)
    return SlackInstallation(access, rules, desks, engine=engine, open_work=open_work, clock=clock, wake=wake)
