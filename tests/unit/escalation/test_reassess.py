from datetime import timedelta

import pytest

from bot.reports import Answer, Question
from dedupe.values import ProblemId
from escalation import kinds
from escalation.errors import UnknownProblemError
from escalation.policy import Action, Level, Policy
from escalation.reassess import TECHISSUE, wake_sleepers
from escalation.values import DeclineReason, PersonId, ProblemStatus, Severity, Snooze, TicketStatus
from tests.unit.escalation.builders import DAY, HOUR, MINUTE
from tests.unit.escalation.house import House

ANA = PersonId("web:ana")


async def open_ticket(house: House) -> ProblemId:
    """A problem of two agents with its ticket."""
    problem = await house.add_problem()
    await house.report(problem.id, "ana", "ben")
    await house.drain()
    return problem.id


async def end_ticket(house: House, problem: ProblemId, resolution: str = "Fixed") -> None:
    key = (await house.ticket(problem)).key
    await house.follow(house.tracker.put_to(key, TicketStatus.DONE, resolution))
    await house.drain()
    house.told.clear()


async def test_the_second_agent_opens_the_ticket(house: House) -> None:
    problem = await house.add_problem()
    first = await house.report(problem.id, "ana")
    second = await house.report(problem.id, "ben")
    assert (first.decision.action, first.queued) == (Action.NONE, None)
    assert (second.decision.reason, second.queued) == ("2 agents within 24 hours", kinds.TICKET_OPEN)


async def test_one_opening_is_queued_however_often_it_is_decided(house: House) -> None:
    problem = await house.add_problem()
    await house.report(problem.id, "ana", "ben", "cem", "dot")
    await house.look(problem.id)
    assert (await house.kinds_waiting()).count(kinds.TICKET_OPEN) == 1


async def test_no_second_opening_is_queued_while_a_worker_is_calling_the_tracker(house: House) -> None:
    problem = await house.add_problem()
    await house.report(problem.id, "ana", "ben")
    async with house.store() as work:
        await work.outbox.lease(worker="other", now=house.now, until=house.now + MINUTE, limit=9)
    assert (await house.report(problem.id, "cem")).queued is None
    assert (await house.kinds_waiting()).count(kinds.TICKET_OPEN) == 1


async def test_no_second_opening_is_queued_while_the_first_is_parked(house: House) -> None:
    problem = await house.add_problem()
    await house.report(problem.id, "ana", "ben")
    async with house.store() as work:
        (item,) = await work.outbox.listing(parked_only=False, limit=9)
        await work.outbox.park(item.id, error="the project is archived")
    assert (await house.report(problem.id, "cem")).queued is None


async def test_what_happens_by_itself_is_in_the_audit_trail(house: House) -> None:
    problem = await house.add_problem()
    await house.report(problem.id, "ana", "ben", "cem")
    (act,) = await house.acts(problem.id)
    assert (act.actor, act.act, act.detail) == (TECHISSUE, "open ticket", {"reason": "2 agents within 24 hours"})


async def test_test_reports_open_nothing(house: House) -> None:
    problem = await house.add_problem()
    assessment = await house.report(problem.id, "ana", "ben", "cem", is_test=True, severity=Severity.CRITICAL)
    assert assessment.decision.reason == "only test reports"
    assert await house.kinds_waiting() == []


async def test_nothing_is_opened_while_the_agent_is_asked_where_the_report_belongs(house: House) -> None:
    problem = await house.add_problem()
    report = await house.add_report(problem.id, severity=Severity.CRITICAL)
    question = Question(
        report=report, desk="default", asked=ANA, likely=(), asked_at=house.now, expires_at=house.now + HOUR
    )
    async with house.store() as work:
        await work.questions.add(question)
    asked = await house.look(problem.id)
    async with house.store() as work:
        await work.questions.settle(report, Answer.NONE, by=ANA, at=house.now)
    answered = await house.look(problem.id)
    assert (asked.decision.rule, answered.queued) == ("asking", kinds.TICKET_OPEN)


async def test_a_bump_too_soon_comes_later_and_tells_of_all_until_then(house: House) -> None:
    problem = await open_ticket(house)
    assert (await house.report(problem, "cem", "dot", "eve")).queued == kinds.REASSESS
    await house.drain()
    house.after(9 * MINUTE)
    await house.report(problem, "fay")
    await house.drain()
    assert "bump" not in house.tracker.calls
    house.after(MINUTE)
    await house.drain()
    ticket = await house.ticket(problem)
    assert (house.tracker.calls.count("bump"), ticket.bumped_reports, ticket.bumped_at) == (1, 6, house.now)


async def test_one_bump_is_queued_however_many_reports_come_before_it_is_done(house: House) -> None:
    problem = await open_ticket(house)
    house.after(10 * MINUTE)
    await house.report(problem, "cem", "dot", "eve", "fay", "gil")
    assert (await house.kinds_waiting()).count(kinds.TICKET_BUMP) == 1


async def test_a_bump_that_waits_holds_up_no_other_work_on_the_ticket(house: House) -> None:
    problem = await open_ticket(house)
    await house.report(problem, "cem", "dot", "eve")
    await house.set_status(problem, ProblemStatus.IN_PROGRESS)
    await house.drain()
    assert house.tracker.calls[-1] == "move"


async def test_a_fixed_failure_that_comes_back_reopens_and_its_reporters_hear(house: House) -> None:
    problem = await open_ticket(house)
    await end_ticket(house, problem)
    house.after(DAY)
    assert (await house.report(problem, "cem")).decision.action is Action.NONE
    back = await house.report(problem, "dot")
    assert (back.decision.action, back.queued) == (Action.REOPEN, kinds.TICKET_REOPEN)
    assert (back.problem.status, back.problem.regressed_at) == (ProblemStatus.OPEN, house.now)
    await house.drain()
    assert (await house.ticket(problem)).status is TicketStatus.TO_DO
    assert sorted(house.told) == [(f"web:{name}", "open") for name in ("ana", "ben", "cem", "dot")]
    assert house.tracker.calls.count("reopen") == 1


async def test_reports_of_before_the_fix_do_not_reopen(house: House) -> None:
    problem = await open_ticket(house)
    await end_ticket(house, problem)
    fixed_at = house.now
    house.after(2 * HOUR)
    late = await house.report(problem, "cem", "dot", "eve", occurred_at=fixed_at + 30 * MINUTE)
    assert (late.decision.action, late.problem.status) == (Action.NONE, ProblemStatus.FIXED)


async def test_still_broken_counts_as_a_report_after_the_fix(house: House) -> None:
    problem = await house.add_problem()
    ana = await house.add_report(problem.id, "web:ana")
    await house.add_report(problem.id, "web:ben")
    await house.look(problem.id)
    await house.drain()
    await end_ticket(house, problem.id)
    house.after(HOUR)
    async with house.store() as work:
        await work.reports.say_still_broken(ana, at=house.now)
    assert (await house.look(problem.id)).decision.action is Action.NONE
    back = await house.report(problem.id, "ben")
    assert back.decision.reason == "came back after the fix: 1 report and 1 “still broken” since 12 March"


async def test_an_old_fix_that_fails_gets_a_ticket_linked_to_the_old_one(house: House) -> None:
    problem = await open_ticket(house)
    old = await house.ticket(problem)
    await end_ticket(house, problem)
    house.after(15 * DAY)
    assert (await house.report(problem, "cem", "dot")).decision.action is Action.OPEN_LINKED
    await house.drain()
    new = await house.ticket(problem)
    assert (new.linked_from, house.tracker.tickets[new.key].draft.linked_from) == (old.key, old.key)
    assert house.tracker.tickets[new.key].draft.label != house.tracker.tickets[old.key].draft.label


async def test_at_level_2_a_return_is_proposed_once_and_nothing_is_done(house: House) -> None:
    house.rules.policy = Policy(level=Level.TICKETS)
    problem = await open_ticket(house)
    await end_ticket(house, problem)
    house.after(DAY)
    back = await house.report(problem, "cem", "dot", "eve")
    assert (back.decision.action, back.problem.status, back.queued) == (
        Action.PROPOSE_REOPEN,
        ProblemStatus.FIXED,
        None,
    )
    assert back.problem.regressed_at == house.now
    assert [act.act for act in await house.acts(problem)].count("propose reopen") == 1


async def test_at_level_1_nothing_is_queued_at_all(house: House) -> None:
    house.rules.policy = Policy(level=Level.GROUP)
    problem = await house.add_problem()
    await house.report(problem.id, *(f"agent{number}" for number in range(12)), severity=Severity.CRITICAL)
    assert await house.kinds_waiting() == []
    assert await house.acts(problem.id) == []


async def test_a_declined_failure_comes_back_only_with_many_more_reports(house: House) -> None:
    house.rules.policy = Policy(reopen_declined_reports=3)
    problem = await open_ticket(house)
    await end_ticket(house, problem, "Won't do")
    house.after(DAY)
    assert (await house.report(problem, "cem", "dot")).decision.action is Action.NONE
    assert (await house.report(problem, "eve")).decision.action is Action.REOPEN


async def test_a_duplicate_never_comes_back_by_itself(house: House) -> None:
    house.rules.policy = Policy(reopen_declined_reports=1)
    problem = await open_ticket(house)
    await end_ticket(house, problem, "Duplicate")
    house.after(DAY)
    assert (await house.report(problem, "cem", "dot", "eve")).decision.rule == "duplicate"
    assert (await house.problem(problem)).decline_reason is DeclineReason.DUPLICATE


async def test_a_sleeping_problem_wakes_by_its_condition_and_then_acts(house: House) -> None:
    problem = await house.add_problem()
    snooze = Snooze(since=house.now, by=ANA, more_reports=2)
    await house.change(problem.id, status=ProblemStatus.SNOOZED, snooze=snooze)
    asleep = await house.report(problem.id, "ana", severity=Severity.CRITICAL)
    assert (asleep.woken, asleep.decision.rule) == (None, "snoozed")
    awake = await house.report(problem.id, "ben")
    assert (awake.woken, awake.problem.status) == ("2 more reports since it was snoozed", ProblemStatus.OPEN)
    assert awake.queued == kinds.TICKET_OPEN


@pytest.mark.parametrize(("wait", "woken"), [(HOUR - MINUTE, 0), (HOUR, 1)])
async def test_the_sweep_wakes_those_whose_date_has_come(house: House, wait: timedelta, woken: int) -> None:
    problem = await house.add_problem()
    snooze = Snooze(since=house.now, by=ANA, until=house.now + HOUR, status_then=ProblemStatus.ACKNOWLEDGED)
    await house.change(problem.id, status=ProblemStatus.SNOOZED, snooze=snooze)
    house.after(wait)
    assert await wake_sleepers(house.store, house.rules_of, now=house.now) == woken
    expected = ProblemStatus.ACKNOWLEDGED if woken else ProblemStatus.SNOOZED
    assert (await house.problem(problem.id)).status is expected


async def test_a_problem_that_is_not_there_is_an_error(house: House) -> None:
    with pytest.raises(UnknownProblemError):
        await house.look(ProblemId(999))
