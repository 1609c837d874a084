"""Carrying out outbound work: leased, in order per queue, outside any transaction, tried again or parked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from escalation.errors import EscalationError, OutboundError, RetryableOutboundError
from escalation.kinds import DESK
from escalation.ports import OpenUnitOfWork, UnitOfWork
from escalation.values import OutboxItem

_log = structlog.get_logger()

Effect = Callable[[UnitOfWork], Awaitable[None]]
"""What a finished piece of work changes here, in the transaction that marks it done."""

Handler = Callable[[OutboxItem], Awaitable[Effect]]
"""Does the work outside and gives its effect. Raises RetryableOutboundError to be called again later."""

Notify = Callable[[OutboxItem, str], Awaitable[None]]
"""Is given the notice of an error, with the work that it stops. Says the same only once."""

LEASE = timedelta(seconds=60)
CALL_SHARE = 0.75
"""How much of a lease a call may take: it must be over before another worker may begin it again."""

MOST_AT_ONCE = 8
MOST_SURPRISES = 8
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=15)
_MOST_DOUBLINGS = 9
_ERROR_LENGTH = 500


async def no_effect(work: UnitOfWork) -> None:
    """For work that changes nothing here."""


def backoff(attempts: int, *, retry_after: timedelta | None, jitter: float) -> timedelta:
    """How long to wait after so many attempts: 2 s doubling to 15 min, and never less than the other side asked for.

    `jitter` in [0, 1] spreads the waits over the upper half, so that what failed together does not return together.
    """
    longest = min(_FIRST_WAIT * (1 << min(attempts - 1, _MOST_DOUBLINGS)), _LONGEST_WAIT)
    wait = longest * (0.5 + 0.5 * jitter)
    return max(wait, retry_after or timedelta())


class OutboxWorker:
    """One of any number of workers. `jitter` gives numbers in [0, 1].

    An item is settled only while the lease that it was taken by holds. A worker that is killed leaves its items leased:
    they become due again when the lease ends, as a further attempt.
    """

    def __init__(  # noqa: PLR0913 - what a worker stands on, given once
        self,
        *,
        open_work: OpenUnitOfWork,
        handlers: Mapping[str, Handler],
        worker_name: str,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
        lease: timedelta = LEASE,
        notify: Notify | None = None,
    ) -> None:
        self._open_work = open_work
        self._handlers = handlers
        self._name = worker_name
        self._clock = clock
        self._jitter = jitter
        self._lease = lease
        self._notify = notify

    async def run_once(self) -> int:
        """Take what is due, at most one item of a queue, and carry it out; how many items were taken."""
        now = self._clock()
        async with self._open_work() as work:
            items = await work.outbox.lease(worker=self._name, now=now, until=now + self._lease, limit=MOST_AT_ONCE)
        await asyncio.gather(*(self._carry_out(item) for item in items))
        return len(items)

    async def drain(self) -> None:
        """Carry out work until nothing is due."""
        while await self.run_once():
            pass

    async def _carry_out(self, item: OutboxItem) -> None:
        try:
            await self._settle(item, await self._call(item))
        except Exception as error:  # noqa: BLE001 - a worker outlives whatever a handler or an effect raises
            await self._fail(item, error)

    async def _call(self, item: OutboxItem) -> Effect:
        """Do the work. Gives what settles it."""
        handler = self._handlers.get(item.kind)
        if handler is None:
            raise EscalationError(f"Nobody here carries out work of the kind {item.kind}.")
        seconds = self._lease.total_seconds() * CALL_SHARE
        try:
            async with asyncio.timeout(seconds):
                effect = await handler(item)
        except TimeoutError as error:
            raise RetryableOutboundError(f"No answer within {seconds:.0f} s.") from error

        async def finish(work: UnitOfWork) -> None:
            # Done first: an effect that looks at what is still pending must not find the work that it is the effect of.
            await work.outbox.done(item.id, now=self._clock())
            await effect(work)

        return finish

    async def _fail(self, item: OutboxItem, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"[:_ERROR_LENGTH]
        parks = _is_final(error, item.attempts)
        retry_after = error.retry_after if isinstance(error, RetryableOutboundError) else None
        at = self._clock() + backoff(item.attempts, retry_after=retry_after, jitter=self._jitter())

        async def let_go(work: UnitOfWork) -> None:
            if parks:
                await work.outbox.park(item.id, error=words)
            else:
                await work.outbox.retry(item.id, at=at, error=words)

        log = _log.bind(item=item.id, kind=item.kind, attempts=item.attempts, error=type(error).__name__)
        log.warning("outbox_parked" if parks else "outbox_retried")
        try:
            if self._notify is not None and isinstance(error, OutboundError) and error.notice is not None:
                await self._notify(item, error.notice)
            await self._settle(item, let_go)
        except Exception:  # noqa: BLE001 - the store is away: the lease ends by itself and the item is due again
            log.error("outbox_not_settled")  # noqa: TRY400 - a traceback may hold a report's text

    async def _settle(self, item: OutboxItem, ending: Effect) -> None:
        desk = item.payload.get(DESK)
        async with self._open_work(str(desk) if desk is not None else None) as work:
            if await work.outbox.hold(item):
                await ending(work)
            else:
                _log.warning("outbox_lease_lost", item=item.id, kind=item.kind, worker=self._name)


def _is_final(error: Exception, attempts: int) -> bool:
    """Refusals are final at once; what nobody foresaw may be a passing fault, but not for ever."""
    if isinstance(error, RetryableOutboundError):
        return False
    return isinstance(error, EscalationError) or attempts >= MOST_SURPRISES
