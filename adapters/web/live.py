"""Waking the open pages of a person when something happened."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.bell import Bell
from escalation.values import PersonId


class Live:
    """The open pages of this process. What happened is read from the table: this only says when to look.

    Everything runs in one event loop.
    """

    def __init__(self) -> None:
        self._bells: dict[PersonId, set[Bell]] = {}
        self.closed = False

    @contextmanager
    def listen(self, person: PersonId) -> Iterator[Bell]:
        """A bell that rings for the person until the block ends."""
        bell = Bell()
        self._bells.setdefault(person, set()).add(bell)
        try:
            yield bell
        finally:
            mine = self._bells[person]
            mine.discard(bell)
            if not mine:
                del self._bells[person]

    @property
    def listening(self) -> int:
        """How many pages are open."""
        return sum(len(bells) for bells in self._bells.values())

    def notify(self, person: PersonId) -> None:
        """Wake the person's pages."""
        for bell in self._bells.get(person, ()):
            bell.ring()

    def close(self) -> None:
        """Let every open page end: the server is shutting down."""
        self.closed = True
        for bells in self._bells.values():
            for bell in bells:
                bell.ring()
