from dataclasses import replace
from datetime import timedelta

import pytest

from dedupe.values import ProblemId
from escalation import kinds
from escalation.policy import Level, Policy
from escalation.reconcile import reconcile
from escalation.status import is_told
from escalation.values import (
    DeclineReason,
    PersonId,
    ProblemStatus,
    TicketKey,
    TicketState,
    TicketStatus,
)
from tests.unit.escalation.builders import DAY, HOUR, MINUTE, make_problem
from tests.unit.escalation.house import House

ANA, BEN = PersonId("web:ana"), PersonId("web:ben")


async def ticketed(house: House, *agents: str) -> tuple[ProblemId, TicketKey]:
    problem = await house.add_problem()
    await house.report(problem.id, *(agents or ("ana", "ben")))
    await house.drain()
    house.refreshed.clear()
    house.after(MINUTE)
    return problem.id, (await house.ticket(problem.id)).key


async def move(house: House, key: TicketKey, status: TicketStatus, **fields: str | PersonId | None) -> TicketState:
    state = house.tracker.put_to(key, status, **fields)  # type: ignore[arg-type] # the tests name the fields
    await house.follow(state)
    return state


async def closed_loops(house: House, problem: ProblemId) -> set[str]:
    async with house.store(read_only=True) as work:
        return {reporter.person for reporter in await work.problems.reporters(problem) if reporter.closed}


async def test_every_reporter_hears_once_of_the_fix_however_often_they_reported(house: House) -> None:
    problem, key = await ticketed(house, "ana", "ben", "ana")
    await move(house, key, TicketStatus.DONE, resolution="Fixed")
    await house.drain()
    assert sorted(house.told) == [("web:ana", "fixed"), ("web:ben", "fixed")]
    assert house.refreshed == [problem]
    assert (await house.problem(problem)).fixed_at == house.now


async def test_who_moved_the_ticket_is_not_told_and_their_loop_is_closed(house: House) -> None:
    problem, key = await ticketed(house)
    await move(house, key, TicketStatus.DONE, resolution="Fixed", by=ANA)
    assert await closed_loops(house, problem) == {"web:ana"}
    await house.drain()
    assert house.told == [("web:ben", "fixed")]


async def test_who_starts_work_has_not_heard_the_outcome(house: House) -> None:
    problem, key = await ticketed(house)
    await move(house, key, TicketStatus.IN_PROGRESS, by=ANA)
    assert await closed_loops(house, problem) == set()


async def test_changes_that_come_quickly_are_told_as_one(house: House) -> None:
    _, key = await ticketed(house)
    await move(house, key, TicketStatus.IN_PROGRESS)
    await move(house, key, TicketStatus.DONE, resolution="Won't do")
    await house.drain()
    assert sorted(house.told) == [("web:ana", "declined"), ("web:ben", "declined")]


async def test_the_same_state_twice_does_nothing(house: House) -> None:
    _, key = await ticketed(house)
    state = await move(house, key, TicketStatus.DONE, resolution="Fixed")
    await house.drain()
    house.told.clear()
    assert await house.follow(state) is None
    assert await house.kinds_waiting() == []


async def test_a_state_older_than_the_stored_one_is_ignored(house: House) -> None:
    problem, key = await ticketed(house)
    stale = house.tracker.put_to(key, TicketStatus.IN_PROGRESS)
    house.after(MINUTE)
    await move(house, key, TicketStatus.DONE, resolution="Fixed")
    assert await house.follow(stale) is None
    assert (await house.problem(problem)).status is ProblemStatus.FIXED


async def test_a_comment_on_the_ticket_does_not_undo_what_was_said_in_the_chat(house: House) -> None:
    problem, key = await ticketed(house)
    await house.set_status(problem, ProblemStatus.FIXED)
    house.after(MINUTE)
    (state,) = await house.tracker.states([key])
    await house.follow(replace(state, changed_at=house.now))
    assert (await house.problem(problem)).status is ProblemStatus.FIXED


async def test_a_ticket_that_is_reopened_by_hand_is_told_as_open_again(house: House) -> None:
    problem, key = await ticketed(house)
    await move(house, key, TicketStatus.DONE, resolution="Fixed")
    await house.drain()
    house.told.clear()
    house.after(HOUR)
    await move(house, key, TicketStatus.TO_DO)
    await house.drain()
    assert sorted(house.told) == [("web:ana", "open"), ("web:ben", "open")]
    assert (await house.problem(problem)).regressed_at == house.now


async def test_a_second_fix_clears_the_regression_and_dates_the_fix_anew(house: House) -> None:
    problem, key = await ticketed(house)
    for status in (TicketStatus.DONE, TicketStatus.TO_DO, TicketStatus.DONE):
        house.after(HOUR)
        await move(house, key, status)
    after = await house.problem(problem)
    assert (after.fixed_at, after.regressed_at) == (house.now, None)


async def test_a_time_to_come_from_the_trackers_clock_is_taken_as_now(house: House) -> None:
    problem, key = await ticketed(house)
    state = house.tracker.put_to(key, TicketStatus.DONE, "Fixed")
    await house.follow(replace(state, changed_at=house.now + HOUR))
    assert (await house.problem(problem)).fixed_at == house.now


async def test_at_level_1_nobody_is_told(house: House) -> None:
    problem, key = await ticketed(house)
    house.rules.policy = Policy(level=Level.GROUP)
    await move(house, key, TicketStatus.DONE, resolution="Fixed")
    assert await house.kinds_waiting() == [kinds.REFRESH]
    assert (await house.problem(problem)).status is ProblemStatus.FIXED


async def test_a_ticket_of_a_merged_problem_moves_nothing(house: House) -> None:
    problem, key = await ticketed(house)
    other = await house.add_problem()
    await house.change(problem, merged_into=other.id)
    await move(house, key, TicketStatus.DONE, resolution="Duplicate")
    assert (await house.problem(problem)).status is ProblemStatus.OPEN
    assert (await house.ticket(problem)).status is TicketStatus.DONE


async def test_an_earlier_ticket_moves_nothing(house: House) -> None:
    problem, key = await ticketed(house)
    await move(house, key, TicketStatus.DONE, resolution="Fixed")
    house.after(15 * DAY)
    await house.report(problem, "cem", "dot")
    await house.drain()
    house.after(MINUTE)
    await move(house, key, TicketStatus.IN_PROGRESS)
    assert (await house.problem(problem)).status is ProblemStatus.OPEN


async def test_a_ticket_of_somebody_else_is_none_of_ours(house: House) -> None:
    _, key = await ticketed(house)
    (state,) = await house.tracker.states([key])
    assert await house.follow(replace(state, key=TicketKey("OTHER-1"))) is None


async def test_reconciling_follows_what_nobody_told_us_of(house: House) -> None:
    problem, key = await ticketed(house)
    house.tracker.put_to(key, TicketStatus.IN_PROGRESS)
    moved = [
        await reconcile(house.store, house.tracker, house.rules_of, now=house.now + timedelta(minutes=each))
        for each in (0, 1)
    ]
    assert moved == [1, 0]
    assert (await house.problem(problem)).status is ProblemStatus.IN_PROGRESS


async def test_a_deleted_ticket_is_noticed_once_and_another_takes_its_place(house: House) -> None:
    problem, key = await ticketed(house)
    house.tracker.delete(key)
    for _ in range(2):
        assert await reconcile(house.store, house.tracker, house.rules_of, now=house.now) == 0
        house.after(timedelta(minutes=1))
        await house.drain()
    assert (await house.ticket(problem)).key != key
    assert len(house.tracker.tickets) == 1


async def test_a_ticket_that_was_moved_keeps_its_problem_under_its_new_key(house: House) -> None:
    problem, key = await ticketed(house)
    state = house.tracker.put_to(key, TicketStatus.IN_PROGRESS)
    await house.follow(replace(state, key=TicketKey("SUP-4"), moved_from=key))
    assert (await house.ticket(problem)).key == "SUP-4"
    assert (await house.problem(problem)).status is ProblemStatus.IN_PROGRESS


async def test_a_fix_counts_from_when_the_ticket_says_it_was(house: House) -> None:
    problem, key = await ticketed(house)
    fixed_at = house.now
    house.after(timedelta(hours=3))
    state = house.tracker.put_to(key, TicketStatus.DONE, "Done")
    await house.follow(replace(state, status_since=fixed_at))
    assert (await house.problem(problem)).fixed_at == fixed_at


async def test_a_status_set_in_the_chat_is_told_to_the_ticket_and_the_others(house: House) -> None:
    problem, key = await ticketed(house)
    await house.set_status(problem, ProblemStatus.DECLINED, by=ANA, reason=DeclineReason.NOT_A_FAULT)
    await house.drain()
    assert house.told == [("web:ben", "declined")]
    (comment,) = house.tracker.tickets[key].comments.values()
    assert comment == "Tia set problem #1 to “declined” (not a fault) in the chat."


async def test_a_problem_opened_again_in_the_chat_reopens_its_ended_ticket(house: House) -> None:
    problem, key = await ticketed(house)
    await move(house, key, TicketStatus.DONE, resolution="Fixed")
    house.after(HOUR)
    await house.set_status(problem, ProblemStatus.OPEN)
    await house.drain()
    assert house.tracker.tickets[key].state.status is TicketStatus.TO_DO
    assert (await house.problem(problem)).status is ProblemStatus.OPEN


async def test_a_status_that_it_has_already_changes_and_tells_nothing(house: House) -> None:
    problem, key = await ticketed(house)
    before = await house.problem(problem)
    assert await house.set_status(problem, ProblemStatus.OPEN) == before
    await house.drain()
    assert (house.told, house.tracker.tickets[key].comments) == ([], {})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (ProblemStatus.OPEN, ProblemStatus.ACKNOWLEDGED, False),
        (ProblemStatus.ACKNOWLEDGED, ProblemStatus.OPEN, False),
        (ProblemStatus.IN_PROGRESS, ProblemStatus.OPEN, False),
        (ProblemStatus.OPEN, ProblemStatus.SNOOZED, False),
        (ProblemStatus.SNOOZED, ProblemStatus.OPEN, False),
        (ProblemStatus.ACKNOWLEDGED, ProblemStatus.IN_PROGRESS, True),
        (ProblemStatus.OPEN, ProblemStatus.FIXED, True),
        (ProblemStatus.FIXED, ProblemStatus.CLOSED, True),
        (ProblemStatus.SNOOZED, ProblemStatus.DECLINED, True),
        (ProblemStatus.FIXED, ProblemStatus.ACKNOWLEDGED, True),
        (ProblemStatus.CLOSED, ProblemStatus.OPEN, True),
        (ProblemStatus.DECLINED, ProblemStatus.IN_PROGRESS, True),
        (ProblemStatus.FIXED, ProblemStatus.FIXED, False),
    ],
)
def test_reporters_hear_of_work_ends_and_returns(before: ProblemStatus, after: ProblemStatus, told: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_told(make_problem(before), make_problem(after)) is told
