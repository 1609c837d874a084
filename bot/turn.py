"""One act of one person, and what it needs while it is carried out."""

from dataclasses import dataclass
from datetime import datetime

from bot.desks import Desk
from bot.errors import NotAllowedError, NotFoundError
from bot.matching import DeskIndexes
from bot.people import Person
from bot.ports import UnitOfWork
from escalation.live import live_problem
from escalation.values import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A person's act as it comes in. `origin` is the door. `delivery` is the platform's name of the delivery, the same
    on each retry of it, or None where there are no retries. `link` is where the words were said, for a report that is
    taken over from a message.
    """

    person: Person
    desk: str
    now: datetime
    origin: str
    delivery: str | None = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """A turn being carried out in a transaction. For acts that write, it is the desk's critical section."""

    work: UnitOfWork
    person: Person
    desk: Desk
    now: datetime
    origin: str
    indexes: DeskIndexes
    salt: bytes
    link: str | None = None

    async def problem(self, number: int) -> Problem:
        """The desk's problem of this number, or the one it was merged into.

        Raises NotFoundError.
        """
        found = await self.work.problems.by_number(self.desk.name, number)
        if found is None:
            raise NotFoundError(f"There is no problem #{number} on {self.desk.title}. Try “find” with a few words.")
        return await live_problem(self.work.problems, found.id)

    def require_supervisor(self, what: str) -> None:
        """Raises NotAllowedError unless the person is a supervisor."""
        if not self.person.is_supervisor:
            raise NotAllowedError(f"Only supervisors may {what}.")

    def require_triager(self, what: str) -> None:
        """Raises NotAllowedError unless the person is a triager."""
        if not self.person.is_triager:
            raise NotAllowedError(f"Only triagers may {what}. Nothing was changed.")
