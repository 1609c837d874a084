"""What the bot does unasked, by the clock, from overdue questions to the nightly look over the problems."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.desks import Desk
from bot.matching import DeskIndexes
from bot.people import Person
from bot.ports import OpenUnitOfWork
from bot.questions import expire
from bot.suspicion import look_over
from bot.turn import Act
from bot.unread import UnreadReports
from escalation.ports import TicketTracker
from escalation.reassess import TECHISSUE, wake_sleepers
from escalation.reconcile import reconcile

ITSELF = Person(id=TECHISSUE, name="techissue")
_REMEMBER_DELIVERIES = timedelta(days=3)


class Housekeeping:
    """Each job may run in several processes at once: what one has done, the next finds done."""

    def __init__(
        self,
        *,
        open_work: OpenUnitOfWork,
        desk_named: Callable[[str], Desk],
        indexes: DeskIndexes,
        salt: bytes,
        tracker: TicketTracker,
    ) -> None:
        self._open_work = open_work
        self._desk_named = desk_named
        self._indexes = indexes
        self._salt = salt
        self._tracker = tracker
        self._unread = UnreadReports(open_work=open_work, desk_named=desk_named, indexes=indexes)

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
        await reconcile(self._open_work, self._tracker, self._desk_named, now=now)

    async def forget_deliveries(self, now: datetime) -> int:
        """Drop the answers to deliveries that will not come again. Gives how many."""
        async with self._open_work() as work:
            return await work.deliveries.forget(before=now - _REMEMBER_DELIVERIES)

    async def renew_meanings(self, _now: datetime, *, on_portion: Callable[[int], None] | None = None) -> int:
        """Have the running model read reports that it has not read yet, some ten thousand at the most. Gives how many;
        0 when all are read. `on_portion` hears how many were read as often as some were.
        """
        return await self._unread.read(on_portion)

    async def count_unread(self) -> int:
        """How many reports the running model has not read yet; 0 without one."""
        return await self._unread.count()

    async def keep_up(self, _now: datetime) -> None:
        """Catch up with what other processes wrote, so that no agent waits for a long way to be made up."""
        for desk in self._indexes.loaded():
            async with self._open_work(read_only=True) as work:
                await self._indexes.caught_up(work, self._desk_named(desk))

    async def let_rest(self, _now: datetime) -> int:
        """Let reports of problems that ended long ago leave the indexes. Gives how many problems left."""
        left = 0
        for desk in self._indexes.loaded():
            async with self._open_work(read_only=True) as work:
                left += await self._indexes.let_rest(work, self._desk_named(desk))
        return left

    async def suspect(self, _now: datetime) -> int:
        """Look over the open problems of every desk for those that look like one, or like two. Gives how many proposals
        there are for triagers now.
        """
        async with self._open_work(read_only=True) as work:
            desks = {problem.desk for problem in await work.problems.listing(None, include_ended=False)}
        return sum([await look_over(self._open_work, self._indexes, self._desk_named(desk)) for desk in sorted(desks)])
