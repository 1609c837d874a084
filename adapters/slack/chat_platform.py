"""Slack as a place where people are told things: by direct message, one thread for each report."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

import structlog

from adapters.slack.api import SlackApi
from adapters.slack.blocks import SlackMessage, render
from adapters.slack.errors import PersonGoneError, SlackRefusedError
from adapters.slack.people import SlackPeople, is_group, person_id, user_of
from adapters.slack.places import Card, SlackPlaces
from adapters.slack.posts import SlackPosts, as_arguments
from bot.messages import Message
from bot.ports import OpenUnitOfWork
from dedupe.values import ReportId
from escalation.values import PersonId

_log = structlog.get_logger(__name__)

_KEPT_USES = 2
"""So many uses of an answer's address are kept for what an agent must know; the rest may go into counts."""


class SlackChatPlatform:
    """`bot.ports.ChatPlatform` in Slack. A person who left, or is none, is told nothing."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        *,
        api: SlackApi,
        places: SlackPlaces,
        posts: SlackPosts,
        people: SlackPeople,
        open_work: OpenUnitOfWork,
        clock: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._places = places
        self._posts = posts
        self._people = people
        self._open_work = open_work
        self._clock = clock

    async def tell(self, person: PersonId, message: Message, *, about: ReportId | None, mark: str) -> None:
        if not is_group(person):
            await self._tell_one(person, message, about=about, mark=mark)
            return
        for user in sorted(await self._people.members(user_of(person))):
            await self._tell_one(person_id(user), message, about=about, mark=f"{mark}:{user}")

    async def renew(self, person: PersonId, about: ReportId, message: Message) -> None:
        card = await self._places.card(about)
        if card is None or card.person != person:
            return
        rendered = render(message, desk=await self._desk_of(about))
        shown = digest_of(message)
        if shown == card.shown:
            return
        await self._renew_answer(about, card, rendered, shown=shown)
        if card.message is None:
            return
        if not await self._posts.renew(card.message, rendered):
            await self._places.forget_message(about)
            return
        await self._places.put_card(about, person, card.message, shown=shown)

    async def _renew_answer(self, about: ReportId, card: Card, rendered: SlackMessage, *, shown: str) -> None:
        """Renew what only the reporter sees, while Slack lets us."""
        is_same_but_for_counts = (card.shown or "").partition(":")[2] == shown.partition(":")[2]
        if card.url is None or (is_same_but_for_counts and card.url_uses <= _KEPT_USES):
            return
        url = await self._places.take_use(about, now=self._clock(), shown=shown)
        if url is None:
            return
        try:
            await self._api.respond(
                url, {"response_type": "ephemeral", "replace_original": True, **as_arguments(rendered)}
            )
        except SlackRefusedError as error:
            # It was used up or is over by Slack's count: what follows goes into the thread.
            _log.info("slack_answer_not_renewed", report=about, error=str(error))

    async def _tell_one(self, person: PersonId, message: Message, *, about: ReportId | None, mark: str) -> None:
        try:
            channel = await self.channel_with(person)
            card = None if about is None else await self._places.card(about)
            thread = card.message if card and card.message and card.message.channel == channel else None
            rendered = render(message, desk=await self._desk_of(about))
            key = f"told:{person}:{mark}"
            place = await self._posts.say(key, channel, rendered, thread=thread, aloud=True)
        except PersonGoneError as error:
            _log.info("slack_person_gone", person=person, reason=error.reason)
            return
        if about is not None and thread is None:
            await self._places.put_card(about, person, place, shown=None)

    async def _desk_of(self, about: ReportId | None) -> str:
        """The desk that the message's buttons are of; empty where it is about no report."""
        if about is None:
            return ""
        async with self._open_work(read_only=True) as work:
            report = await work.reports.get(about)
        return report.desk if report else ""

    async def channel_with(self, person: PersonId) -> str:
        """The channel in which the bot talks to the person alone."""
        known, _ = await self._places.person(person)
        if known is not None:
            return known
        answer = await self._api.call("conversations.open", users=user_of(person))
        channel = str(answer["channel"]["id"])
        await self._places.put_person(person, channel=channel)
        return channel


def digest_of(message: Message) -> str:
    """What a message says in short: all of it, and what remains of it without its counts."""
    whole = repr(message)
    rest = repr((message.text, message.say, message.tone, message.actions, len(message.choices)))
    return f"{_short(whole)}:{_short(rest)}"


def _short(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()
