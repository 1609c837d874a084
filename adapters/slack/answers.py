"""Giving a person the bot's answer: privately, where they are."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from pydantic import TypeAdapter

from adapters.slack import limits
from adapters.slack.api import SlackApi
from adapters.slack.blocks import SlackMessage, plain, render
from adapters.slack.chat_platform import SlackChatPlatform, digest_of
from adapters.slack.errors import SlackRefusedError, SlackUnavailableError
from adapters.slack.guard import Caller
from adapters.slack.modal import TOLD, FormPlace, form_view
from adapters.slack.people import person_id
from adapters.slack.places import Place, SlackPlaces
from adapters.slack.posts import SlackPosts, as_arguments
from adapters.slack.source import Source
from adapters.slack.triage_channel import is_triage_mark
from bot.forms import REPORT
from bot.masking import mask
from bot.messages import Form, Message, Reply, Tone
from bot.ports import OpenUnitOfWork
from dedupe.values import ReportId
from escalation.outbox import Effect, no_effect
from escalation.values import OutboxDraft, OutboxItem, PersonId

_log = structlog.get_logger(__name__)
_messages: TypeAdapter[Message] = TypeAdapter(Message)

ANSWER = "slack.answer"
"""The kind of outbound work that gives an answer which could not be given at once."""


class Answers:
    """An answer that Slack does not take now goes into the outbox, and reaches the person as a direct message."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        *,
        api: SlackApi,
        places: SlackPlaces,
        posts: SlackPosts,
        platform: SlackChatPlatform,
        open_work: OpenUnitOfWork,
        wake: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._places = places
        self._posts = posts
        self._platform = platform
        self._open_work = open_work
        self._wake = wake
        self._clock = clock

    async def give(self, caller: Caller, reply: Reply, source: Source, *, mark: str) -> None:
        """Open the form or say the message of the reply. `mark` is the act's own: said twice, it is shown once."""
        if reply.form is not None:
            await self.open_form(reply.form, caller.desk.name, source)
        if reply.message is None:
            return
        about = None if reply.about is None else ReportId(reply.about)
        try:
            await self._say(caller, reply.message, source, mark=mark, about=about, replaces=reply.replaces)
        except SlackUnavailableError as error:
            _log.warning("slack_answer_queued", person=source.user, error=str(error))
            await self._queue(source, reply.message, about=about, mark=mark, error=error)

    async def open_form(self, form: Form, desk: str, source: Source, *, view: str | None = None) -> None:
        """Open the form, or put it in the place of the view that was opened for it."""
        shown = form_view(form, FormPlace(desk=desk, kept=source.kept()), watched=watched_field(form))
        if view is not None:
            await self._api.call("views.update", view_id=view, view=shown)
        else:
            await self.open_view(shown, source)

    async def open_view(self, view: Mapping[str, Any], source: Source) -> None:
        """Open a view, above the one in which the button was pressed if there is one."""
        method = "views.push" if source.view is not None else "views.open"
        if source.trigger is not None:
            await self._api.call(method, trigger_id=source.trigger, view=view)

    async def deliver(self, item: OutboxItem) -> Effect:
        """Carry out the outbox's `slack.answer`."""
        message = _messages.validate_json(str(item.payload["message"]))
        about = item.payload["about"]
        report = None if about is None else ReportId(int(about))
        person = PersonId(str(item.payload["person"]))
        await self._platform.tell(person, message, about=report, mark=str(item.payload["mark"]))
        return no_effect

    async def _say(  # noqa: PLR0913 - one answer with all that belongs to it
        self,
        caller: Caller,
        message: Message,
        source: Source,
        *,
        mark: str,
        about: ReportId | None,
        replaces: bool,
    ) -> None:
        rendered = render(message, desk=caller.desk.name)
        shown = digest_of(message)
        if source.view is not None or source.is_home:
            await self._say_in_view(rendered, source, replaces=replaces)
            return
        if source.url is None or await self._is_between_us(source):
            await self._say_in_place(rendered, source, mark=mark, about=about, shown=shown)
            return
        is_of_all = source.pressed is not None and await self._is_of_all(source.pressed)
        if is_of_all and replaces and message.tone is not Tone.WARNING:
            # The message that all triagers see is renewed, and its thread says who did what: a third card is noise.
            return
        is_replacing = replaces and source.pressed is not None and not is_of_all
        body = {"response_type": "ephemeral", "replace_original": is_replacing, **as_arguments(rendered)}
        try:
            await self._api.respond(source.url, body)
        except SlackRefusedError:
            # The address is used up or over: the half hour of a form that lay open.
            await self._say_in_place(rendered, source, mark=mark, about=about, shown=shown)
            return
        if about is None or not is_replacing or source.pressed is None:
            # What a command's address said only a button of it can replace: that is how Slack has it.
            return
        if source.is_seen_by_all:
            await self._places.put_card(about, person_id(source.user), source.pressed, shown=shown)
        else:
            await self._places.put_url(about, person_id(source.user), source.url, shown=shown, now=self._clock())

    async def _say_in_view(self, rendered: SlackMessage, source: Source, *, replaces: bool) -> None:
        """Say it where the person is: in the view whose button was pressed, or in one above it or above Home."""
        view = {
            "type": "modal",
            "callback_id": TOLD,
            "title": plain("techissue", limits.MODAL_TITLE),
            "close": plain("Close", limits.MODAL_TITLE),
            "blocks": list(rendered.blocks),
        }
        if source.view is not None and replaces:
            await self._api.call("views.update", view_id=source.view, view=view)
        else:
            await self.open_view(view, source)

    async def _say_in_place(
        self, rendered: SlackMessage, source: Source, *, mark: str, about: ReportId | None, shown: str
    ) -> None:
        """Say it where nothing is given to answer by: in a channel for the person alone, else as a direct message."""
        if source.channel is not None and not source.is_direct and await self._whisper(rendered, source, mark=mark):
            return
        channel = source.channel if source.is_direct else None
        channel = channel or await self._platform.channel_with(person_id(source.user))
        thread = Place(channel=channel, ts=source.thread) if source.thread and source.is_direct else None
        if not await self._posts.claim(f"answer:{mark}"):
            return
        place = await self._posts.say(f"answer:{mark}", channel, rendered, thread=thread, is_claimed=True)
        if about is not None and thread is None:
            await self._places.put_card(about, person_id(source.user), place, shown=shown)

    async def _whisper(self, rendered: SlackMessage, source: Source, *, mark: str) -> bool:
        """Say it in the channel so that only the person sees it. False where Slack lets us not write there."""
        key = f"whisper:{mark}"
        if not await self._posts.claim(key):
            return True
        try:
            answer = await self._api.call(
                "chat.postEphemeral",
                channel=source.channel,
                user=source.user,
                thread_ts=source.thread,
                **as_arguments(rendered),
            )
        except SlackRefusedError as error:
            _log.info("slack_not_whispered", channel=source.channel, reason=error.reason)
            return False
        except SlackUnavailableError:
            await self._places.unsaid(key)
            raise
        ts = str(answer.get("message_ts") or "")
        await self._places.said(key, Place(channel=str(source.channel), ts=ts))
        return True

    async def _is_between_us(self, source: Source) -> bool:
        """Whether it was said to the bot alone, where an answer can stay and be renewed for as long as it lives."""
        if not source.is_direct or source.pressed is not None:
            return False
        return source.channel == await self._platform.channel_with(person_id(source.user))

    async def _is_of_all(self, pressed: Place) -> bool:
        """Whether the message is one that a desk's triagers share, and so not to be replaced by one person's answer."""
        return is_triage_mark(await self._places.mark_at(pressed))

    async def _queue(
        self, source: Source, message: Message, *, about: ReportId | None, mark: str, error: SlackUnavailableError
    ) -> None:
        now = self._clock()
        draft = OutboxDraft(
            queue=f"slack:{source.user}",
            kind=ANSWER,
            payload={
                "person": person_id(source.user),
                "message": _messages.dump_json(_masked(message)).decode(),
                "about": about,
                "mark": mark,
            },
            available_at=now + error.retry_after if error.retry_after else now,
        )
        async with self._open_work() as work:
            await work.outbox.add(draft, now=now)
        self._wake()


def _masked(message: Message) -> Message:
    """The message without personal data: it may give back what was typed, before anything was taken out of it."""
    actions = tuple(replace(action, value=mask(action.value)) for action in message.actions)
    return replace(message, title=mask(message.title), text=mask(message.text), actions=actions)


def watched_field(form: Form) -> str | None:
    """The field in which likely problems are looked for as it is typed into."""
    return "text" if form.name == REPORT else None
