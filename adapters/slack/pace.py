"""How fast Slack may be asked: one message a second in a channel, and not at all where it asked to be left alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

BETWEEN_POSTS = timedelta(seconds=1)
_MANY = 1_000


class Pace:
    """One process's own. What several processes together do too fast, Slack answers with how long to wait."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._closed: dict[tuple[str, str | None], datetime] = {}
        self._next: dict[str, datetime] = {}

    def closed_for(self, method: str, channel: str | None) -> timedelta | None:
        """For how long the method, in this channel, is not to be called; None where it may be."""
        until = self._closed.get((method, channel))
        left = until - self._clock() if until else timedelta()
        return left if left > timedelta() else None

    def close(self, method: str, channel: str | None, span: timedelta) -> None:
        """Slack asked to be left alone for so long."""
        self._closed = {key: until for key, until in self._closed.items() if until > self._clock()}
        self._closed[method, channel] = self._clock() + span

    def take(self, channel: str) -> timedelta:
        """Take the channel's next turn to post: how long to wait for it."""
        now = self._clock()
        if len(self._next) > _MANY:
            self._next = {name: at for name, at in self._next.items() if at > now}
        turn = max(now, self._next.get(channel, now))
        self._next[channel] = turn + BETWEEN_POSTS
        return turn - now
