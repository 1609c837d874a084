"""Who talks to the bot, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from escalation.values import PersonId


class Role(StrEnum):
    """A person may have several. Everyone who may talk to the bot is an agent."""

    AGENT = "agent"
    TRIAGER = "triager"
    SUPERVISOR = "supervisor"


class WantedUpdates(StrEnum):
    """What a reporter wants to be told. Cards that are looked at are renewed in any case."""

    ALL = "all"
    OUTCOME = "outcome"
    """Only how it ended, and that it came back after all."""
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Someone known to the bot."""

    id: PersonId
    name: str
    roles: frozenset[Role] = frozenset({Role.AGENT})

    @property
    def is_triager(self) -> bool:
        """Whether the person may merge, split, snooze, note and move problems."""
        return Role.TRIAGER in self.roles

    @property
    def is_supervisor(self) -> bool:
        """Whether the person may read the desk's digest."""
        return Role.SUPERVISOR in self.roles
