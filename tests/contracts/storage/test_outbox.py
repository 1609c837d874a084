from bot import ports
from escalation.values import OutboxItem, OutboxState
from tests.contracts.storage.examples import NOW, a_draft, add_problem, minutes


async def _lease(work: ports.UnitOfWork, worker: str = "w", after: float = 0, limit: int = 10) -> list[OutboxItem]:
    now = NOW + minutes(after)
    return await work.outbox.lease(worker=worker, now=now, until=now + minutes(5), limit=limit)


def _kinds(items: list[OutboxItem]) -> list[str]:
    return [item.kind for item in items]


async def test_a_leased_item_says_all_that_was_asked_and_by_whom_it_is_done(open_work: ports.OpenUnitOfWork) -> None:
    payload: dict[str, str | int | None] = {"person": "web:ana", "count": 3, "none": None}
    async with open_work("default") as work:
        problem = await add_problem(work)
        draft = a_draft(payload=payload, problem=problem.id, available_at=NOW - minutes(1), coalesce="x")
        await work.outbox.add(draft, now=NOW - minutes(2))

        (item,) = await _lease(work, "worker 1")

    assert item == OutboxItem(
        id=item.id,
        queue="ticket:1",
        kind="open",
        payload=payload,
        state=OutboxState.WAITING,
        attempts=1,
        created_at=NOW - minutes(2),
        available_at=NOW - minutes(1),
        problem=problem.id,
        leased_by="worker 1",
        leased_until=NOW + minutes(5),
    )


async def test_at_most_one_item_of_a_queue_is_leased_the_first_oldest_first(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        for queue, kind in (("b", "first of b"), ("a", "first of a"), ("b", "second of b"), ("c", "first of c")):
            await work.outbox.add(a_draft(queue, kind), now=NOW)

        assert _kinds(await _lease(work, limit=2)) == ["first of b", "first of a"]
        assert _kinds(await _lease(work)) == ["first of c"]
        assert _kinds(await _lease(work)) == []


async def test_the_next_item_of_a_queue_waits_until_the_one_before_is_done(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(kind="first"), now=NOW)
        await work.outbox.add(a_draft(kind="second"), now=NOW)
        (first,) = await _lease(work)

        await work.outbox.done(first.id, now=NOW)

        assert _kinds(await _lease(work)) == ["second"]


async def test_an_item_that_is_not_due_holds_those_behind_it(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(kind="later", available_at=NOW + minutes(1)), now=NOW)
        await work.outbox.add(a_draft(kind="behind"), now=NOW)

        assert _kinds(await _lease(work)) == []
        assert _kinds(await _lease(work, after=1)) == ["later"]


async def test_an_expired_lease_is_taken_over_as_another_attempt(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(), now=NOW)
        await _lease(work, "slow")

        assert await _lease(work, "quick", after=4.9) == []
        (item,) = await _lease(work, "quick", after=5)

    assert (item.attempts, item.leased_by) == (2, "quick")


async def test_an_item_to_be_tried_again_is_free_and_due_then(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(), now=NOW)
        (item,) = await _lease(work)

        await work.outbox.retry(item.id, at=NOW + minutes(1), error="busy")

        assert await _lease(work, after=0.9) == []
        (again,) = await _lease(work, after=1)
    assert (again.id, again.attempts, again.last_error) == (item.id, 2, "busy")


async def test_a_parked_item_holds_its_queue_until_somebody_lets_it_go_on(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(kind="refused"), now=NOW)
        await work.outbox.add(a_draft(kind="behind"), now=NOW)
        (item,) = await _lease(work)
        await work.outbox.park(item.id, error="no such project")

        assert await _lease(work, after=60) == []
        assert await work.outbox.unpark(item.id, now=NOW + minutes(61))
        assert not await work.outbox.unpark(item.id, now=NOW)
        assert await _lease(work, after=60.9) == []
        (again,) = await _lease(work, after=61)
    assert (again.kind, again.attempts, again.last_error) == ("refused", 2, "no such project")


async def test_a_slow_worker_does_not_bring_back_what_another_has_done(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(), now=NOW)
        (item,) = await _lease(work)
        await work.outbox.done(item.id, now=NOW)

        await work.outbox.retry(item.id, at=NOW, error="too late")
        await work.outbox.park(item.id, error="too late")

        assert await _lease(work, after=60) == []
        assert await work.outbox.listing(parked_only=False, limit=10) == []


async def test_only_the_present_lease_holds_an_item(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(), now=NOW)
        (slow,) = await _lease(work, "worker")
        assert await work.outbox.hold(slow)

        (quick,) = await _lease(work, "worker", after=5)

        assert not await work.outbox.hold(slow), "it was leased again, though by a worker of the same name"
        assert await work.outbox.hold(quick)
        await work.outbox.park(quick.id, error="refused")
        assert not await work.outbox.hold(quick)


async def test_pending_kinds_are_those_of_the_queue_that_are_not_done(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        for queue, kind in (("a", "done"), ("a", "leased"), ("a", "waiting"), ("a", "waiting"), ("b", "elsewhere")):
            await work.outbox.add(a_draft(queue, kind), now=NOW)
        done = (await _lease(work, limit=1))[0]
        await work.outbox.done(done.id, now=NOW)
        await _lease(work, limit=1)

        assert await work.outbox.pending("a") == {"leased", "waiting"}
        assert await work.outbox.pending("c") == frozenset()


async def test_the_listing_shows_what_is_parked_first_and_nothing_done(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        for kind in ("done", "waiting", "parked", "leased"):
            await work.outbox.add(a_draft(kind, kind), now=NOW)
        leased = {item.kind: item.id for item in await _lease(work)}
        await work.outbox.done(leased["done"], now=NOW)
        await work.outbox.retry(leased["waiting"], at=NOW, error="busy")
        await work.outbox.park(leased["parked"], error="refused")

        assert _kinds(await work.outbox.listing(parked_only=False, limit=10)) == ["parked", "waiting", "leased"]
        assert _kinds(await work.outbox.listing(parked_only=True, limit=10)) == ["parked"]
        assert _kinds(await work.outbox.listing(parked_only=False, limit=2)) == ["parked", "waiting"]


async def test_a_newer_word_on_the_same_thing_takes_the_place_of_one_that_waits(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work() as work:
        add = work.outbox.add
        await add(a_draft(kind="tell", payload={"n": 1}, coalesce="status"), now=NOW)
        await add(a_draft(kind="behind"), now=NOW)

        await add(a_draft(kind="tell", payload={"n": 2}, coalesce="status", available_at=NOW + minutes(1)), now=NOW)

        items = await work.outbox.listing(parked_only=False, limit=10)
    assert [(item.kind, item.payload.get("n")) for item in items] == [("tell", 2), ("behind", None)]
    assert items[0].available_at == NOW + minutes(1)


async def test_only_the_same_queue_kind_and_matter_are_coalesced(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        for draft in (
            a_draft("a", "tell", coalesce="status"),
            a_draft("b", "tell", coalesce="status"),
            a_draft("a", "bump", coalesce="status"),
            a_draft("a", "tell", coalesce="note"),
            a_draft("a", "tell"),
            a_draft("a", "tell"),
        ):
            await work.outbox.add(draft, now=NOW)

        assert len(await work.outbox.listing(parked_only=False, limit=10)) == 6


async def test_what_is_leased_parked_or_done_is_not_replaced(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        for queue in ("leased", "parked", "done"):
            await work.outbox.add(a_draft(queue, payload={"n": 1}, coalesce="x"), now=NOW)
        leased = {item.queue: item.id for item in await _lease(work)}
        await work.outbox.park(leased["parked"], error="refused")
        await work.outbox.done(leased["done"], now=NOW)

        for queue in ("leased", "parked", "done"):
            await work.outbox.add(a_draft(queue, payload={"n": 2}, coalesce="x"), now=NOW)

        items = await work.outbox.listing(parked_only=False, limit=10)
    assert sorted((item.queue, item.payload["n"]) for item in items) == [
        ("done", 2),
        ("leased", 1),
        ("leased", 2),
        ("parked", 1),
        ("parked", 2),
    ]


async def test_a_newer_word_does_not_cut_short_the_wait_after_a_refusal(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.outbox.add(a_draft(payload={"n": 1}, coalesce="x"), now=NOW)
        (item,) = await _lease(work)
        await work.outbox.retry(item.id, at=NOW + minutes(10), error="busy")

        await work.outbox.add(a_draft(payload={"n": 2}, coalesce="x"), now=NOW)

        assert await _lease(work, after=9) == []
        (again,) = await _lease(work, after=10)
    assert (again.id, again.payload) == (item.id, {"n": 2})
