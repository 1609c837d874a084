"""What Slack needs of the bot."""

from collections.abc import Mapping
from typing import Protocol

from bot.messages import Choice, Home, Message, Reply
from bot.turn import Turn


class Conversation(Protocol):
    """Carries out a person's acts. What the person got wrong comes back in the reply; nothing is raised.

    `bot.conversation.Conversation` is it.
    """

    async def command(self, turn: Turn, text: str) -> Reply:
        """Carry out what was typed after the root command."""
        ...

    async def press(self, turn: Turn, name: str, value: str) -> Reply:
        """Carry out a pressed button."""
        ...

    async def submit(self, turn: Turn, form: str, value: str, fields: Mapping[str, str]) -> Reply:
        """Carry out a submitted form."""
        ...

    async def log(self, turn: Turn, text: str) -> Reply:
        """Log the text as a report, also where it reads as a command."""
        ...

    async def comment(self, turn: Turn, number: int, text: str) -> Reply:
        """Say something in the problem's ticket."""
        ...

    async def home(self, turn: Turn) -> Home:
        """The person's own page as it is now. Raises what the store raises."""
        ...

    async def likely(self, turn: Turn, text: str, service: str | None = None) -> tuple[Choice, ...]:
        """The known problems that a text is probably about, while it is typed."""
        ...

    async def card(self, turn: Turn, named: str) -> Message | None:
        """The problem that is named by its number, its ticket's key, or the address of either."""
        ...
