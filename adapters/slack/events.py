"""What happens in Slack's conversations: mentions, direct messages, reactions, answers in threads, links."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from adapters.slack.acts import Acts
from adapters.slack.blocks import render
from adapters.slack.form_acts import FormActs
from adapters.slack.guard import Identity, Sender
from adapters.slack.heard import read_text
from adapters.slack.places import Place, SlackPlaces
from adapters.slack.source import Source
from adapters.slack.triage_channel import problem_of_mark
from bot.messages import Tone
from bot.slack_table import SlackRules

_log = structlog.get_logger(__name__)

_SPOKEN = (None, "file_share", "thread_broadcast")
"""The kinds of message events that are somebody saying something; the others are changes, and what bots say."""
_MOST_LINKS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Events:
    """What an event asks to be stored is stored before it is acknowledged."""

    acts: Acts
    forms: FormActs
    places: SlackPlaces
    identity: Identity
    rules: SlackRules

    def concerns(self, event: Mapping[str, Any]) -> bool:
        """Whether the event asks something of the bot. In its channels it hears much that does not."""
        match event.get("type"):
            case "message":
                is_said = event.get("subtype") in _SPOKEN and not event.get("bot_id")
                return is_said and (event.get("channel_type") == "im" or bool(event.get("thread_ts")))
            case "reaction_added":
                return self.rules.reaction is not None and event.get("reaction") == self.rules.reaction
        return True

    async def mention(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """The bot is spoken to in a channel or in a thread."""
        text = read_text(str(event.get("text") or ""), without=self.identity.user)
        source = _source(sender, event)
        if text:
            source = replace(source, link=await self.forms.link_to(str(sender.channel), str(event.get("ts"))))
        await self.acts.say(sender, source, text, mark=_mark(sender.channel, event.get("ts")))

    async def message(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """Somebody writes to the bot alone, or answers in a thread."""
        text = read_text(str(event.get("text") or ""), without=self.identity.user)
        if sender.is_direct:
            await self.acts.say(sender, _source(sender, event), text, mark=_mark(sender.channel, event.get("ts")))
        elif text and sender.channel and f"<@{self.identity.user}>" not in str(event.get("text")):
            await self._answer_in_thread(sender, event, text)

    async def reaction(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """The configured reaction on a message, by its author or a triager, logs the message as its author's."""
        item = event.get("item") or {}
        if item.get("type") != "message" or sender.channel is None:
            return
        caller = await self.acts.guard.caller(sender)
        if event.get("item_user") != sender.user and not caller.person.is_triager:
            return
        message = await self._read(sender.channel, str(item.get("ts")))
        text, author = read_text(str(message.get("text") or "")), message.get("user")
        if not text:
            return
        if author and not message.get("bot_id"):
            # The one who wrote it hears what becomes of it, whoever put the reaction on it.
            sender = replace(sender, user=str(author), handle=None)
        link = await self.forms.link_to(str(sender.channel), str(item.get("ts")))
        source = Source(user=sender.user, channel=sender.channel, thread=message.get("thread_ts"), link=link)
        await self.acts.take_in(sender, source, text, mark=_mark(sender.channel, item.get("ts")))

    async def links(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """Links to problems and tickets of the desk unfold into small cards."""
        caller = await self.acts.guard.caller(sender)
        turn, cards = caller.turn(self.acts.clock(), None), {}
        for url in [str(each.get("url")) for each in event.get("links") or ()][:_MOST_LINKS]:
            card = await self.acts.conversation.card(turn, url)
            if card is not None:
                cards[url] = {"blocks": list(render(card, desk=caller.desk.name).blocks)}
        if not cards:
            return
        # A link that is only being written has a name of its own and is in no channel yet.
        is_written = event.get("source") == "composer"
        where = (
            {"unfurl_id": event.get("unfurl_id"), "source": "composer"}
            if is_written
            else {"channel": event.get("channel"), "ts": event.get("message_ts")}
        )
        await self.acts.api.call("chat.unfurl", **where, unfurls=cards)

    async def _answer_in_thread(self, sender: Sender, event: Mapping[str, Any], text: str) -> None:
        """What is said in a problem's thread goes to its ticket."""
        thread = Place(channel=str(sender.channel), ts=str(event.get("thread_ts")))
        found = problem_of_mark(await self.places.mark_at(thread))
        if found is None:
            return
        desk, number = found
        caller = await self.acts.guard.caller(sender, desk=desk)
        mark = _mark(sender.channel, event.get("ts"))
        reply = await self.acts.conversation.comment(caller.turn(self.acts.clock(), mark), number, text)
        if reply.message is not None and reply.message.tone is Tone.WARNING:
            # That it went through is seen in the ticket; only what did not is said.
            self.acts.answer_soon(caller, reply, _source(sender, event), mark=mark)

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


def _mark(channel: object, ts: object) -> str:
    """One message is one act, by however many events Slack tells of it."""
    return f"message:{channel}:{ts}"
