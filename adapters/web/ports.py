"""What the web chat needs of the bot."""

from collections.abc import Mapping
from typing import Protocol

from bot.messages import Message, Reply
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

    async def card(self, turn: Turn, named: str) -> Message | None:
        """The problem that is named, as a card; None if there is none of the turn's desk."""
        ...
