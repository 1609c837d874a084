"""Each desk's triage channel: one message for each problem, and everything else in its thread."""

from collections.abc import Callable

from adapters.slack.blocks import render
from adapters.slack.places import Place, SlackPlaces
from adapters.slack.posts import SlackPosts
from bot.desks import Desk
from bot.messages import Message

_MARK = "triage:"


class SlackTriageChannel:
    """`bot.ports.TriageChannel` in Slack. A desk without a triage channel is shown nothing."""

    def __init__(self, *, places: SlackPlaces, posts: SlackPosts, desk_named: Callable[[str], Desk]) -> None:
        self._places = places
        self._posts = posts
        self._desk_named = desk_named

    async def show(self, desk: str, number: int, message: Message) -> None:
        channel = self._desk_named(desk).triage_channel
        if channel is None:
            return
        mark, rendered = f"{_MARK}{desk}:{number}", render(message, desk=desk)
        there = await self._place(mark)
        if there is not None and there.channel == channel and await self._posts.renew(there, rendered):
            return
        if there is not None:
            # Somebody deleted it, or the desk's triagers sit elsewhere now.
            await self._places.unsaid(mark)
        await self._posts.say(mark, channel, rendered)

    async def add(self, desk: str, number: int, message: Message, *, mark: str) -> None:
        thread = await self._place(f"{_MARK}{desk}:{number}")
        if thread is None or self._desk_named(desk).triage_channel is None:
            return
        await self._posts.say(
            f"thread:{desk}:{number}:{mark}", thread.channel, render(message, desk=desk), thread=thread
        )

    async def _place(self, mark: str) -> Place | None:
        post = await self._places.post(mark)
        return post.place if post else None


def is_triage_mark(mark: str | None) -> bool:
    """Whether a message of this mark shows a problem to triagers, and so to all of them."""
    return (mark or "").startswith(_MARK)


def problem_of_mark(mark: str | None) -> tuple[str, int] | None:
    """The desk and the number of the problem that a message of this mark shows."""
    desk, colon, number = (mark or "").removeprefix(_MARK).rpartition(":")
    return (desk, int(number)) if is_triage_mark(mark) and colon and number.isdecimal() else None
