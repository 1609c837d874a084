"""Saying something once, though its outcome may be uncertain and the process may be killed."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api import SlackApi
from adapters.slack.blocks import SlackMessage
from adapters.slack.errors import MessageGoneError, SlackRefusedError, SlackUnavailableError
from adapters.slack.places import Place, SlackPlaces

_EVENT = "techissue_said"
_LOOK_BACK = 50
_UNDER_WAY = timedelta(seconds=20)


class SlackPosts:
    """Each message is posted under a mark, which it carries with it where nobody sees it: after a call without an
    answer it is looked for before it is posted again.
    """

    def __init__(self, api: SlackApi, places: SlackPlaces, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._places = places
        self._clock = clock

    async def say(  # noqa: PLR0913 - one message with all that is to be known of it
        self,
        mark: str,
        channel: str,
        message: SlackMessage,
        *,
        thread: Place | None = None,
        aloud: bool = False,
        is_claimed: bool = False,
    ) -> Place:
        """Post it, unless it was posted under this mark before. `aloud`: what is in a thread is shown outside it too.
        Gives where it is. Raises RetryableOutboundError and PermanentOutboundError.

        Only one at a time may say something under one mark: the outbox sees to that, and `claim`.
        """
        earlier = await self._places.begin(mark, now=self._clock())
        if earlier is not None and not is_claimed:
            found = earlier.place or await self._look_for(mark, channel, thread, since=earlier.sent_at)
            if found is not None:
                await self._places.said(mark, found)
                return found
        try:
            answer = await self._api.post(
                channel,
                mark,
                **as_arguments(message),
                thread_ts=thread.ts if thread else None,
                reply_broadcast=True if thread and aloud else None,
                metadata={"event_type": _EVENT, "event_payload": {"mark": mark}},
            )
        except SlackRefusedError:
            await self._places.unsaid(mark)
            raise
        except SlackUnavailableError as error:
            if error.is_certain:
                await self._places.unsaid(mark)
            raise
        place = Place(channel=str(answer.get("channel") or channel), ts=str(answer["ts"]))
        await self._places.said(mark, place)
        return place

    async def claim(self, mark: str) -> bool:
        """Whether it is on us to say what goes under this mark: nobody did, or who began to is long gone."""
        earlier = await self._places.begin(mark, now=self._clock())
        if earlier is None:
            return True
        return earlier.place is None and self._clock() - earlier.sent_at > _UNDER_WAY

    async def renew(self, place: Place, message: SlackMessage) -> bool:
        """Put it in the place of what is there. False if that is not there any more."""
        try:
            await self._api.call("chat.update", channel=place.channel, ts=place.ts, **as_arguments(message))
        except MessageGoneError:
            return False
        return True

    async def _look_for(self, mark: str, channel: str, thread: Place | None, *, since: datetime) -> Place | None:
        """The message that carries the mark, if it came through."""
        method, where = ("conversations.replies", {"ts": thread.ts}) if thread else ("conversations.history", {})
        oldest = f"{(since - timedelta(minutes=1)).timestamp():.6f}"
        answer = await self._api.ask(
            method, channel=channel, **where, oldest=oldest, limit=_LOOK_BACK, include_all_metadata="true"
        )
        for each in answer.get("messages") or ():
            if _mark_of(each) == mark:
                return Place(channel=channel, ts=str(each["ts"]))
        return None


def as_arguments(message: SlackMessage) -> dict[str, Any]:
    """The message as the posting methods take it: nothing in it is unfolded, linked or called by Slack."""
    return {
        "text": message.text,
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }


def _mark_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != _EVENT:
        return None
    found = (metadata.get("event_payload") or {}).get("mark")
    return None if found is None else str(found)
