"""Forms in Slack: opened at once, looked over while they are filled in, and what was submitted."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from adapters.slack.acts import Acts, mark_of
from adapters.slack.answers import watched_field
from adapters.slack.errors import SlackRefusedError
from adapters.slack.guard import Caller, Sender
from adapters.slack.heard import read_text
from adapters.slack.modal import (
    FormPlace,
    field_errors,
    form_view,
    opening_view,
    options_view,
    place_of,
    told_view,
    typed,
)
from adapters.slack.places import Place
from adapters.slack.pressed import Pressed, decode
from adapters.slack.refill import refilled
from adapters.slack.source import Source, source_of, source_of_form
from bot.forms import REPORT, report_form
from bot.likely import SAME_IN_FORM
from bot.messages import Choice, FieldError, Message, Option, Reply
from escalation.errors import OutboundError

_log = structlog.get_logger(__name__)

_TITLE = "Report a tech issue"
_SORRY = "Something went wrong on our side, and nothing was stored. Please try again."
_PATIENCE = 2.2
"""Seconds for a submitted form to be answered in; what takes longer is answered when it is done."""
_SHOWN = "likely"
_MOST_OPTIONS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class _Submitted:
    """A form that was carried out, and where its answer goes."""

    caller: Caller
    source: Source
    mark: str
    reply: Reply


class FormActs:
    """What is done with forms."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self._typing: dict[str, tuple[Sender, Mapping[str, Any]]] = {}

    async def fill(self, sender: Sender, source: Source, *, text: str = "", taken: Place | None = None) -> None:
        """Open the form at once, since Slack allows three seconds for it, and fill it then. `taken` is the message that
        the text is from.
        """

        async def carry_out() -> None:
            answer = await self._acts.api.call("views.open", trigger_id=source.trigger, view=opening_view(_TITLE))
            opened: Mapping[str, Any] = answer.get("view") or {}
            caller = await self._acts.guard.caller(sender)
            link = None if taken is None else await self.link_to(taken.channel, taken.ts)
            form = report_form(caller.desk, text=text, link=link)
            await self._acts.answers.open_form(form, caller.desk.name, source, view=str(opened.get("id")))

        await self._acts.carefully(source, carry_out)

    async def take_over(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """The shortcut on a message: the form, with the message's text in it and a link to it kept."""
        message = body.get("message") or {}
        source = source_of(sender, body)
        text = read_text(str(message.get("text") or ""))
        taken = Place(channel=str(source.channel), ts=str(message.get("ts")))
        await self.fill(sender, replace(source, thread=None), text=text, taken=taken)

    async def link_to(self, channel: str, ts: str) -> str | None:
        """The address of a message, if Slack gives it."""
        try:
            answer = await self._acts.api.ask("chat.getPermalink", channel=channel, message_ts=ts)
        except OutboundError as error:
            _log.info("slack_no_permalink", channel=channel, error=str(error))
            return None
        return str(answer.get("permalink") or "") or None

    def type(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """Something was typed into the report's form: show what it probably is about. Of much typing only the newest
        is looked at.
        """
        view = str((body.get("view") or {}).get("id"))
        is_idle = view not in self._typing
        self._typing[view] = (sender, body)
        if is_idle:
            self._acts.under_way.start(self._look_over(view))

    async def same(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """*Same as this* below what is typed: the form is sent with it."""
        action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
        pressed = decode(str(action.get("action_id")), str(action.get("value") or ""))
        view = body["view"]
        source = source_of_form(sender, body, place_of(view).kept)
        if pressed is None or pressed.name != SAME_IN_FORM:
            await self._acts.press(sender, body)
            return
        await self._acts.carefully(source, lambda: self._submit_same(sender, body, pressed))

    async def submit(self, sender: Sender, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A form that was submitted. Gives what is wrong with its fields, as Slack's acknowledgement takes it."""
        view = body["view"]
        work = self._acts.under_way.start(self._submit(sender, body, f"view:{view.get('id')}:{view.get('hash')}"))
        done, _ = await asyncio.wait({work}, timeout=_PATIENCE)
        if not done:
            self._acts.under_way.start(self._answer_late(work, view))
            return {"response_action": "update", "view": opening_view(_TITLE)}
        submitted: _Submitted | None = work.result()
        if submitted is None:
            return {"response_action": "errors", "errors": _at_first_field(_SORRY, view)}
        reply = submitted.reply
        if reply.failed and reply.message is not None:
            # Nothing was stored, and the form stays with what was typed.
            return {"response_action": "errors", "errors": _at_first_field(reply.message.title, view)}
        if reply.errors:
            return {"response_action": "errors", "errors": field_errors(reply.errors, view)}
        self._acts.answer_soon(submitted.caller, reply, submitted.source, mark=submitted.mark)
        return None

    async def options(self, sender: Sender, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The services whose names or aliases hold what was typed."""
        wanted = str(body.get("value") or "").strip().casefold()
        caller = await self._acts.guard.caller(sender, desk=place_of(body.get("view") or {}).desk)
        names = [
            each.name
            for each in caller.desk.services
            if any(wanted in name.casefold() for name in (each.name, *each.aliases))
        ]
        return options_view([Option(label=name, value=name) for name in names[:_MOST_OPTIONS]])

    async def _submit(self, sender: Sender, body: Mapping[str, Any], mark: str, **more: str) -> _Submitted:
        view = body["view"]
        place = place_of(view)
        source = source_of_form(sender, body, place.kept)
        caller = await self._acts.guard.caller(sender, desk=place.desk)
        turn = caller.turn(self._acts.clock(), mark)
        fields = {**typed(view), **more}
        reply = await self._acts.conversation.submit(turn, str(view.get("callback_id")), place.value, fields)
        return _Submitted(caller=caller, source=source, mark=mark, reply=reply)

    async def _submit_same(self, sender: Sender, body: Mapping[str, Any], pressed: Pressed) -> None:
        mark = mark_of(body["actions"][0], body)
        submitted = await self._submit(sender, body, mark, same=pressed.value)
        reply, view = submitted.reply, body["view"]
        if reply.message is None:
            return
        if reply.errors or reply.failed:
            form, place = report_form(submitted.caller.desk), place_of(view)
            shown = form_view(form, place, watched=watched_field(form), error=reply.message.title)
        else:
            shown = _told(reply)
            self._acts.answer_soon(submitted.caller, reply, submitted.source, mark=mark)
        await self._acts.api.call("views.update", view_id=view["id"], view=shown)

    async def _answer_late(self, work: asyncio.Task[Any], view: Mapping[str, Any]) -> None:
        """The form was taken from the person's eyes: show what came of it, or give it back as they filled it in."""
        submitted: _Submitted | None = await work
        reply = submitted.reply if submitted else Reply(message=Message(title=_SORRY), failed=True)
        if submitted is None or reply.failed or reply.errors:
            shown = refilled(view, reply.message.title if reply.message else _SORRY)
        else:
            self._acts.answer_soon(submitted.caller, reply, submitted.source, mark=submitted.mark)
            shown = _told(reply)
        await self._acts.api.call("views.update", view_id=view["id"], view=shown)

    async def _look_over(self, view: str) -> None:
        try:
            while True:
                sender, body = self._typing[view]
                await self._show_likely(sender, body)
                if self._typing[view][1] is body:
                    return
        finally:
            self._typing.pop(view, None)

    async def _show_likely(self, sender: Sender, body: Mapping[str, Any]) -> None:
        view = body["view"]
        place, fields = place_of(view), typed(view)
        caller = await self._acts.guard.caller(sender, desk=place.desk)
        turn = caller.turn(self._acts.clock(), None)
        likely = await self._acts.conversation.likely(turn, fields.get("text", ""), fields.get("service") or None)
        named = _named(likely)
        if named == place.kept.get(_SHOWN, ""):
            return
        form = report_form(caller.desk, link=place.value or None)
        kept = FormPlace(desk=place.desk, value=place.value, kept={**place.kept, _SHOWN: named})
        shown = form_view(form, kept, watched=watched_field(form), likely=likely)
        try:
            await self._acts.api.call("views.update", view_id=view["id"], hash=view.get("hash"), view=shown)
        except SlackRefusedError as error:
            # The view was closed, or changed meanwhile: then the next letter shows it.
            _log.info("slack_likely_not_shown", reason=error.reason)


def is_report_form(body: Mapping[str, Any]) -> bool:
    """Whether it was done in the report's form."""
    view = body.get("view") or {}
    return view.get("type") == "modal" and view.get("callback_id") == REPORT


def _told(reply: Reply) -> dict[str, Any]:
    """What came of the form, in the place of the form."""
    words = reply.message
    return told_view(_TITLE, "\n\n".join(filter(None, (words.title, words.text, words.say))) if words else _TITLE)


def _named(likely: tuple[Choice, ...]) -> str:
    return ",".join(action.value for choice in likely for action in choice.actions)


def _at_first_field(sentence: str, view: Mapping[str, Any]) -> Mapping[str, str]:
    return field_errors((FieldError(field="", message=sentence),), view)
