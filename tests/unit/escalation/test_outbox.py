import asyncio
from datetime import timedelta

import pytest

from escalation.errors import (
    EscalationError,
    TicketGoneError,
    TicketRejectedError,
    TrackerUnavailableError,
)
from escalation.outbox import LEASE, MOST_AT_ONCE, MOST_SURPRISES, Effect, backoff, no_effect
from escalation.ports import UnitOfWork
from escalation.values import AuditEntry, OutboxItem, OutboxState, PersonId
from tests.unit.escalation.builders import HOUR, MINUTE, NOW
from tests.unit.escalation.works import Works

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("attempts", "retry_after", "jitter", "seconds"),
    [
        (1, None, 1.0, 2),
        (1, None, 0.0, 1),
        (2, None, 1.0, 4),
        (5, None, 1.0, 32),
        (9, None, 1.0, 512),
        (10, None, 1.0, 900),
        (5_000, None, 1.0, 900),
        (5_000, None, 0.0, 450),
        (1, 30 * SECOND, 0.5, 30),
        (9, 30 * SECOND, 1.0, 512),
        (1, HOUR, 0.0, 3600),
    ],
)
def test_waits_double_up_to_a_quarter_of_an_hour_and_honour_the_other_side(
    attempts: int, retry_after: timedelta | None, jitter: float, seconds: int
) -> None:
    assert backoff(attempts, retry_after=retry_after, jitter=jitter) == seconds * SECOND


async def test_items_of_a_queue_are_done_in_order(works: Works) -> None:
    for name in ("a", "b", "c"):
        await works.add(name)
    await works.worker().drain()
    assert works.seen == [("a", 1), ("b", 1), ("c", 1)]
    assert await works.unfinished() == []


async def test_queues_do_not_wait_for_each_other(works: Works) -> None:
    both = asyncio.Barrier(2)

    async def meet(_item: OutboxItem) -> Effect:
        await asyncio.wait_for(both.wait(), 5)
        return no_effect

    await works.add("a", queue="left")
    await works.add("b", queue="right")
    assert await works.worker(handlers={"job": meet}).run_once() == 2
    assert await works.unfinished() == []


async def test_no_more_calls_at_once_than_the_limit(works: Works) -> None:
    for number in range(MOST_AT_ONCE + 3):
        await works.add("a", queue=f"q{number}")
    assert [await works.worker().run_once() for _ in range(3)] == [MOST_AT_ONCE, 3, 0]


async def test_what_is_out_of_reach_is_tried_again_when_the_other_side_says(works: Works) -> None:
    await works.add("a")
    works.errors = [TrackerUnavailableError("busy", retry_after=MINUTE)]
    await works.worker().drain()
    (item,) = await works.unfinished()
    assert (item.state, item.available_at, item.leased_by) == (OutboxState.WAITING, NOW + MINUTE, None)
    assert item.last_error == "TrackerUnavailableError: busy"
    works.now += MINUTE
    await works.worker().drain()
    assert works.seen == [("a", 1), ("a", 2)]


async def test_what_is_out_of_reach_is_never_parked(works: Works) -> None:
    await works.add("a")
    works.errors = [TrackerUnavailableError("busy") for _ in range(30)]
    for _ in range(30):
        await works.worker().drain()
        works.now += HOUR
    assert [item.state for item in await works.unfinished()] == [OutboxState.WAITING]


@pytest.mark.parametrize("error", [TicketRejectedError("no such project"), TicketGoneError("gone")])
async def test_a_refusal_is_parked_at_once_and_holds_what_is_behind_it(works: Works, error: EscalationError) -> None:
    await works.add("a")
    await works.add("b")
    works.errors = [error]
    await works.worker().drain()
    assert [item.state for item in await works.unfinished()] == [OutboxState.PARKED, OutboxState.WAITING]
    assert works.seen == [("a", 1)]


async def test_parked_work_that_is_set_free_is_done_and_what_is_behind_it(works: Works) -> None:
    await works.add("a")
    await works.add("b")
    works.errors = [TicketRejectedError("no such project")]
    await works.worker().drain()
    (parked, _) = await works.unfinished()
    async with works.store() as work:
        await work.outbox.unpark(parked.id, now=works.now)
    await works.worker().drain()
    assert works.seen == [("a", 1), ("a", 2), ("b", 1)]


async def test_a_kind_that_nobody_knows_is_parked(works: Works) -> None:
    await works.add("a", kind="riddle")
    await works.worker().drain()
    (item,) = await works.unfinished()
    assert (item.state, item.last_error) == (
        OutboxState.PARKED,
        "EscalationError: Nobody here carries out work of the kind riddle.",
    )


async def test_a_surprise_is_tried_again_and_parked_in_the_end(works: Works) -> None:
    await works.add("a")
    works.errors = [ValueError("what?") for _ in range(MOST_SURPRISES)]
    states = []
    for _ in range(MOST_SURPRISES):
        await works.worker().drain()
        states += [item.state for item in await works.unfinished()]
        works.now += HOUR
    assert states == [OutboxState.WAITING] * (MOST_SURPRISES - 1) + [OutboxState.PARKED]


async def test_a_failing_item_does_not_stop_the_others(works: Works) -> None:
    await works.add("a", queue="left")
    await works.add("b", queue="right")
    works.errors = [ValueError("what?")]
    await works.worker().drain()
    assert len(await works.unfinished()) == 1


async def test_an_effect_is_stored_together_with_the_end_of_the_work(works: Works) -> None:
    async def write_then_fail(work: UnitOfWork) -> None:
        await work.audit.add(AuditEntry(at=NOW, desk="default", actor=PersonId("web:ana"), act="half"))
        raise ValueError("half-way")

    await works.add("a", desk="default")
    works.effect = write_then_fail
    await works.worker().drain()
    assert [item.state for item in await works.unfinished()] == [OutboxState.WAITING]
    async with works.store(read_only=True) as work:
        assert await work.audit.latest_undoable("default", PersonId("web:ana"), since=NOW - HOUR) is None


async def test_a_slow_worker_does_not_settle_what_another_took_since(works: Works) -> None:
    taken, go_on = asyncio.Event(), asyncio.Event()
    effects: list[str] = []

    async def slow(_item: OutboxItem) -> Effect:
        taken.set()
        await go_on.wait()
        raise TicketRejectedError("too late to say so")

    async def note(_work: UnitOfWork) -> None:
        effects.append("second")

    await works.add("a")
    works.effect = note
    first = asyncio.create_task(works.worker("first", {"job": slow}).run_once())
    await taken.wait()
    works.now += LEASE
    await works.worker("second").run_once()
    go_on.set()
    await first
    assert (effects, await works.unfinished()) == (["second"], [])


async def test_the_same_worker_does_not_settle_an_earlier_lease_of_its_own(works: Works) -> None:
    calls: list[int] = []
    taken, go_on = asyncio.Event(), asyncio.Event()

    async def slow_at_first(item: OutboxItem) -> Effect:
        calls.append(item.attempts)
        if item.attempts == 1:
            taken.set()
            await go_on.wait()
            return no_effect
        raise TrackerUnavailableError("busy")

    await works.add("a")
    worker = works.worker(handlers={"job": slow_at_first})
    first = asyncio.create_task(worker.run_once())
    await taken.wait()
    works.now += LEASE
    await worker.run_once()
    go_on.set()
    await first
    assert calls == [1, 2]
    assert [item.last_error for item in await works.unfinished()] == ["TrackerUnavailableError: busy"]


async def test_the_work_of_a_killed_worker_is_due_again_when_its_lease_ends(works: Works) -> None:
    taken = asyncio.Event()

    async def hang(_item: OutboxItem) -> Effect:
        taken.set()
        await asyncio.Event().wait()
        return no_effect

    await works.add("a")
    killed = asyncio.create_task(works.worker("killed", {"job": hang}).run_once())
    await taken.wait()
    killed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await killed
    works.now += LEASE - SECOND
    assert await works.worker("other").run_once() == 0
    works.now += SECOND
    assert await works.worker("other").run_once() == 1
    assert works.seen == [("a", 2)]


async def test_no_transaction_is_open_while_the_work_is_done(works: Works) -> None:
    async def write_meanwhile(_item: OutboxItem) -> Effect:
        async with works.store("default") as work:
            await work.audit.add(AuditEntry(at=NOW, desk="default", actor=PersonId("web:ana"), act="meanwhile"))
        return no_effect

    await works.add("a", desk="default")
    await asyncio.wait_for(works.worker(handlers={"job": write_meanwhile}).drain(), 10)
    assert await works.unfinished() == []
