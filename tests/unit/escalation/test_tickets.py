from dataclasses import replace
from datetime import timedelta

import pytest

from escalation import kinds
from escalation.errors import EscalationError, NoWayThereError, TicketRejectedError, TrackerUnavailableError
from escalation.gone import GONE
from escalation.outbox import LEASE, Effect
from escalation.policy import Policy
from escalation.values import (
    OutboxItem,
    OutboxState,
    Priority,
    ProblemStatus,
    Severity,
    Ticket,
    TicketStatus,
)
from tests.unit.escalation.builders import DAY, HOUR, MINUTE
from tests.unit.escalation.house import House, ripe_problem, ticketed

LOST = TrackerUnavailableError("the answer was lost")


async def bump_due(house: House) -> Ticket:
    ticket = await ticketed(house)
    await house.report(ticket.problem, "cem", "dot", "eve")
    return ticket


async def test_an_opened_ticket_is_kept_and_the_reporters_cards_are_renewed(house: House) -> None:
    problem = await ripe_problem(house)
    await house.drain()
    ticket = await house.ticket(problem)
    assert (ticket.key, ticket.status_name, ticket.bumped_reports) == ("FAKE-1", "To do", 2)
    assert (house.refreshed, house.told) == ([problem], [])
    assert await house.kinds_waiting() == []


async def test_the_ticket_tells_what_is_known_when_it_is_opened(house: House) -> None:
    problem = await ripe_problem(house)
    await house.change(problem, workaround="Use the other reader")
    await house.report(problem, "cem", severity=Severity.HIGH, customer="c1")
    await house.drain()
    draft = house.tracker.tickets[(await house.ticket(problem)).key].draft
    assert draft.title == "Payments: reader says error 42, web:ana"
    assert draft.priority is Priority.HIGH
    assert "Opened because: 2 agents within 24 hours." in draft.body
    assert "3 reports from 3 agents about 1 customer, on 1 day." in draft.body
    assert "> reader says error 42, web:ana\n> " in draft.body
    assert "Workaround: Use the other reader" in draft.body


@pytest.mark.parametrize("after_the_write", [False, True])
async def test_an_opening_of_uncertain_outcome_makes_one_ticket(house: House, after_the_write: bool) -> None:  # noqa: FBT001 - both ways to fail
    problem = await ripe_problem(house)
    (house.tracker.fail_after if after_the_write else house.tracker.fail_before).append(LOST)
    await house.drain()
    house.after(MINUTE)
    await house.drain()
    assert len(house.tracker.tickets) == 1
    assert (await house.ticket(problem)).key in house.tracker.tickets
    assert house.tracker.calls == ["open", "find"] + ([] if after_the_write else ["open"])


async def test_a_worker_killed_after_the_write_leaves_one_ticket(house: House) -> None:
    problem = await ripe_problem(house)
    (item,) = await house.waiting()
    async with house.store() as work:
        (leased,) = await work.outbox.lease(worker="killed", now=house.now, until=house.now + LEASE, limit=1)
    await house.handlers()[kinds.TICKET_OPEN](leased)
    house.after(LEASE)
    await house.drain()
    assert leased.id == item.id
    assert list(house.tracker.tickets) == [(await house.ticket(problem)).key]


async def test_a_refused_ticket_is_parked_and_opened_once_the_cause_is_gone(house: House) -> None:
    problem = await ripe_problem(house)
    house.tracker.fail_before.append(TicketRejectedError("the project is archived"))
    await house.drain()
    await house.report(problem, "cem")
    (parked,) = await house.waiting()
    assert (parked.kind, parked.state) == (kinds.TICKET_OPEN, OutboxState.PARKED)
    async with house.store() as work:
        await work.outbox.unpark(parked.id, now=house.now)
    await house.drain()
    assert (await house.ticket(problem)).bumped_reports == 3


async def test_what_was_found_in_progress_is_told_so(house: House) -> None:
    problem = await ripe_problem(house)
    house.tracker.fail_after.append(LOST)
    await house.drain()
    (key,) = house.tracker.tickets
    house.after(MINUTE)
    house.tracker.put_to(key, TicketStatus.IN_PROGRESS)
    await house.drain()
    assert (await house.problem(problem)).status is ProblemStatus.IN_PROGRESS
    assert sorted(house.told) == [("web:ana", "in progress"), ("web:ben", "in progress")]


@pytest.mark.parametrize("status", [ProblemStatus.FIXED, ProblemStatus.DECLINED, ProblemStatus.CLOSED])
async def test_no_ticket_is_opened_for_what_has_ended_meanwhile(house: House, status: ProblemStatus) -> None:
    problem = await ripe_problem(house)
    await house.set_status(problem, status)
    await house.drain()
    assert (house.tracker.calls, await house.kinds_waiting()) == ([], [])


async def test_a_ticket_opened_while_its_problem_ended_says_so(house: House) -> None:
    problem = await ripe_problem(house)
    await house.drain_while_opening(lambda: house.set_status(problem, ProblemStatus.FIXED))
    (ticket,) = house.tracker.tickets.values()
    assert list(ticket.comments.values()) == ["A triager set problem #1 to “fixed” in the chat."]
    assert (await house.problem(problem)).status is ProblemStatus.FIXED


async def test_reports_that_came_while_the_ticket_was_opened_are_bumped_later(house: House) -> None:
    problem = await ripe_problem(house)
    await house.drain_while_opening(lambda: house.report(problem, "cem", "dot", "eve"))
    house.after(10 * MINUTE)
    await house.drain()
    assert (await house.ticket(problem)).bumped_reports == 5


async def test_reports_that_came_while_the_ticket_was_bumped_are_bumped_later(house: House) -> None:
    ticket = await ticketed(house)
    house.rules.policy = Policy(bump_interval=timedelta(), bump_steps=(5, 6))
    handlers = house.handlers()

    async def bump_slowly(item: OutboxItem) -> Effect:
        effect = await handlers[kinds.TICKET_BUMP](item)
        if item.id == first.id:
            await house.report(ticket.problem, "fay")
        return effect

    await house.report(ticket.problem, "cem", "dot", "eve")
    (first,) = await house.waiting()
    await house.worker(handlers={**handlers, kinds.TICKET_BUMP: bump_slowly}).drain()
    assert (await house.ticket(ticket.problem)).bumped_reports == 6


async def test_a_bump_tells_the_counts_and_raises_the_priority(house: House) -> None:
    ticket = await ticketed(house)
    await house.report(ticket.problem, *(f"agent{number}" for number in range(8)))
    await house.drain()
    fake, known = house.tracker.tickets[ticket.key], await house.ticket(ticket.problem)
    assert fake.bump is not None
    assert "10 reports from 10 agents" in fake.bump
    assert (fake.state.priority, known.priority, known.asked_priority) == (Priority.HIGH,) * 3
    assert known.bumped_reports == 10


async def test_a_priority_that_people_lowered_stays_lowered(house: House) -> None:
    ticket = await ticketed(house)
    await house.report(ticket.problem, *(f"agent{number}" for number in range(8)))
    await house.drain()
    fake = house.tracker.tickets[ticket.key]
    house.after(HOUR)
    fake.state = replace(fake.state, priority=Priority.LOW, changed_at=house.now)
    await house.follow(fake.state)
    await house.report(ticket.problem, *(f"agent{number}" for number in range(15)))
    await house.drain()
    assert (fake.state.priority, (await house.ticket(ticket.problem)).bumped_reports) == (Priority.LOW, 25)


async def test_a_bump_finds_out_that_the_ticket_has_moved(house: House) -> None:
    ticket = await bump_due(house)
    house.tracker.put_to(ticket.key, TicketStatus.IN_PROGRESS)
    await house.drain()
    assert (await house.problem(ticket.problem)).status is ProblemStatus.IN_PROGRESS


async def test_a_deleted_ticket_is_replaced_when_the_failure_is_still_reported(house: House) -> None:
    ticket = await bump_due(house)
    house.tracker.delete(ticket.key)
    await house.drain()
    new = await house.ticket(ticket.problem)
    assert (new.key != ticket.key, new.linked_from) == (True, None)
    async with house.store(read_only=True) as work:
        old = await work.tickets.by_key("fake", ticket.key)
    assert old is not None
    assert (old.status, old.status_name) == (TicketStatus.DONE, GONE)


async def test_a_deleted_ticket_is_replaced_when_the_failure_comes_back(house: House) -> None:
    ticket = await ticketed(house)
    await house.follow(house.tracker.put_to(ticket.key, TicketStatus.DONE, "Fixed"))
    house.tracker.delete(ticket.key)
    house.after(DAY)
    await house.report(ticket.problem, "cem", "dot")
    await house.drain()
    new = await house.ticket(ticket.problem)
    assert list(house.tracker.tickets) == [new.key]
    assert "came back after the fix" in house.tracker.tickets[new.key].draft.body


async def test_a_move_of_a_deleted_ticket_is_let_go(house: House) -> None:
    ticket = await ticketed(house)
    house.tracker.delete(ticket.key)
    await house.set_status(ticket.problem, ProblemStatus.IN_PROGRESS)
    await house.drain()
    assert await house.kinds_waiting() == []


@pytest.mark.parametrize("method", ["bump", "reopen", "move"])
@pytest.mark.parametrize("after_the_write", [False, True])
async def test_work_on_a_ticket_is_done_once_after_a_failure(
    house: House,
    method: str,
    after_the_write: bool,  # noqa: FBT001 - both ways to fail
) -> None:
    ticket = await ticketed(house)
    errors: list[EscalationError] = house.tracker.fail_after if after_the_write else house.tracker.fail_before
    errors.append(LOST)
    if method == "bump":
        await house.report(ticket.problem, "cem", "dot", "eve")
    elif method == "move":
        await house.set_status(ticket.problem, ProblemStatus.IN_PROGRESS)
    else:
        await house.follow(house.tracker.put_to(ticket.key, TicketStatus.DONE, "Fixed"))
        house.after(HOUR)
        await house.report(ticket.problem, "cem", "dot")
    await house.drain()
    house.after(MINUTE)
    await house.drain()
    fake = house.tracker.tickets[ticket.key]
    assert house.tracker.calls.count(method) == 2
    assert len(fake.comments) + (fake.bump is not None) == 1
    assert fake.state.status is (TicketStatus.IN_PROGRESS if method == "move" else TicketStatus.TO_DO)
    assert await house.kinds_waiting() == []


async def test_a_move_that_the_workflow_refuses_is_told_in_a_comment(house: House) -> None:
    ticket = await ticketed(house)
    house.tracker.fail_before.append(NoWayThereError("no transition leads there"))
    await house.set_status(ticket.problem, ProblemStatus.FIXED)
    await house.drain()
    fake = house.tracker.tickets[ticket.key]
    assert fake.state.status is TicketStatus.TO_DO
    assert len(fake.comments) == 1
    assert await house.kinds_waiting() == []


async def test_a_ticket_left_in_another_tracker_is_followed_by_one_in_this(house: House) -> None:
    old = await ticketed(house)
    house.tracker.name = "another"
    await house.report(old.problem, "cem", "dot", "eve")
    await house.drain()
    new = await house.ticket(old.problem)
    assert (new.tracker, new.linked_from) == ("another", None)
    assert await house.waiting() == []


async def test_a_code_that_the_ticket_does_not_name_is_told_once(house: House) -> None:
    ticket = await ticketed(house)
    await house.report(ticket.problem, "cem", text="reader says error 42 and then APP-77")
    await house.drain()
    bump = house.tracker.tickets[ticket.key].bump
    assert bump is not None
    assert "reported for the first time: APP-77" in bump
    house.after(timedelta(hours=1))
    assert (await house.look(ticket.problem)).queued is None


async def test_a_new_ticket_is_related_to_the_one_it_goes_on_from(house: House) -> None:
    old = await ticketed(house)
    house.tracker.put_to(old.key, TicketStatus.DONE, "Fixed")
    await house.follow(house.tracker.tickets[old.key].state)
    house.after(timedelta(days=20))
    await house.report(old.problem, "cem", "dot")
    await house.drain()
    new = await house.ticket(old.problem)
    assert new.key != old.key
    assert house.tracker.tickets[new.key].related == {old.key}
