"""The worker's side of the faults' run: lives that end in the midst of their work, and the clock that all share."""

import asyncio
import os
import select
import signal
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from adapters.jira.access import JiraAccess
from adapters.jira.attempts import Attempts
from adapters.jira.connection import JiraConnection
from adapters.jira.tracker import JiraTicketTracker
from bot.jira_desk import JiraDesk
from escalation import kinds
from escalation.outbox import Effect, OutboxWorker, no_effect
from escalation.policy import Policy
from escalation.status_map import StatusMap
from escalation.tickets import TicketWork
from escalation.values import OutboxItem

DESK = "default"
SPEED = 60
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_READ_SECONDS = 0.5
_LATE = timedelta(minutes=4)
_LEASE = timedelta(minutes=5)
"""Longer than usual: a call takes as long as in the world, while the lease runs out on the fast clock."""


@dataclass(frozen=True)
class Rules:
    """What escalation asks of a desk."""

    policy: Policy = field(default_factory=lambda: Policy(bump_interval=timedelta(minutes=2)))
    statuses: StatusMap = field(default_factory=StatusMap)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


class FastClock:
    """`began` is the world's time at which the run began, the same in each of its processes."""

    def __init__(self, began: float) -> None:
        self.began = began

    def __call__(self) -> datetime:
        return BEGIN + timedelta(seconds=(time.time() - self.began) * SPEED)


async def _work(url: str, address: str, token: str, began: float) -> None:
    """One worker's life: it ends when nothing is left to do."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    clock = FastClock(began)
    engine = make_engine(url)
    store = SqlWork(engine)
    access = JiraAccess(site=address, token=token, email="techissue@example.com", version=3, read_seconds=_READ_SECONDS)
    connection = JiraConnection(access, clock)
    tracker = JiraTicketTracker(
        connection, {DESK: JiraDesk(project="OPS")}, Attempts(engine), search_delay=timedelta(minutes=2), arrival=_LATE
    )
    tickets = TicketWork(open_work=store, tracker=tracker, rules=lambda _: Rules(), clock=clock)

    async def nothing(_: OutboxItem) -> Effect:
        return no_effect

    worker = OutboxWorker(
        open_work=store,
        handlers={**tickets.handlers(), kinds.REFRESH: nothing, kinds.TELL: nothing},
        worker_name=f"worker-{os.getpid()}",
        clock=clock,
        jitter=lambda: 0.0,
        lease=_LEASE,
    )
    while True:
        if await worker.run_once():
            continue
        async with store(read_only=True) as work:
            if not await work.outbox.listing(parked_only=False, limit=1):
                break
        await asyncio.sleep(0.05)
    connection.close()
    await engine.dispose()


def bear(arguments: list[str]) -> None:
    """Read how long each life may be, and say how it ended: by itself, or killed."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(_work(arguments[0], arguments[1], arguments[2], float(arguments[3])))
            os._exit(0)
        ended = os.pidfd_open(child)
        killed = not select.select([ended], [], [], float(line))[0]
        if killed:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ended)
        sys.stdout.write("killed\n" if killed else "ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    bear(sys.argv[1:])
