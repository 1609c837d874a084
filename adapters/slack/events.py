"""What happens in Slack's conversations: mentions, direct messages, reactions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from adapters.slack.acts import Acts
from adapters.slack.guard import Identity, Sender
from adapters.slack.heard import read_text
from adapters.slack.source import Source
from bot.slack_table import SlackRules

_log = structlog.get_logger(__name__)

_SPOKEN = (None, "file_share", "thread_broadcast")
"""The kinds of message events that are somebody saying something; the others are changes, and what bots say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Events:
    """Each event is stored before it is acknowledged."""

    acts: Acts
    identity: Identity
    rules: SlackRules

    async def mention(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """The bot is spoken to in a channel or in a thread."""
        text = read_text(str(event.get("text") or ""), without=self.identity.user)
        await self.acts.say(sender, _source(sender, event), text, mark=_mark(event))

    async def message(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """Somebody writes to the bot alone."""
        if event.get("subtype") not in _SPOKEN or event.get("bot_id") or not sender.is_direct:
            return
        text = read_text(str(event.get("text") or ""), without=self.identity.user)
        await self.acts.say(sender, _source(sender, event), text, mark=_mark(event))

    async def reaction(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """The configured reaction on a message, by its author or a triager, logs the message."""
        item = event.get("item") or {}
        if event.get("reaction") != self.rules.reaction or item.get("type") != "message" or sender.channel is None:
            return
        caller = await self.acts.guard.caller(sender)
        is_own = event.get("item_user") == sender.user
        if not is_own and not caller.person.is_triager:
            return
        message = await self._read(sender.channel, str(item.get("ts")))
        text = read_text(str(message.get("text") or ""))
        if not text:
            return
        author = message.get("user")
        if author and not message.get("bot_id"):
            # The one who wrote it hears what becomes of it, whoever put the reaction on it.
            sender = replace(sender, user=str(author), handle=None)
        await self.acts.take_in(
            sender, _source(sender, event), text, mark=_mark({"channel": sender.channel, "ts": item.get("ts")})
        )

    async def _read(self, channel: str, ts: str) -> Mapping[str, Any]:
        """The message at this place, also inside a thread."""
        answer = await self.acts.api.ask(
            "conversations.replies", channel=channel, ts=ts, latest=ts, inclusive="true", limit=1
        )
        found = [each for each in answer.get("messages") or () if each.get("ts") == ts]
        return found[0] if found else {}


def _source(sender: Sender, event: Mapping[str, Any]) -> Source:
    return Source(
        user=sender.user, channel=sender.channel, thread=event.get("thread_ts") or None, is_direct=sender.is_direct
    )


def _mark(event: Mapping[str, Any]) -> str:
    """One message is one act, by however many events Slack tells of it."""
    return f"message:{event.get('channel')}:{event.get('ts')}"
