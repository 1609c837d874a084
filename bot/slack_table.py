"""The `slack` table of `techissue.toml`: which workspaces may use the bot, and which reaction logs a message."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.setting_shapes import OFF, Table, shape

_Workspaces = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[TE][A-Z0-9]+$")], ...],
    shape('a list of workspace or enterprise ids, such as "T0123ABC"'),
]
_Reaction = Annotated[
    str | None,
    Field(pattern=r"^[\w+'-]+$"),
    OFF,
    shape('the name of an emoji without colons, such as "hammer_and_wrench", or "off"'),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackRules:
    """`workspaces` may use the bot; without any it is the one that the bot is installed in. `reaction` logs a message
    that it is put on, if there is one.
    """

    workspaces: frozenset[str] = frozenset()
    reaction: str | None = "hammer_and_wrench"


class SlackTable(Table):
    """What holds for Slack whatever the desk."""

    workspaces: _Workspaces = ()
    reaction: _Reaction = SlackRules().reaction

    def rules(self) -> SlackRules:
        """The value."""
        return SlackRules(workspaces=frozenset(self.workspaces), reaction=self.reaction)
