"""What the bot does unasked, by the clock: overdue questions, sleeping problems, old deliveries."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.desks import Desk
from bot.matching import DeskIndexes
from bot.people import Person
from bot.ports import OpenUnitOfWork
from bot.questions import expire
from bot.turn import Act
from escalation.ports import TicketTracker
from escalation.reassess import TECHISSUE, wake_sleepers
from escalation.reconcile import Follow, reconcile

ITSELF = Person(id=TECHISSUE, name="techissue")
_REMEMBER_DELIVERIES = timedelta(days=3)


class Housekeeping:
    """Each job may run in several processes at once: what one has done, the next finds done."""

    def __init__(  # noqa: PLR0913 - what its jobs stand on
        self,
        *,
        open_work: OpenUnitOfWork,
        desk_named: Callable[[str], Desk],
        indexes: DeskIndexes,
        salt: bytes,
        tracker: TicketTracker,
        follow: Follow | None = None,
    ) -> None:
        self._open_work = open_work
        self._desk_named = desk_named
        self._indexes = indexes
        self._salt = salt
        self._tracker = tracker
        self._follow = follow

    async def expire_questions(self, now: datetime) -> int:
        """End the questions whose time is over. Gives how many."""
        async with self._open_work(read_only=True) as work:
            overdue = await work.questions.overdue(now=now)
        expired = 0
        for question in overdue:
            async with self._open_work(question.desk) as work:
                current = await work.questions.of_report(question.report)
                if current is None or current.answer is not None:
                    continue
                act = Act(
                    work=work,
                    person=ITSELF,
                    desk=self._desk_named(question.desk),
                    now=now,
                    origin="clock",
                    indexes=self._indexes,
                    salt=self._salt,
                )
                await expire(act, current)
                expired += 1
        return expired

    async def wake_sleepers(self, now: datetime) -> None:
        """Wake the snoozed problems whose date has come."""
        await wake_sleepers(self._open_work, self._desk_named, now=now)

    async def reconcile(self, now: datetime) -> None:
        """Ask the tracker how its tickets stand, for the changes that nobody told us of."""
        await reconcile(self._open_work, self._tracker, self._desk_named, now=now, follow=self._follow)

    async def forget_deliveries(self, now: datetime) -> int:
        """Drop the answers to deliveries that will not come again. Gives how many."""
        async with self._open_work() as work:
            return await work.deliveries.forget(before=now - _REMEMBER_DELIVERIES)
