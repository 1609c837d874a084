"""Escalations to a Jira that fails in every way it can, by a worker that is killed again and again.

The clock runs faster than the world's, for the bot and for its Jira alike, so that minutes of waiting pass in seconds.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from adapters.db.engine import make_engine
from adapters.db.migrate import upgrade
from adapters.db.work import SqlWork
from adapters.jira.texts import read_words
from bot.bootstrap import all_metadata
from bot.reports import NewReport
from escalation.reassess import reassess
from escalation.status import StatusChange, change_status_in_chat
from escalation.values import PersonId, ProblemStatus, Severity
from tests.fakes.jira.faults import Faults
from tests.fakes.jira.server import FakeJira, running_jira
from tests.integration.dependability.jira_worker import DESK, FastClock, Rules

_HANG_SECONDS = 0.8
_FIRST, _LATER = 3, 3
_MOVED_EVERY = 5


@dataclass
class Outcome:
    """What came of a run. `wrong` says what should not be; nothing is in it after a good one."""

    problems: int
    seconds: float
    kills: int
    calls: int
    faults: Counter[str]
    wrong: list[str] = field(default_factory=list)


async def run_with_faults(
    folder: Path, *, problems: int, chance: float, kill_every: float, workers: int = 1, seed: int = 1
) -> Outcome:
    """Open a ticket for each problem, then bump each, then move some: all of it under faults and kills."""
    began = time.time()
    clock = FastClock(began)
    url = f"sqlite:///{folder / 'faults.db'}"
    engine = make_engine(url)
    await upgrade(engine, all_metadata())
    store = SqlWork(engine)
    kills = 0
    with running_jira(clock, faults=Faults(chance=chance, seed=seed, hang_seconds=_HANG_SECONDS)) as jira:
        jira.keep = False
        jira.state.lag = timedelta(seconds=60)
        dice = random.Random(seed)  # noqa: S311 - a test's dice
        lives = [Lives(url, jira.address, jira.token, str(began)) for _ in range(workers)]
        try:
            for step in (_report_first, _report_more, _say_fixed):
                await step(store, clock, problems)
                kills += sum(await asyncio.gather(*(_carry_out(store, each, kill_every, dice) for each in lives)))
        finally:
            for each in lives:
                await asyncio.to_thread(each.end)
        calls, faults = len(jira.calls), Counter({each.value: n for each, n in jira.faults.happened.items()})
        outcome = Outcome(problems, time.time() - began, kills, calls, faults)
        outcome.wrong = await _look_for_wrong(store, jira, problems)
    await engine.dispose()
    return outcome


async def _report_first(store: SqlWork, clock: FastClock, problems: int) -> None:
    for i in range(1, problems + 1):
        now = clock()
        async with store(DESK) as work:
            title = f"card reader {i} shows error {4000 + i}"
            problem = await work.problems.add(
                desk=DESK, title=title, service="Payments", status=ProblemStatus.OPEN, at=now
            )
            await _add_reports(work, problem.id, title, range(_FIRST), now)
            await reassess(work, problem.id, policy=Rules().policy, now=now)


async def _report_more(store: SqlWork, clock: FastClock, problems: int) -> None:
    for i in range(1, problems + 1):
        now = clock()
        async with store(DESK) as work:
            problem = await work.problems.by_number(DESK, i)
            assert problem is not None
            await _add_reports(work, problem.id, problem.title, range(_FIRST, _FIRST + _LATER), now)
            await reassess(work, problem.id, policy=Rules().policy, now=now)


async def _say_fixed(store: SqlWork, clock: FastClock, problems: int) -> None:
    for i in range(_MOVED_EVERY, problems + 1, _MOVED_EVERY):
        now = clock()
        async with store(DESK) as work:
            problem = await work.problems.by_number(DESK, i)
            assert problem is not None
            change = StatusChange(status=ProblemStatus.FIXED, at=now, by=PersonId("web:tess"), by_name="Tess")
            await change_status_in_chat(work, problem, change, level=Rules().policy.level, now=now)


async def _add_reports(work: object, problem: object, title: str, agents: range, now: datetime) -> None:
    for agent in agents:
        report = NewReport(
            desk=DESK,
            problem=problem,  # type: ignore[arg-type] # the store's own id
            reporter=PersonId(f"web:agent{agent}"),
            text=f"{title}, says customer {agent}",
            origin="web",
            occurred_at=now,
            reported_at=now,
            day=f"{now:%Y-%m-%d}",
            severity=Severity.NORMAL,
        )
        await work.reports.add(report)  # type: ignore[attr-defined] # a unit of work of the store


async def _carry_out(store: SqlWork, lives: "Lives", kill_every: float, dice: random.Random) -> int:
    """Have the outbound work done by one worker after the other, each killed in the midst of it. Gives the kills."""
    kills = 0
    while True:
        kills += await asyncio.to_thread(lives.live, dice.uniform(0.5, 1.5) * kill_every)
        async with store(read_only=True) as work:
            if not await work.outbox.listing(parked_only=False, limit=1):
                return kills


class Lives:
    """Workers, one after the other, born of a process that has loaded everything already and does nothing else."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.integration.dependability.jira_worker", *arguments]
        self._mother = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def live(self, seconds: float) -> bool:
        """Let one work for so long at the most. True if it was killed then."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(f"{seconds}\n")
        self._mother.stdin.flush()
        return self._mother.stdout.readline() == "killed\n"

    def end(self) -> None:
        self._mother.communicate("", timeout=30)


async def _look_for_wrong(store: SqlWork, jira: FakeJira, problems: int) -> list[str]:
    wrong = []
    by_label = Counter(label for issue in jira.state.issues.values() for label in issue.fields["labels"])
    wrong += [f"{count} tickets of {label}" for label, count in by_label.items() if count != 1]
    if len(jira.state.issues) != problems:
        wrong.append(f"{len(jira.state.issues)} tickets for {problems} problems")
    for i in range(1, problems + 1):
        async with store(read_only=True) as work:
            problem = await work.problems.by_number(DESK, i)
            ticket = None if problem is None else await work.tickets.of_problem(problem.id)
        if ticket is None or ticket.key not in jira.state.issues:
            wrong.append(f"problem {i} has no ticket")
            continue
        issue = jira.state.issues[ticket.key]
        said = [read_words(each.body) for each in issue.comments]
        rolling = [each for each in said if each.startswith("Still reported")]
        if len(rolling) != 1 or f"{_FIRST + _LATER} reports" not in rolling[0]:
            wrong.append(f"{ticket.key} has {len(rolling)} rolling comments, of {[each[:80] for each in rolling]}")
        news = [each for each in said if "set problem" in each]
        is_moved = i % _MOVED_EVERY == 0
        if len(news) != is_moved or (issue.status.category == "done") != is_moved:
            wrong.append(f"{ticket.key} was told {len(news)} times of its move, and is {issue.status.name}")
    return wrong
