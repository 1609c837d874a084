"""A process that is killed at any moment loses nothing and does nothing twice."""

import random
import signal
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest

from adapters.board.values import BoardTicket, EntryKind
from adapters.web.transcript import EntryKind as Said
from bot.bootstrap import Product
from bot.reports import Report
from escalation.values import OutboxItem
from tests.integration.dependability.lives import Lives, Nursery, open_nursery
from tests.integration.dependability.mortal import COMMIT, COMMITTED, STATEMENT, Step
from tests.integration.dependability.roots import Clock, agent, open_roots, problems_of, settings_for

AGENTS = ("ana", "ben")
_WORDS = (
    "card declined at checkout after pressing pay now",
    "login page of the mobile app stays blank after the fingerprint scan",
    "phone menu hangs up when the caller presses three for refunds",
    "invoice email arrives without the pdf attachment",
    "gift voucher code is refused as already redeemed",
    "store finder shows no branches on the map",
    "loyalty points of yesterday's purchase are missing",
    "password reset link has expired before it is opened",
    "delivery slot cannot be chosen because the calendar is grey",
    "subscription was charged twice this month",
    "chat window covers the order summary on tablets",
    "card reader prints the receipt in another language",
    "search for trainers returns only shirts",
    "parcel tracking says delivered last week but nothing came",
    "address form refuses postcodes with a letter",
    "barcode on the boarding pass does not scan at the gate",
    "discount for students vanishes in the basket",
    "newsletter link leads to a page in maintenance",
)
# Each with a code of its own, so that no weights make anything but the same words sure to be the same failure.
FAILURES = tuple(f"{words}, ERR-{4012 + 37 * number}" for number, words in enumerate(_WORDS))
# Where death comes: in a step of this kind, at this moment, at the n-th such moment of the life. For n from 1 to this
# number, so that some lives end in the first such step and others get further.
DEATHS = {
    ("report", STATEMENT): 50,
    ("work", STATEMENT): 60,
    ("move", STATEMENT): 14,
    ("report", COMMIT): 2,
    ("work", COMMIT): 4,
    ("move", COMMIT): 2,
    ("report", COMMITTED): 2,
    ("work", COMMITTED): 4,
    ("move", COMMITTED): 2,
}


def write_script(failures: Sequence[str]) -> list[Step]:
    """Each failure in turn: everyone reports it, a ticket is opened and moved. At the end all are fixed."""
    work = Step(kind="work")
    steps = []
    for failure in failures:
        steps += [Step(kind="report", failure=failure, person=name) for name in AGENTS]
        steps += [work, Step(kind="move", failure=failure, status="In progress")]
    steps.append(work)
    return [*steps, *(Step(kind="move", failure=failure, status="Done") for failure in failures), work]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with open_nursery() as nursery:
        yield nursery


def be_killed(nursery: Nursery, lives: Lives, *, times: int, seed: int) -> None:
    """All that the script says, done by a process that is killed again and again."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    for (within, moment), latest in islice(cycle(DEATHS.items()), times):
        nursery.live(lives, within, moment, chance.randint(1, latest))
    nursery.live(lives)


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
    nursery: Nursery, sqlite_url: str, tmp_path: Path
) -> None:
    lives = Lives(url=sqlite_url, folder=tmp_path, steps=write_script(FAILURES))

    be_killed(nursery, lives, times=50, seed=4012)

    assert lives.endings == [-signal.SIGKILL] * 50 + [0]
    await _nothing_is_lost_or_done_twice(lives, FAILURES)


async def test_a_process_killed_twenty_times_at_work_on_postgresql_loses_nothing_and_does_nothing_twice(
    nursery: Nursery, postgres_url: str, tmp_path: Path
) -> None:
    lives = Lives(url=postgres_url, folder=tmp_path, steps=write_script(FAILURES[:10]))

    be_killed(nursery, lives, times=20, seed=4021)

    assert lives.endings == [-signal.SIGKILL] * 20 + [0]
    await _nothing_is_lost_or_done_twice(lives, FAILURES[:10])


async def _nothing_is_lost_or_done_twice(lives: Lives, failures: Sequence[str]) -> None:
    assert set(lives.deaths) == DEATHS.keys()
    clock = Clock(lives.now + timedelta(days=1))
    async with open_roots(settings_for(lives.url, lives.folder), clock, 1) as (root,):
        await root.loop.drain()
        reports = await read_reports(root)
        _each_report_is_stored_once(lives, reports)
        assert all(report.told_at is not None for report in reports.values())
        assert [problem.title for problem in await problems_of(root)] == list(failures)
        tickets = await read_tickets(root)
        assert sorted(ticket.title for ticket in tickets) == sorted(failures)
        for ticket in tickets:
            kinds = [entry.kind for entry in ticket.entries]
            assert (kinds.count(EntryKind.OPENED), kinds.count(EntryKind.MOVED)) == (1, 2)
        assert await read_unfinished(root) == []
        once_each = {f"#{number}": ["is being worked on", "is fixed"] for number in range(1, len(failures) + 1)}
        for name in AGENTS:
            assert await read_told(root, name) == once_each


def _each_report_is_stored_once(lives: Lives, reports: dict[int, Report]) -> None:
    made = {number: step for number, step in enumerate(lives.steps) if step.kind == "report"}
    assert lives.acknowledged.keys() == made.keys()
    assert sorted(lives.acknowledged.values()) == sorted(reports)
    for number, report in lives.acknowledged.items():
        assert (reports[report].reporter, reports[report].text) == (agent(made[number].person).id, made[number].failure)
