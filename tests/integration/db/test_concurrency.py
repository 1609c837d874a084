"""Two engines stand for two processes: they share nothing but the database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from dedupe.values import ProblemId, ReportId
from tests.contracts.storage.examples import NOW, a_draft, a_report, add_problem, minutes


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[Sequence[SqlWork]]:
    engines = [make_engine(database_url) for _ in range(2)]
    yield [SqlWork(engine) for engine in engines]
    for engine in engines:
        await engine.dispose()


async def test_fifty_problems_made_at_the_same_time_get_consecutive_numbers(processes: Sequence[SqlWork]) -> None:
    async def make(number: int) -> int:
        async with processes[number % 2]("default") as work:
            return (await add_problem(work)).number

    numbers = await asyncio.gather(*(make(number) for number in range(50)))

    assert sorted(numbers) == list(range(1, 51))


async def test_nobody_overwrites_what_another_wrote_in_the_desks_critical_section(
    processes: Sequence[SqlWork],
) -> None:
    async with processes[0]("default") as work:
        problem = await add_problem(work, title="0")

    async def count_up(number: int) -> None:
        async with processes[number % 2]("default") as work:
            present = await work.problems.get(problem.id)
            assert present is not None
            await work.problems.save(replace(present, title=str(int(present.title) + 1)))

    await asyncio.gather(*(count_up(number) for number in range(50)))

    async with processes[0](read_only=True) as work:
        counted = await work.problems.get(problem.id)
    assert counted is not None
    assert counted.title == "50"


async def test_what_one_process_commits_the_other_finds_in_the_sequence_each_once(
    processes: Sequence[SqlWork],
) -> None:
    async with processes[0]("default") as work:
        problem = await add_problem(work)
    written: list[ReportId] = []
    followed: list[ReportId] = []

    async def write() -> None:
        for number in range(20):
            async with processes[0]("default") as work:
                written.append(await work.reports.add(a_report(problem.id, text=f"report {number}")))

    async def follow() -> None:
        seen = 0
        while len(followed) < 20:
            async with processes[1](read_only=True) as work:
                followed.extend(one.report for one in await work.changes.placements("default", after=seen))
                seen = await work.changes.latest("default")

    await asyncio.wait_for(asyncio.gather(write(), follow()), timeout=30)

    assert followed == written


async def test_a_sequence_is_seen_in_full_up_to_its_end_though_desks_write_at_the_same_time(
    processes: Sequence[SqlWork],
) -> None:
    ids: dict[str, ProblemId] = {}
    for desk in ("default", "other"):
        async with processes[0](desk) as work:
            ids[desk] = (await add_problem(work, desk)).id

    async def write(process: SqlWork, desk: str) -> None:
        for _ in range(10):
            async with process(desk) as work:
                before = await work.changes.latest(desk)
                report = await work.reports.add(a_report(ids[desk], desk=desk))
                assert [one.report for one in await work.changes.placements(desk, after=before)] == [report]

    await asyncio.gather(*(write(process, desk) for process in processes for desk in ids))

    async with processes[0](read_only=True) as work:
        assert [len(await work.changes.placements(desk, after=0)) for desk in ids] == [20, 20]


async def test_a_change_of_grouping_without_the_desk_named_still_waits_for_its_turn(
    processes: Sequence[SqlWork],
) -> None:
    async with processes[0]("default") as work:
        problem = await add_problem(work)

    async def add(process: SqlWork, **opened: Any) -> int:
        async with process(**opened) as work:
            await work.reports.add(a_report(problem.id))
            return await work.changes.latest("default")

    async with processes[0]("default") as work:
        intruder = asyncio.create_task(add(processes[1]))
        first = await work.reports.add(a_report(problem.id))
        for _ in range(10):
            await work.problems.get(problem.id)
        assert not intruder.done()
        end = await work.changes.latest("default")

    assert await intruder > end
    assert first


async def test_two_workers_never_lease_the_same_item(processes: Sequence[SqlWork]) -> None:
    async with processes[0]() as work:
        for number in range(40):
            await work.outbox.add(a_draft(f"ticket:{number}"), now=NOW)

    async def take(number: int) -> list[int]:
        async with processes[number % 2]() as work:
            leased = await work.outbox.lease(worker=f"w{number}", now=NOW, until=NOW + minutes(1), limit=5)
            return [item.id for item in leased]

    taken = [item for items in await asyncio.gather(*(take(number) for number in range(16))) for item in items]

    assert len(taken) == len(set(taken))
    rest = await take(0)
    while more := await take(0):
        rest += more
    assert len({*taken, *rest}) == 40


async def test_a_worker_passes_over_what_another_is_just_taking_on_postgresql(postgres_url: str) -> None:
    engines = [make_engine(postgres_url) for _ in range(2)]
    quick, slow = (SqlWork(engine) for engine in engines)
    async with quick() as work:
        for queue in ("a", "b"):
            await work.outbox.add(a_draft(queue), now=NOW)

    async with slow() as taking:
        await taking.outbox.lease(worker="slow", now=NOW, until=NOW + minutes(1), limit=1)
        async with asyncio.timeout(10), quick() as work:
            passed = await work.outbox.lease(worker="quick", now=NOW, until=NOW + minutes(1), limit=9)
    for engine in engines:
        await engine.dispose()

    assert [item.queue for item in passed] == ["b"]


async def test_the_second_of_two_transactions_with_one_delivery_sees_the_answer_of_the_first(
    processes: Sequence[SqlWork],
) -> None:
    handled: list[int] = []

    async def handle(number: int) -> str:
        async with processes[number % 2]() as work:
            answer = await work.deliveries.answered("slack:Ev1")
            if answer is None:
                handled.append(number)
                answer = f"handled by {number}"
                await work.deliveries.remember("slack:Ev1", answer, at=NOW)
            return answer

    answers = await asyncio.gather(*(handle(number) for number in range(10)))

    assert len(handled) == 1
    assert set(answers) == {f"handled by {handled[0]}"}


async def test_writers_of_one_process_go_in_the_order_they_came(processes: Sequence[SqlWork]) -> None:
    order: list[int] = []

    async def write(number: int) -> None:
        async with processes[0]("default") as work:
            await add_problem(work)
            order.append(number)

    await asyncio.gather(*(write(number) for number in range(20)))

    assert order == list(range(20))


async def test_many_who_wait_for_one_desk_leave_connections_for_those_who_read(
    processes: Sequence[SqlWork],
) -> None:
    async def write() -> None:
        async with processes[0]("default") as work:
            await add_problem(work)

    async with processes[0]("default"):
        waiting = [asyncio.create_task(write()) for _ in range(100)]
        async with processes[0](read_only=True) as work:
            assert await work.problems.listing("default", include_ended=True) == []
        assert not any(task.done() for task in waiting)

    await asyncio.gather(*waiting)


async def test_a_cancelled_writer_leaves_nothing_and_lets_the_next_one_in(processes: Sequence[SqlWork]) -> None:
    inside = asyncio.Event()

    async def write_and_hang() -> None:
        async with processes[0]("default") as work:
            await add_problem(work)
            inside.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(write_and_hang())
    await inside.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging

    async with processes[1]("default") as work:
        assert (await add_problem(work)).number == 1
