"""What runs beside the doors: outbound work as soon as there is some, and housekeeping by the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.bell import Bell
from bot.housekeeping import Housekeeping
from escalation.outbox import OutboxWorker

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 2
"""How long work can lie that another process queued, or whose time came without anybody saying so."""
_JOBS_END_SECONDS = 5
_WORK_ENDS_SECONDS = 5
"""What takes longer is broken off, which is most probably a call or a pause, and begun anew by the next process."""
_NIGHT = 2
"""The hour, in UTC, at which the problems are looked over, and old ones let go from memory."""


class WorkLoop:
    """One per process. Several processes share the work; each item is done by one of them."""

    def __init__(
        self,
        *,
        worker: OutboxWorker,
        housekeeping: Housekeeping,
        clock: Callable[[], datetime],
        reconcile_seconds: int = 60,
    ) -> None:
        self._worker = worker
        self._housekeeping = housekeeping
        self._clock = clock
        self._reconcile_seconds = reconcile_seconds
        self._bell = Bell()
        self._jobs: set[asyncio.Task[None]] = set()
        self._ends = False

    def wake(self) -> None:
        """Say that there may be work."""
        self._bell.ring()

    async def run(self) -> None:
        """Work until cancelled. What fails is logged, and the loop goes on."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        jobs = self._housekeeping
        times: dict[Callable[[datetime], Awaitable[object]], int] = {
            jobs.keep_up: 10,
            jobs.expire_questions: 20,
            jobs.renew_meanings: 30,
            jobs.wake_sleepers: 60,
            jobs.reconcile: self._reconcile_seconds,
            jobs.forget_deliveries: 6 * 3600,
        }
        for job, seconds in times.items():
            scheduler.add_job(self._guarded, "interval", [job], seconds=seconds, id=job.__name__, coalesce=True)
        for job in (jobs.let_rest, jobs.suspect):
            name = job.__name__
            scheduler.add_job(
                self._guarded, "cron", [job], hour=_NIGHT, id=name, misfire_grace_time=3600, coalesce=True
            )
        # What happened in the tracker while nobody ran is looked at at once, however long until the next time.
        scheduler.add_job(self._guarded, args=[jobs.reconcile], id="reconcile_first", misfire_grace_time=None)
        scheduler.start()
        try:
            while True:
                await self._drain()
                await self._bell.wait(_LOOK_SECONDS)
        finally:
            await self._end_jobs(scheduler)

    async def drain(self) -> None:
        """Carry out what is due now; for commands that end."""
        await self._worker.drain()

    async def _drain(self) -> None:
        """Carry out what is due. Told to stop, it lets what was begun end: a connection to the database that is broken
        off within a question may wait for ever for its end, and the process with it.
        """
        draining = asyncio.create_task(self._draining())
        try:
            await asyncio.shield(draining)
        except asyncio.CancelledError:
            self._ends = True
            await asyncio.wait({draining}, timeout=_WORK_ENDS_SECONDS)
            draining.cancel()
            await asyncio.wait({draining}, timeout=_WORK_ENDS_SECONDS)
            raise

    async def _draining(self) -> None:
        try:
            while not self._ends and await self._worker.run_once():
                pass
        except Exception:  # noqa: BLE001 - the loop outlives a database that is away for a while
            _log.exception("outbox_failed")

    async def _end_jobs(self, scheduler: AsyncIOScheduler) -> None:
        """Let what runs end: a job broken off within a question to the database would leave its connection waiting."""
        scheduler.pause()
        if self._jobs:
            await asyncio.wait(self._jobs, timeout=_JOBS_END_SECONDS)
        scheduler.shutdown(wait=False)
        if self._jobs:
            await asyncio.wait(self._jobs, timeout=_JOBS_END_SECONDS)

    async def _guarded(self, job: Callable[[datetime], Awaitable[object]]) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._jobs.add(task)
            task.add_done_callback(self._jobs.discard)
        try:
            await job(self._clock())
        except Exception:  # noqa: BLE001 - a job that fails now is tried again at its next time
            _log.exception("job_failed", job=getattr(job, "__name__", "job"))
            return
        self.wake()
