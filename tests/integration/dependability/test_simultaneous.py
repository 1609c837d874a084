"""The same failure, reported by many at the same moment to several processes, is one problem with one ticket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

from bot.bootstrap import Product
from bot.intake import REPEAT_WINDOW
from escalation.values import OutboxItem, Tally
from tests.integration.dependability.roots import (
    START,
    Clock,
    agent,
    open_roots,
    problems_of,
    settings_for,
    title_of,
    turn_of,
)

FAILURE = "card declined at checkout with ERR-4012 after the customer presses pay now"
EACH = 100


@asynccontextmanager
async def working(products: Sequence[Product]) -> AsyncIterator[None]:
    """Each process carries out outbound work, too, while the block runs."""
    async with AsyncExitStack() as stack:
        for product in products:
            await stack.enter_async_context(_worker_of(product))
        yield


@asynccontextmanager
async def _worker_of(product: Product) -> AsyncIterator[None]:
    loop = asyncio.create_task(product.loop.run())
    try:
        yield
    finally:
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop


async def finish_work(products: Sequence[Product], clock: Clock) -> list[OutboxItem]:
    """Carry out what is left, also what a worker held as it was stopped. Gives what is unfinished then."""
    clock.now += timedelta(days=1)
    await asyncio.gather(*(product.loop.drain() for product in products))
    async with products[0].open_work(read_only=True) as work:
        return await work.outbox.listing(parked_only=False, limit=100)


async def tally_only_problem(product: Product, clock: Clock) -> Tally:
    (problem,) = await problems_of(product)
    policy = product.desks.named(problem.desk).policy
    async with product.open_work(read_only=True) as work:
        return await work.problems.tally(
            problem.id,
            now=clock.now,
            spike_window=policy.spike_window,
            baseline_window=policy.baseline_window,
            agents_window=policy.agents_window,
            fix_grace=policy.fix_grace,
        )


async def test_two_agents_200_simultaneous_reports_through_two_processes_are_one_problem_with_one_ticket(
    database_url: str, tmp_path: Path
) -> None:
    # What one agent says twice within the window is one report, so each agent's reports are of moments further apart.
    apart = REPEAT_WINDOW + timedelta(seconds=1)
    clock = Clock(START + EACH * apart)
    async with open_roots(settings_for(database_url, tmp_path), clock, 2) as products:
        said = [
            product.conversation.command(turn_of(agent(name), START + count * apart), FAILURE)
            for count in range(EACH)
            for product, name in zip(products, ("ana", "ben"), strict=True)
        ]

        async with working(products):
            replies = await asyncio.gather(*said)

        left = await finish_work(products, clock)
        tally = await tally_only_problem(products[0], clock)
        tickets = await products[1].board.listing()
    assert {title_of(reply).split()[0] for reply in replies} == {"#1"}
    assert (tally.reports, tally.agents) == (2 * EACH, 2)
    assert len(tickets) == 1
    assert left == []


async def test_fifty_agents_at_the_same_moment_in_three_processes_are_counted_from_the_1st_to_the_50th(
    database_url: str, tmp_path: Path
) -> None:
    clock = Clock()
    async with open_roots(settings_for(database_url, tmp_path), clock, 3) as products:
        said = [
            products[number % 3].conversation.command(turn_of(agent(f"agent{number}"), START), FAILURE)
            for number in range(50)
        ]

        async with working(products):
            replies = await asyncio.gather(*said)

        left = await finish_work(products, clock)
        tally = await tally_only_problem(products[0], clock)
        tickets = await products[0].board.listing()
    places = [title_of(reply).removeprefix("#1 · ").split()[0] for reply in replies]
    expected = {f"{place}{_suffix(place)}" for place in range(2, 51)} | {"New:"}
    assert sorted(places) == sorted(expected)
    assert (tally.reports, tally.agents) == (50, 50)
    assert len(tickets) == 1
    assert left == []


def _suffix(place: int) -> str:
    return "th" if place in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
