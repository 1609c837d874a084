"""A conversation that answers as it was told to, and remembers what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.messages import Message, Reply
from bot.turn import Turn


@dataclass(kw_only=True)
class ScriptedConversation:
    """Answers are by command text, and by (name, value) of a button or a form. An exception among them is raised. Cards
    are by desk and by how the problem is named.
    """

    commands: dict[str, Reply | Exception] = field(default_factory=dict)
    presses: dict[tuple[str, str], Reply | Exception] = field(default_factory=dict)
    forms: dict[tuple[str, str], Reply | Exception] = field(default_factory=dict)
    cards: dict[tuple[str, str], Message] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    submitted: list[Mapping[str, str]] = field(default_factory=list)

    async def command(self, turn: Turn, text: str) -> Reply:
        self.turns.append(turn)
        self.heard.append(text)
        return _give(self.commands.get(text, Reply(message=Message(title=f"Logged: {text}"))))

    async def press(self, turn: Turn, name: str, value: str) -> Reply:
        self.turns.append(turn)
        return _give(self.presses[name, value])

    async def submit(self, turn: Turn, form: str, value: str, fields: Mapping[str, str]) -> Reply:
        self.turns.append(turn)
        self.submitted.append(fields)
        return _give(self.forms[form, value])

    async def card(self, turn: Turn, named: str) -> Message | None:
        self.turns.append(turn)
        return self.cards.get((turn.desk, named))


def _give(answer: Reply | Exception) -> Reply:
    if isinstance(answer, Exception):
        raise answer
    return answer
