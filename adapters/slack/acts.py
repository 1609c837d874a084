"""What people do in Slack, handed to the bot: commands, messages, buttons. No rule of the product lives here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from adapters.slack.answers import Answers
from adapters.slack.api import SlackApi
from adapters.slack.blocks import COPY, SHOW_DETAILS
from adapters.slack.guard import Caller, Guard, Sender
from adapters.slack.modal import copy_view, told_view
from adapters.slack.ports import Conversation
from adapters.slack.pressed import Pressed, decode
from adapters.slack.source import Source, source_of
from adapters.slack.under_way import UnderWay
from bot.messages import Action, Message, Reply, Tone
from escalation.errors import OutboundError

_log = structlog.get_logger(__name__)

OPEN_FORM = "slack-form"
"""The button that opens the form where none could be opened: after a message."""
_AT_ONCE = 4
"""So many commands are carried out at once: a burst must leave time to acknowledge the rest of it."""
_SORRY = "Something went wrong on our side. Please try again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Acts:
    """What every act stands on, and the acts that are not about forms."""

    conversation: Conversation
    guard: Guard
    answers: Answers
    api: SlackApi
    under_way: UnderWay
    clock: Callable[[], datetime]
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def command(self, sender: Sender, body: Mapping[str, Any], text: str, stored: asyncio.Event) -> None:
        """`/techissue` with something after it. `stored` is set when nothing of it can be lost any more."""
        source = source_of(sender, body)

        async def carry_out() -> None:
            delivery = f"command:{body.get('trigger_id')}"
            caller = await self.guard.caller(sender)
            async with self.turns:
                reply = await self.conversation.command(caller.turn(self.clock(), delivery), text)
            stored.set()
            await self.answers.give(caller, reply, source, mark=delivery)

        await self.carefully(source, carry_out)

    async def say(self, sender: Sender, source: Source, text: str, *, mark: str) -> None:
        """A message to the bot: the same as after the command. It is stored when this returns, and answered soon."""
        caller = await self.guard.caller(sender)
        turn = replace(caller.turn(self.clock(), mark), link=source.link)
        reply = await self.conversation.command(turn, text)
        if reply.form is not None:
            # A message gives nothing to open a form by; the button below it does.
            reply = Reply(message=_ask_for_text())
        self.answer_soon(caller, reply, source, mark=mark)

    async def take_in(self, sender: Sender, source: Source, text: str, *, mark: str) -> None:
        """Words that somebody marked as a report: no command is looked for in them."""
        caller = await self.guard.caller(sender)
        turn = replace(caller.turn(self.clock(), mark), link=source.link)
        self.answer_soon(caller, await self.conversation.log(turn, text), source, mark=mark)

    async def press(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """A button of a message, or of a view that shows one."""
        action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
        pressed = decode(str(action.get("action_id")), str(action.get("value") or ""))
        source = source_of(sender, body)
        if pressed is None:
            return
        if pressed.name in {SHOW_DETAILS, COPY}:
            await self.carefully(source, lambda: self._show(source, pressed))
        else:
            mark = mark_of(action, body)
            await self.carefully(source, lambda: self._press(sender, source, pressed, mark))

    async def refuse(self, sender: Sender, body: Mapping[str, Any], sentence: str) -> None:
        """Say the sentence to one who may not use the bot, where that is possible, and write it down."""
        await self.guard.write_down(sender, sentence)
        source = source_of(sender, body)
        is_mention = (body.get("event") or {}).get("type") == "app_mention"
        try:
            if source.url is not None and "command" not in body:
                await self.api.respond(source.url, _sentence(sentence))
            elif is_mention:
                await self.api.call("chat.postEphemeral", channel=sender.channel, user=sender.user, text=sentence)
        except OutboundError as error:
            _log.info("slack_refusal_not_said", person=sender.user, error=str(error))

    def answer_soon(self, caller: Caller, reply: Reply, source: Source, *, mark: str) -> None:
        """Give the answer while Slack already has its acknowledgement."""
        self.under_way.start(
            self.carefully(source, lambda: self.answers.give(caller, reply, source, mark=mark)),
        )

    async def carefully(self, source: Source, carry_out: Callable[[], Awaitable[None]]) -> None:
        """Carry it out; whatever fails, the person is told."""
        try:
            await carry_out()
        except Exception as error:  # noqa: BLE001 - the boundary: nobody else would answer the person
            _log.exception("slack_act_failed", person=source.user, error=type(error).__name__)
            if source.url is None:
                return
            try:
                await self.api.respond(source.url, _sentence(_SORRY))
            except OutboundError as second:
                _log.warning("slack_not_told", person=source.user, error=str(second))

    async def _press(self, sender: Sender, source: Source, pressed: Pressed, mark: str) -> None:
        caller = await self.guard.caller(sender, desk=pressed.desk)
        reply = await self.conversation.press(caller.turn(self.clock(), mark), pressed.name, pressed.value)
        await self.answers.give(caller, reply, source, mark=mark)

    async def _show(self, source: Source, pressed: Pressed) -> None:
        """Show what the button itself carries: why a verdict is what it is, or words to be copied."""
        view = told_view("Why?", pressed.value) if pressed.name == SHOW_DETAILS else copy_view(pressed.value)
        await self.answers.open_view(view, source)


def mark_of(action: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """One press, the same each time that Slack tells of it."""
    return f"action:{action.get('action_id')}:{body.get('trigger_id') or action.get('action_ts')}"


def _sentence(sentence: str) -> Mapping[str, Any]:
    return {"response_type": "ephemeral", "replace_original": False, "text": sentence}


def _ask_for_text() -> Message:
    return Message(
        title="What fails for the customer?",
        text="Write it in one line, or open the form. To see what else there is: help",
        tone=Tone.ASK,
        actions=(Action(name=OPEN_FORM, label="Open the form", value=""),),
    )
