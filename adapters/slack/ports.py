"""What Slack needs of the bot."""

from collections.abc import Mapping
from typing import Protocol

from bot.messages import Reply
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
