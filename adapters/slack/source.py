"""Where an act came from in Slack, and so where its answer goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.guard import Sender
from adapters.slack.places import Place

_KEPT = ("url", "channel", "thread")
_HOME, _PRESSED, _SEEN = "home", "pressed", "seen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """`url` answers the act for half an hour, `trigger` opens a view within three seconds. `pressed` is the message
    whose button it was, `is_seen_by_all` whether others see it too. `link` leads to the message a report is from.
    `view` is the view whose button was pressed, `is_home` whether it was on the Home tab.
    """

    user: str
    channel: str | None = None
    thread: str | None = None
    is_direct: bool = False
    url: str | None = None
    trigger: str | None = None
    pressed: Place | None = None
    is_seen_by_all: bool = False
    link: str | None = None
    view: str | None = None
    is_home: bool = False

    def kept(self) -> dict[str, str]:
        """What a form carries with it, so that its answer goes where the form was opened."""
        kept = {name: value for name in _KEPT if (value := getattr(self, name))}
        if self.is_home:
            kept[_HOME] = "yes"
        if self.pressed is not None:
            kept[_PRESSED] = self.pressed.ts
        if self.is_seen_by_all:
            kept[_SEEN] = "yes"
        return kept


def source_of(sender: Sender, body: Mapping[str, Any]) -> Source:
    """Where a command, a shortcut or a pressed button came from."""
    container, message = body.get("container") or {}, body.get("message") or {}
    ts = container.get("message_ts") or message.get("ts")
    view = body.get("view") or {}
    is_for_one = container.get("is_ephemeral") or message.get("subtype") == "ephemeral"
    is_pressed = body.get("type") == "block_actions" and ts and sender.channel
    return Source(
        user=sender.user,
        channel=sender.channel,
        thread=message.get("thread_ts") or body.get("thread_ts") or container.get("thread_ts"),
        is_direct=sender.is_direct,
        url=body.get("response_url") or None,
        trigger=body.get("trigger_id"),
        view=str(view.get("id")) if view.get("type") == "modal" else None,
        is_home=view.get("type") == "home",
        pressed=Place(channel=sender.channel, ts=str(ts)) if is_pressed and sender.channel else None,
        # What only one person sees comes without the message.
        is_seen_by_all=bool(is_pressed and message) and not is_for_one,
    )


def source_of_form(sender: Sender, body: Mapping[str, Any], kept: Mapping[str, str]) -> Source:
    """Where a form that is submitted had been opened."""
    channel, pressed = kept.get("channel"), kept.get(_PRESSED)
    return Source(
        user=sender.user,
        channel=channel,
        pressed=Place(channel=channel, ts=pressed) if channel and pressed else None,
        is_seen_by_all=_SEEN in kept,
        thread=kept.get("thread"),
        is_direct=(channel or "").startswith("D"),
        url=kept.get("url"),
        trigger=body.get("trigger_id"),
        is_home=_HOME in kept,
    )
