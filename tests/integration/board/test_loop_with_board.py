"""From reports to the board and back over both databases, with several workers at once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.board.board import Board
from adapters.board.tracker import BoardTicketTracker
from adapters.db.work import SqlWork
from bot.reports import NewReport
from dedupe.values import ProblemId
from escalation.follow import follow_ticket
from escalation.outbox import Effect, OutboxWorker, no_effect
from escalation.policy import Policy
from escalation.reassess import reassess
from escalation.tickets import TicketWork
from escalation.values import OutboxItem, PersonId, ProblemStatus, TicketState
from tests.unit.escalation.house import Rules

START = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
TIA = PersonId("web:tia")
AGENTS = 24
RULES = Rules(policy=Policy(bump_interval=timedelta()))


class Office:
    """Agents who report at once, and workers who deliver; the time stands still."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.open_work = SqlWork(engine)
        self.board = Board(engine, self.clock)
        self.tracker = BoardTicketTracker(self.board, "http://localhost:8000", self._follow)
        self.told: Counter[tuple[str, str]] = Counter()

    def clock(self) -> datetime:
        return START

    async def add_problem(self) -> ProblemId:
        async with self.open_work("default") as work:
            made = await work.problems.add(
                desk="default", title="Card declined", service=None, status=ProblemStatus.OPEN, at=START
            )
            return made.id

    async def report(self, problem: ProblemId, agent: str) -> None:
        new = NewReport(
            desk="default",
            problem=problem,
            reporter=PersonId(agent),
            text="card declined",
            origin="web",
            occurred_at=START,
            reported_at=START,
            day="2026-03-12",
        )
        async with self.open_work("default") as work:
            await work.reports.add(new)
            await reassess(work, problem, policy=RULES.policy, now=START)

    def worker(self, name: str) -> OutboxWorker:
        tickets = TicketWork(open_work=self.open_work, tracker=self.tracker, rules=lambda _: RULES, clock=self.clock)
        return OutboxWorker(
            open_work=self.open_work,
            handlers={**tickets.handlers(), "tell": self._tell, "refresh": self._refresh},
            worker_name=name,
            clock=self.clock,
            jitter=lambda: 0.0,
        )

    async def _tell(self, item: OutboxItem) -> Effect:
        self.told[str(item.payload["person"]), str(item.payload["status"])] += 1
        return no_effect

    async def _refresh(self, _item: OutboxItem) -> Effect:
        return no_effect

    async def _follow(self, state: TicketState) -> None:
        await follow_ticket(self.open_work, state, tracker="board", rules=lambda _: RULES, now=START)


@pytest.fixture
def office(engine: AsyncEngine) -> Office:
    return Office(engine)


async def test_many_agents_and_workers_at_once_make_one_ticket_that_counts_all(office: Office) -> None:
    problem = await office.add_problem()
    workers = [office.worker(f"worker-{number}") for number in range(3)]
    reports = [office.report(problem, f"web:agent{number}") for number in range(AGENTS)]
    await asyncio.gather(*reports, *(worker.drain() for worker in workers))
    await asyncio.gather(*(worker.drain() for worker in workers))
    (ticket,) = await office.board.listing()
    async with office.open_work(read_only=True) as work:
        known = await work.tickets.of_problem(problem)
        unfinished = await work.outbox.listing(parked_only=False, limit=10)
    assert unfinished == []
    assert known is not None
    assert (known.key, known.bumped_reports >= 10) == (ticket.key, True)


async def test_a_ticket_moved_on_the_board_is_told_to_each_reporter_once(office: Office) -> None:
    problem = await office.add_problem()
    for agent in ("web:ana", "web:ben", "web:ana", "web:tia"):
        await office.report(problem, agent)
    await office.worker("worker-1").drain()
    (ticket,) = await office.board.listing()
    await office.board.move(ticket.key, "Done", "Fixed", TIA, "Tia")
    await asyncio.gather(*(office.worker(f"worker-{number}").drain() for number in range(3)))
    assert office.told == {("web:ana", "fixed"): 1, ("web:ben", "fixed"): 1}
    async with office.open_work(read_only=True) as work:
        after = await work.problems.get(problem)
    assert after is not None
    assert after.status is ProblemStatus.FIXED
