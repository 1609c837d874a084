"""What people do in Slack, handed to the bot: commands, buttons, forms, messages. No rule of the product lives here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from adapters.slack.answers import Answers
from adapters.slack.api import SlackApi
from adapters.slack.blocks import SHOW_DETAILS
from adapters.slack.guard import Caller, Guard, Sender
from adapters.slack.heard import read_text
from adapters.slack.modal import field_errors, opening_view, place_of, told_view, typed
from adapters.slack.ports import Conversation
from adapters.slack.pressed import Pressed, decode
from adapters.slack.source import Source, source_of, source_of_form
from adapters.slack.under_way import UnderWay
from bot.command_acts import LOG_ANYWAY
from bot.forms import report_form
from bot.messages import Action, FieldError, Message, Reply, Tone
from escalation.errors import OutboundError

_log = structlog.get_logger(__name__)

OPEN_FORM = "slack-form"
"""The button that opens the form where none could be opened: after a message."""
_FORM_TITLE = "Report a tech issue"
_SORRY = "Something went wrong on our side. Please try again."
_PATIENCE = 2.0
"""Seconds for a submitted form to be answered in; what takes longer is answered when it is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Acts:
    """What every act stands on."""

    conversation: Conversation
    guard: Guard
    answers: Answers
    api: SlackApi
    under_way: UnderWay
    clock: Callable[[], datetime]

    async def command(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """`/techissue` and what follows it."""
        source, text = source_of(sender, body), str(body.get("text") or "")
        if not text.strip():
            await self.fill_form(sender, source)
            return

        async def carry_out() -> None:
            delivery = f"command:{body.get('trigger_id')}"
            caller = await self.guard.caller(sender)
            reply = await self.conversation.command(caller.turn(self.clock(), delivery), text)
            await self.answers.give(caller, reply, source, mark=delivery)

        await self.carefully(source, carry_out)

    async def fill_form(self, sender: Sender, source: Source, *, text: str = "") -> None:
        """Open the form at once, since Slack allows three seconds for it, and fill it then."""

        async def carry_out() -> None:
            opened = await self.api.call("views.open", trigger_id=source.trigger, view=opening_view(_FORM_TITLE))
            caller = await self.guard.caller(sender)
            view = str((opened.get("view") or {}).get("id"))
            await self.answers.open_form(report_form(caller.desk, text=text), caller.desk.name, source, view=view)

        await self.carefully(source, carry_out)

    async def press(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """A button of a message."""
        action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
        pressed = decode(str(action.get("action_id")), str(action.get("value") or ""))
        source = source_of(sender, body)
        if pressed is None:
            return
        if pressed.name == SHOW_DETAILS:
            await self.carefully(source, lambda: self._show_details(source, pressed))
        elif pressed.name == OPEN_FORM:
            await self.fill_form(sender, source)
        else:
            mark = f"action:{action.get('action_id')}:{action.get('action_ts') or body.get('trigger_id')}"
            await self.carefully(source, lambda: self._press(sender, source, pressed, mark))

    async def submit(self, sender: Sender, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A form that was submitted. Gives what is wrong with its fields, as Slack's acknowledgement takes it."""
        work = self.under_way.start(self._submit(sender, body))
        done, _ = await asyncio.wait({work}, timeout=_PATIENCE)
        if not done:
            # The form closes. What is wrong with it, or came of it, is said where it was opened.
            self.under_way.start(self._answer_late(work))
            return None
        submitted: _Submitted | None = work.result()
        if submitted is None:
            return {"response_action": "update", "view": told_view(_FORM_TITLE, _SORRY)}
        reply = submitted.reply
        if reply.failed and reply.message is not None:
            # Nothing was stored, and the form stays with what was typed.
            errors = (FieldError(field="", message=reply.message.title),)
            return {"response_action": "errors", "errors": field_errors(errors, body["view"])}
        if reply.errors:
            return {"response_action": "errors", "errors": field_errors(reply.errors, body["view"])}
        self.under_way.start(self._answer(submitted))
        return None

    async def say(self, sender: Sender, source: Source, text: str, *, mark: str) -> None:
        """A message to the bot: the same as after the command. It is stored when this returns, and answered soon."""
        caller = await self.guard.caller(sender)
        reply = await self.conversation.command(caller.turn(self.clock(), mark), text)
        if reply.form is not None:
            # A message gives nothing to open a form by; the button below it does.
            reply = Reply(message=_ask_for_text())
        if reply.message is not None:
            self.under_way.start(self.answers.give(caller, reply, source, mark=mark))

    async def take_in(self, sender: Sender, source: Source, text: str, *, mark: str) -> None:
        """Words that somebody marked as a report: no command is looked for in them."""
        caller = await self.guard.caller(sender)
        reply = await self.conversation.press(caller.turn(self.clock(), mark), LOG_ANYWAY, text)
        self.under_way.start(self.answers.give(caller, reply, source, mark=mark))

    async def take_over(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """The shortcut on a message: the form, with the message's text in it and a link to it kept."""
        message = body.get("message") or {}
        source = source_of(sender, body)
        link = await self.link_to(str(source.channel), str(message.get("ts")))
        text = read_text(str(message.get("text") or ""))
        await self.fill_form(sender, replace(source, link=link, thread=None), text=text)

    async def link_to(self, channel: str, ts: str) -> str | None:
        """The address of a message, if Slack gives it."""
        try:
            answer = await self.api.ask("chat.getPermalink", channel=channel, message_ts=ts)
        except OutboundError as error:
            _log.info("slack_no_permalink", channel=channel, error=str(error))
            return None
        return str(answer.get("permalink") or "") or None

    async def refuse(self, sender: Sender, source: Source, sentence: str, body: Mapping[str, Any]) -> None:
        """Say the sentence to one who may not use the bot, where that is possible, and write it down."""
        await self.guard.write_down(sender, sentence)
        is_asked = (body.get("event") or {}).get("type") == "app_mention"
        try:
            if source.url is not None and "command" not in body:
                answer = {"response_type": "ephemeral", "replace_original": False, "text": sentence}
                await self.api.respond(source.url, answer)
            elif is_asked:
                await self.api.call("chat.postEphemeral", channel=sender.channel, user=sender.user, text=sentence)
        except OutboundError as error:
            _log.info("slack_refusal_not_said", person=sender.user, error=str(error))

    async def carefully(self, source: Source, carry_out: Callable[[], Awaitable[None]]) -> None:
        """Carry it out; whatever fails, the person is told."""
        try:
            await carry_out()
        except Exception as error:  # noqa: BLE001 - the boundary: nobody else would answer the person
            _log.exception("slack_act_failed", person=source.user, error=type(error).__name__)
            if source.url is not None:
                try:
                    body = {"response_type": "ephemeral", "replace_original": False, "text": _SORRY}
                    await self.api.respond(source.url, body)
                except OutboundError as second:
                    _log.warning("slack_not_told", person=source.user, error=str(second))

    async def _press(self, sender: Sender, source: Source, pressed: Pressed, mark: str) -> None:
        caller = await self.guard.caller(sender, desk=pressed.desk)
        reply = await self.conversation.press(caller.turn(self.clock(), mark), pressed.name, pressed.value)
        await self.answers.give(caller, reply, source, mark=mark)

    async def _show_details(self, source: Source, pressed: Pressed) -> None:
        if source.trigger is not None:
            view = told_view("Why?", pressed.value)
            await self.api.call("views.open", trigger_id=source.trigger, view=view)

    async def _submit(self, sender: Sender, body: Mapping[str, Any]) -> "_Submitted":
        view = body["view"]
        place = place_of(view)
        source = source_of_form(sender, body, place.kept)
        mark = f"view:{view.get('id')}:{view.get('hash')}"
        caller = await self.guard.caller(sender, desk=place.desk)
        turn = caller.turn(self.clock(), mark)
        reply = await self.conversation.submit(turn, str(view.get("callback_id")), place.value, typed(view))
        return _Submitted(caller=caller, source=source, mark=mark, reply=reply)

    async def _answer(self, submitted: "_Submitted") -> None:
        await self.answers.give(submitted.caller, submitted.reply, submitted.source, mark=submitted.mark)

    async def _answer_late(self, work: asyncio.Task[Any]) -> None:
        submitted: _Submitted | None = await work
        if submitted is not None:
            await self._answer(submitted)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Submitted:
    """A form that was carried out, and where its answer goes."""

    caller: Caller
    source: Source
    mark: str
    reply: Reply


def _ask_for_text() -> Message:
    return Message(
        title="What fails for the customer?",
        text="Write it in one line, or open the form. To see what else there is: help",
        tone=Tone.ASK,
        actions=(Action(name=OPEN_FORM, label="Open the form", value=""),),
    )
