"""A process that is killed at any moment loses nothing and does nothing twice."""

import random
import signal
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle, islice, product
from pathlib import Path

from adapters.board.values import BoardTicket, EntryKind
from adapters.web.transcript import EntryKind as Said
from bot.bootstrap import Product
from bot.reports import Report
from escalation.values import OutboxItem
from tests.integration.dependability.lives import Lives, open_nursery
from tests.integration.dependability.mortal import COMMIT, COMMITTED, STATEMENT, Step
from tests.integration.dependability.roots import Clock, agent, open_roots, problems_of, settings_for

KILLS = 50
AGENTS = ("ana", "ben", "cem")
FAILURES = (
    "card declined at checkout with ERR-4012 after the customer presses pay now",
    "login page of the mobile app stays blank after the fingerprint scan",
)
TURNS = 32
# For each kind of step and each moment within it, at which occurrence death comes at the latest: in the first such
# steps of a life, so that most lives get some way, but also in later ones.
DEATHS = {
    ("report", STATEMENT): 40,
    ("move", STATEMENT): 14,
    ("work", STATEMENT): 90,
    ("report", COMMIT): 2,
    ("move", COMMIT): 2,
    ("work", COMMIT): 6,
    ("report", COMMITTED): 2,
    ("move", COMMITTED): 2,
    ("work", COMMITTED): 6,
}


def write_script() -> list[Step]:
    """Everyone reports both failures. Then in turn: another report, a ticket to work and back, what is due. At the end
    both are fixed."""
    work = Step(kind="work")
    steps = [Step(kind="report", failure=failure, person=name) for failure, name in product(FAILURES, AGENTS)]
    steps.append(work)
    moves = cycle(product(("In progress", "To do"), FAILURES))
    for name, (status, failure) in islice(zip(cycle(AGENTS), moves, strict=False), TURNS):
        steps.append(Step(kind="report", failure=failure, person=name))
        steps += [Step(kind="move", failure=failure, status=status), work]
    for failure in FAILURES:
        steps += [Step(kind="move", failure=failure, status="Done"), work]
    return steps


def be_killed(url: str, folder: Path, *, seed: int) -> Lives:
    """All that the script says, done by a process that is killed again and again."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    lives = Lives(url=url, folder=folder, steps=write_script())
    with open_nursery() as nursery:
        for (within, moment), latest in islice(cycle(DEATHS.items()), KILLS):
            nursery.live(lives, within, moment, chance.randint(1, latest))
        nursery.live(lives)
    return lives


async def read_reports(root: Product) -> dict[int, Report]:
    async with root.open_work(read_only=True) as work:
        homes = [await work.reports.of_problem(problem.id) for problem in await problems_of(root)]
    return {report.id: report for home in homes for report in home}


async def read_tickets(root: Product) -> list[BoardTicket]:
    return [await root.board.get(ticket.key) for ticket in await root.board.listing()]


async def read_unfinished(root: Product) -> Sequence[OutboxItem]:
    async with root.open_work(read_only=True) as work:
        return await work.outbox.listing(parked_only=False, limit=100)


async def read_told(root: Product, name: str) -> dict[str, list[str]]:
    """What the agent was told of each problem, in order."""
    told = defaultdict(list)
    for entry in await root.transcript.latest(agent(name).id, 1_000):
        if entry.kind is Said.TOLD and entry.message is not None:
            number, _, words = entry.message.title.partition(" ")
            told[number].append(words)
    return told


async def test_a_process_killed_fifty_times_loses_no_report_and_no_work_and_does_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    lives = be_killed(database_url, tmp_path, seed=4012)

    clock = Clock(lives.now + timedelta(days=1))
    async with open_roots(settings_for(database_url, tmp_path), clock, 1) as (root,):
        await root.loop.drain()
        reports = await read_reports(root)
        problems = await problems_of(root)
        tickets = await read_tickets(root)
        unfinished = await read_unfinished(root)
        told = {name: await read_told(root, name) for name in AGENTS}

    assert lives.endings == [-signal.SIGKILL] * KILLS + [0]
    assert set(lives.deaths) == DEATHS.keys()
    _each_report_is_stored_once(lives, reports)
    assert [problem.title for problem in problems] == list(FAILURES)
    assert sorted(ticket.title for ticket in tickets) == sorted(FAILURES)
    for ticket in tickets:
        kinds = [entry.kind for entry in ticket.entries]
        assert (kinds.count(EntryKind.OPENED), kinds.count(EntryKind.MOVED)) == (1, TURNS // 2 + 1)
    assert unfinished == []
    each_change_once = ["is being worked on"] * (TURNS // 4) + ["is fixed"]
    assert told == {name: {"#1": each_change_once, "#2": each_change_once} for name in AGENTS}
    assert all(report.told_at is not None for report in reports.values())


def _each_report_is_stored_once(lives: Lives, reports: dict[int, Report]) -> None:
    made = {number: step for number, step in enumerate(lives.steps) if step.kind == "report"}
    assert lives.acknowledged.keys() == made.keys()
    assert sorted(lives.acknowledged.values()) == sorted(reports)
    for number, report in lives.acknowledged.items():
        assert (reports[report].reporter, reports[report].text) == (agent(made[number].person).id, made[number].failure)
