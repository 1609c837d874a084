"""How fast Slack may be asked: one message a second in a channel, and not at all where it asked to be left alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

BETWEEN_POSTS = timedelta(seconds=1)
_MANY = 2_000
_KEPT = timedelta(minutes=30)


class Pace:
    """One process's own. What several processes together do too fast, Slack answers with how long to wait."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._closed: dict[tuple[str, str | None], datetime] = {}
        self._free: dict[str, datetime] = {}
        self._last: dict[str, datetime] = {}
        self._turns: dict[tuple[str, str], datetime] = {}

    def closed_for(self, method: str, channel: str | None) -> timedelta | None:
        """For how long the method, in this channel, is not to be called; None where it may be."""
        until = self._closed.get((method, channel))
        left = until - self._clock() if until else timedelta()
        return left if left > timedelta() else None

    def close(self, method: str, channel: str | None, span: timedelta) -> None:
        """Slack asked to be left alone for so long."""
        self._closed = {key: until for key, until in self._closed.items() if until > self._clock()}
        self._closed[method, channel] = self._clock() + span

    def take(self, channel: str, post: str) -> timedelta:
        """The post's turn in the channel: how long to wait for it, zero where it is now. A turn that was given is kept
        for the post, which may come back for it; of those who come late, each is a second after the one before.
        """
        now = self._clock()
        turn = self._turns.pop((channel, post), None)
        if turn is None:
            turn = max(now, self._free.get(channel, now))
            self._free[channel] = turn + BETWEEN_POSTS
        if channel in self._last:
            turn = max(turn, self._last[channel] + BETWEEN_POSTS)
        if turn > now:
            self._turns[channel, post] = turn
            return turn - now
        self._last[channel] = now
        self._forget(now)
        return timedelta()

    def _forget(self, now: datetime) -> None:
        """Let go of what was long ago: a turn that nobody came back for, a channel that is at rest."""
        if len(self._last) + len(self._turns) < _MANY:
            return
        self._last = {name: at for name, at in self._last.items() if at > now - BETWEEN_POSTS}
        self._free = {name: at for name, at in self._free.items() if at > now}
        self._turns = {key: at for key, at in self._turns.items() if at > now - _KEPT}
