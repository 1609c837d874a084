"""What the bot remembers of people: who they are, what they want to hear, and what was told or answered already."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.people import Person, WantedUpdates
from dedupe.values import ProblemId
from escalation.values import PersonId


class PeopleStore(Protocol):
    """People who have talked to the bot."""

    async def remember(self, person: Person) -> None:
        """Store or renew the person's name."""
        ...

    async def names(self, people: Sequence[PersonId]) -> Mapping[PersonId, str]: ...

    async def wish(self, person: Person, updates: WantedUpdates) -> None:
        """Keep which updates the person wants."""
        ...

    async def wanted_updates(self, person: PersonId) -> WantedUpdates:
        """All, where the person never said."""
        ...


class TriageThreads(Protocol):
    """Which problems triagers were shown in their channel, and of which acts in the audit trail they were told."""

    async def told_upto(self, problem: ProblemId) -> int | None:
        """The newest act that was told; None where the problem was never shown."""
        ...

    async def tell_upto(self, problem: ProblemId, act: int) -> None:
        """The problem was shown, with everything up to that act. An older one than is known changes nothing."""
        ...


class DeliveryStore(Protocol):
    """Inbound deliveries that were handled, with what was answered, so that a retry does no harm."""

    async def answered(self, key: str) -> str | None:
        """The answer given to this delivery, serialised by the caller."""
        ...

    async def remember(self, key: str, answer: str, *, at: datetime) -> None: ...

    async def forget(self, *, before: datetime) -> int:
        """Drop those handled before then; how many."""
        ...
