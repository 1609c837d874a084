"""Who may use the bot, and where: only what is configured. A request from elsewhere gets one sentence, and is written
down.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from adapters.slack.people import SlackPeople, person_id
from adapters.slack.places import SlackPlaces
from bot.catalogue import DEFAULT_DESK, Desks
from bot.desks import Desk
from bot.people import Person
from bot.ports import OpenUnitOfWork
from bot.slack_table import SlackRules
from bot.turn import Turn
from escalation.values import AuditEntry

_log = structlog.get_logger(__name__)

OTHER_WORKSPACE = "techissue is not open to your workspace. Nothing was done."
OTHER_CHANNEL = "techissue is not open to this channel. Use a support channel, or write to it directly."
ORIGIN = "slack"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The bot as Slack knows it."""

    team: str
    enterprise: str | None
    bot: str
    user: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who sent a request, from where, as the request says. `channel` is None where it has none (the Home tab)."""

    user: str
    team: str
    own_team: str | None
    enterprise: str | None
    channel: str | None
    is_direct: bool
    handle: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Someone who may use the bot, on the desk where they are."""

    person: Person
    desk: Desk
    user: str
    channel: str | None
    is_direct: bool

    def turn(self, now: datetime, delivery: str | None) -> Turn:
        """One act of theirs."""
        # The person is part of it, so that nobody is given the answer to another's act.
        key = f"{self.person.id}:{delivery}" if delivery else None
        return Turn(person=self.person, desk=self.desk.name, now=now, origin=ORIGIN, delivery=key)


class Guard:
    """Lets in whom the settings let in."""

    def __init__(  # noqa: PLR0913 - what it looks things up in
        self,
        *,
        rules: SlackRules,
        desks: Desks,
        people: SlackPeople,
        places: SlackPlaces,
        open_work: OpenUnitOfWork,
        clock: Callable[[], datetime],
    ) -> None:
        self._rules = rules
        self._desks = desks
        self._people = people
        self._places = places
        self._open_work = open_work
        self._clock = clock
        self._by_channel = {channel: desk for desk in desks.configured for channel in _channels(desk)}

    def refusal(self, sender: Sender, identity: Identity) -> str | None:
        """The sentence for one who may not use the bot, or None."""
        allowed = self._rules.workspaces or frozenset(filter(None, (identity.team, identity.enterprise)))
        own = sender.own_team or sender.team
        if own not in allowed and not (sender.enterprise in allowed and own == sender.team):
            return OTHER_WORKSPACE
        if sender.channel is None or sender.is_direct or not self._by_channel or sender.channel in self._by_channel:
            return None
        return OTHER_CHANNEL

    async def caller(self, sender: Sender, *, desk: str | None = None) -> Caller:
        """The person on their desk: the one named by what they pressed, else the channel's, else the one they reported
        at last.
        """
        person = person_id(sender.user)
        known = self._by_channel.get(sender.channel or "")
        last = None if known else (await self._places.person(person))[1]
        found = self._named(desk) or known or self._named(last) or self._default()
        if known is not None:
            # A message to the bot alone, or a form from the Home tab, is of the desk that the person works at.
            await self._remember(person, known)
        return Caller(
            person=await self._people.person(sender.user, found, handle=sender.handle),
            desk=found,
            user=sender.user,
            channel=sender.channel,
            is_direct=sender.is_direct,
        )

    async def write_down(self, sender: Sender, sentence: str) -> None:
        """Leave an entry of the refusal in the audit trail."""
        detail = {"team": sender.own_team or sender.team, "channel": sender.channel, "sentence": sentence}
        entry = AuditEntry(
            at=self._clock(),
            desk=self._default().name,
            actor=person_id(sender.user),
            act="refused",
            detail=detail,
        )
        async with self._open_work() as work:
            await work.audit.add(entry)
        _log.warning("slack_refused", team=detail["team"], channel=sender.channel, person=sender.user)

    async def _remember(self, person: Any, desk: Desk) -> None:
        if (await self._places.person(person))[1] != desk.name and len(self._desks.configured) > 1:
            await self._places.put_person(person, desk=desk.name)

    def _named(self, name: str | None) -> Desk | None:
        return next((desk for desk in self._desks.configured if desk.name == name), None)

    def _default(self) -> Desk:
        """The default desk; but where only others have channels, the first of those."""
        with_channels = [desk for desk in self._desks.configured if _channels(desk)]
        default = self._named(DEFAULT_DESK)
        return with_channels[0] if with_channels and default not in with_channels else default or with_channels[0]


def sender_of(body: Mapping[str, Any]) -> Sender | None:
    """Who sent this body of Slack's, or None where it names nobody."""
    event, user = body.get("event"), body.get("user")
    if isinstance(event, dict):
        return _of_event(body, event)
    if isinstance(user, dict):
        return _of_interaction(body, user)
    if "user_id" in body:
        channel = str(body.get("channel_id") or "") or None
        return Sender(
            user=str(body["user_id"]),
            team=str(body.get("team_id") or ""),
            own_team=None,
            enterprise=body.get("enterprise_id"),
            channel=channel,
            is_direct=_is_direct(channel),
            handle=body.get("user_name"),
        )
    return None


def _of_event(body: Mapping[str, Any], event: Mapping[str, Any]) -> Sender | None:
    user, item = event.get("user"), event.get("item")
    if not isinstance(user, str):
        return None
    channel = event.get("channel") or (item.get("channel") if isinstance(item, dict) else None)
    # The Home tab is opened in the bot's own channel with the person.
    channel = None if event.get("type") == "app_home_opened" else channel
    return Sender(
        user=user,
        team=str(body.get("team_id") or ""),
        own_team=event.get("user_team") or event.get("source_team") or event.get("team"),
        enterprise=body.get("enterprise_id"),
        channel=channel,
        is_direct=event.get("channel_type") == "im" or _is_direct(channel),
        handle=None,
    )


def _of_interaction(body: Mapping[str, Any], user: Mapping[str, Any]) -> Sender:
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
    return Sender(
        user=str(user.get("id") or ""),
        team=str(team.get("id") or user.get("team_id") or ""),
        own_team=user.get("team_id"),
        enterprise=enterprise.get("id") or team.get("enterprise_id"),
        channel=channel,
        is_direct=_is_direct(channel),
        handle=user.get("name") or user.get("username"),
    )


def _channels(desk: Desk) -> tuple[str, ...]:
    return (*desk.channels, *filter(None, (desk.triage_channel,)))


def _is_direct(channel: str | None) -> bool:
    return (channel or "").startswith("D")
