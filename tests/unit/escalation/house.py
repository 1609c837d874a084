"""A desk with a store, a tracker and an outbox, driven by hand at a time that only the test moves."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.db.work import SqlWork
from bot.reports import NewReport
from dedupe.values import ProblemId, ReportId
from escalation import kinds
from escalation.follow import follow_ticket
from escalation.outbox import Effect, Handler, OutboxWorker, no_effect
from escalation.policy import Policy
from escalation.reassess import Assessment, reassess
from escalation.status import StatusChange, change_status_in_chat
from escalation.status_map import StatusMap
from escalation.tickets import TicketWork
from escalation.values import AuditEntry, OutboxItem, PersonId, Problem, ProblemStatus, Severity, Ticket, TicketState
from tests.fakes.tracker import FakeTicketTracker
from tests.unit.escalation.builders import MINUTE, NOW

DESK = "default"
TITLE = "Card reader shows error 42"


@dataclass
class Rules:
    """What escalation asks of a desk."""

    policy: Policy = field(default_factory=Policy)
    statuses: StatusMap = field(default_factory=StatusMap)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


class House:
    """`told` and `refreshed` list what was delivered."""

    def __init__(self, store: SqlWork, policy: Policy | None = None) -> None:
        self.store = store
        self.now = NOW
        self.rules = Rules(policy=policy or Policy())
        self.tracker = FakeTicketTracker(self.clock)
        self.told: list[tuple[str, str]] = []
        self.refreshed: list[int] = []

    def clock(self) -> datetime:
        return self.now

    def rules_of(self, desk: str) -> Rules:
        assert desk == DESK
        return self.rules

    def after(self, span: timedelta) -> None:
        self.now += span

    async def add_problem(self) -> Problem:
        async with self.store(DESK) as work:
            return await work.problems.add(
                desk=DESK,
                title="Card reader shows error 42",
                service="Payments",
                status=ProblemStatus.OPEN,
                at=self.now,
            )

    async def add_report(self, problem: ProblemId, agent: str = "web:ana", **fields: Any) -> ReportId:
        """A report as intake stores it, without a look at the problem."""
        given: dict[str, Any] = {
            "desk": DESK,
            "problem": problem,
            "reporter": PersonId(agent),
            "text": f"reader says error 42, {agent}",
            "origin": "web",
            "occurred_at": self.now,
            "reported_at": self.now,
            "day": f"{self.now:%Y-%m-%d}",
            "severity": Severity.NORMAL,
        }
        async with self.store(DESK) as work:
            return await work.reports.add(NewReport(**(given | fields)))

    async def report(self, problem: ProblemId, *agents: str, **fields: Any) -> Assessment:
        """A report of each agent, each followed by a look."""
        for agent in agents:
            await self.add_report(problem, f"web:{agent}", **fields)
            assessment = await self.look(problem)
        return assessment

    async def look(self, problem: ProblemId) -> Assessment:
        async with self.store(DESK) as work:
            return await reassess(work, problem, policy=self.rules.policy, now=self.now)

    async def follow(self, state: TicketState) -> Problem | None:
        return await follow_ticket(self.store, state, tracker=self.tracker.name, rules=self.rules_of, now=self.now)

    async def set_status(self, problem: ProblemId, status: ProblemStatus, by: str = "web:tia", **more: Any) -> Problem:
        change = StatusChange(status=status, at=self.now, by=PersonId(by), by_name="Tia", **more)
        async with self.store(DESK) as work:
            before = await work.problems.get(problem)
            assert before is not None
            return await change_status_in_chat(work, before, change, level=self.rules.policy.level, now=self.now)

    async def change(self, problem: ProblemId, **fields: Any) -> None:
        """Put the problem's fields to these values."""
        async with self.store(DESK) as work:
            before = await work.problems.get(problem)
            assert before is not None
            await work.problems.save(replace(before, **fields))

    async def problem(self, problem: ProblemId) -> Problem:
        async with self.store(read_only=True) as work:
            found = await work.problems.get(problem)
        assert found is not None
        return found

    async def ticket(self, problem: ProblemId) -> Ticket:
        async with self.store(read_only=True) as work:
            found = await work.tickets.of_problem(problem)
        assert found is not None
        return found

    async def waiting(self) -> list[OutboxItem]:
        async with self.store(read_only=True) as work:
            return await work.outbox.listing(parked_only=False, limit=1000)

    async def kinds_waiting(self) -> list[str]:
        return [item.kind for item in await self.waiting()]

    async def acts(self, problem: ProblemId) -> list[AuditEntry]:
        async with self.store(read_only=True) as work:
            return await work.audit.of_problem(problem, 100)

    def handlers(self) -> Mapping[str, Handler]:
        ticket_work = TicketWork(open_work=self.store, tracker=self.tracker, rules=self.rules_of, clock=self.clock)
        return {**ticket_work.handlers(), "tell": self._tell, "refresh": self._refresh}

    def worker(self, name: str = "worker-1", handlers: Mapping[str, Handler] | None = None) -> OutboxWorker:
        return OutboxWorker(
            open_work=self.store,
            handlers=handlers or self.handlers(),
            worker_name=name,
            clock=self.clock,
            jitter=lambda: 1.0,
        )

    async def drain_while_opening(self, happens: Callable[[], Awaitable[object]]) -> None:
        """Carry out what is due; something happens between the tracker's answer to an opening and its effect."""
        handlers = self.handlers()

        async def open_slowly(item: OutboxItem) -> Effect:
            effect = await handlers[kinds.TICKET_OPEN](item)
            await happens()
            return effect

        await self.worker(handlers={**handlers, kinds.TICKET_OPEN: open_slowly}).drain()

    async def drain(self) -> None:
        await self.worker().drain()

    async def _tell(self, item: OutboxItem) -> Any:
        self.told.append((str(item.payload["person"]), str(item.payload["status"])))
        return no_effect

    async def _refresh(self, item: OutboxItem) -> Any:
        self.refreshed.append(int(item.payload["problem"] or 0))
        return no_effect


async def ripe_problem(house: House) -> ProblemId:
    """A problem whose ticket is about to be opened."""
    problem = await house.add_problem()
    await house.report(problem.id, "ana", "ben")
    return problem.id


async def ticketed(house: House) -> Ticket:
    problem = await ripe_problem(house)
    await house.drain()
    house.after(10 * MINUTE)
    return await house.ticket(problem)
