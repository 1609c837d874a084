"""Who acts in Slack: their name, and what they may do on a desk."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from adapters.slack.api import SlackApi
from adapters.slack.under_way import UnderWay
from bot.desks import Desk
from bot.people import Person, Role
from escalation.errors import OutboundError
from escalation.values import PersonId

_log = structlog.get_logger(__name__)

PLATFORM = "slack"
_FRESH = timedelta(minutes=5)
_NAME_FRESH = timedelta(hours=12)
_NAME_PATIENCE = 0.3
_MOST_NAMES = 5_000


def person_id(user: str) -> PersonId:
    """The person of a Slack user's id."""
    return PersonId(f"{PLATFORM}:{user}")


def user_of(person: PersonId) -> str:
    """The Slack id of a person, or of a group of them."""
    return person.partition(":")[2]


def is_group(person: PersonId) -> bool:
    """Whether what is named is a user group."""
    return user_of(person).startswith("S")


class SlackPeople:
    """Names and groups are asked of Slack once in a while, never while somebody waits for an answer that can do
    without.
    """

    def __init__(self, api: SlackApi, clock: Callable[[], datetime], under_way: UnderWay) -> None:
        self._api = api
        self._clock = clock
        self._under_way = under_way
        self._groups: dict[str, tuple[frozenset[str], datetime]] = {}
        self._names: dict[str, tuple[str, datetime]] = {}
        self._asked: set[str] = set()

    async def person(self, user: str, desk: Desk, *, handle: str | None) -> Person:
        """The person with what they may do on the desk. `handle` is their name in the request, if it has one."""
        roles = {Role.AGENT} | desk.roles.get(person_id(user), frozenset())
        for named, their in desk.roles.items():
            if named.startswith(f"{PLATFORM}:") and is_group(named) and user in await self.members(user_of(named)):
                roles |= their
        return Person(id=person_id(user), name=await self._name(user, handle), roles=frozenset(roles))

    async def members(self, group: str) -> frozenset[str]:
        """The users of a group, as they were a few minutes ago; nobody, where Slack never said."""
        known = self._groups.get(group)
        if known is None:
            await self._read_group(group)
        elif self._clock() - known[1] > _FRESH:
            self._ask_later(group, self._read_group)
        return self._groups[group][0] if group in self._groups else frozenset()

    async def _name(self, user: str, handle: str | None) -> str:
        known = self._names.get(user)
        if known is not None:
            if self._clock() - known[1] > _NAME_FRESH:
                self._ask_later(user, self._read_name)
            return known[0]
        if handle is None:
            await self._read_name(user)
        elif (asked := self._ask_later(user, self._read_name)) is not None:
            # Once for each person, and not for long: an answer must not wait for a name.
            await asyncio.wait({asked}, timeout=_NAME_PATIENCE)
        return self._names[user][0] if user in self._names else handle or user

    def _ask_later(self, what: str, ask: Callable[[str], Awaitable[None]]) -> asyncio.Task[None] | None:
        if what in self._asked:
            return None
        self._asked.add(what)
        return self._under_way.start(self._asking(what, ask))

    async def _asking(self, what: str, ask: Callable[[str], Awaitable[None]]) -> None:
        try:
            await ask(what)
        finally:
            self._asked.discard(what)

    async def _read_group(self, group: str) -> None:
        try:
            answer = await self._api.ask("usergroups.users.list", usergroup=group)
        except OutboundError as error:
            # Without an answer the old one holds; asked again with the next act.
            _log.warning("slack_group_not_read", group=group, error=str(error))
            return
        self._groups[group] = (frozenset(map(str, answer.get("users") or ())), self._clock())

    async def _read_name(self, user: str) -> None:
        try:
            answer = await self._api.ask("users.info", user=user)
        except OutboundError as error:
            _log.info("slack_name_not_read", person=user, error=str(error))
            return
        if len(self._names) >= _MOST_NAMES:
            self._names.clear()
        self._names[user] = (_shown_name(answer.get("user") or {}) or user, self._clock())


def _shown_name(user: Mapping[str, object]) -> str:
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return next((str(name) for name in names if name), "")
