from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import ports
from dedupe.values import ProblemId
from escalation.values import Problem, Severity, Tally
from tests.contracts.storage.examples import ANA, BEN, CHO, NOW, add_problem, add_reports, minutes

_GRACE = minutes(30)
_TICK = timedelta(microseconds=1)


async def _tally(work: ports.UnitOfWork, problem: ProblemId, now: datetime = NOW) -> Tally:
    return await work.problems.tally(
        problem,
        now=now,
        spike_window=minutes(60),
        baseline_window=timedelta(days=7),
        agents_window=timedelta(hours=24),
        fix_grace=_GRACE,
    )


async def _fix(work: ports.UnitOfWork, problem: Problem, at: datetime) -> None:
    await work.problems.save(replace(problem, fixed_at=at))


async def test_a_problem_without_reports_that_count_has_zeros_and_no_times(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        test, withdrawn = await add_reports(
            work, problem.id, {"is_test": True, "severity": Severity.CRITICAL}, {"severity": Severity.CRITICAL}
        )
        await work.reports.withdraw(withdrawn, at=NOW)
        await _fix(work, problem, NOW - minutes(90))
        await work.reports.say_still_broken(test, at=NOW)

        tally = await _tally(work, problem.id)

    assert tally == Tally(
        now=NOW,
        reports=0,
        agents=0,
        customers=0,
        days=0,
        first_seen=None,
        last_seen=None,
        recent=0,
        baseline=0,
        recent_agents=0,
        after_fix=0,
        after_fix_agents=0,
        still_broken=0,
        worst=None,
        tests=1,
    )


async def test_reports_agents_customers_and_days_are_counted_apart(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        await add_reports(
            work,
            problem.id,
            {"reporter": ANA, "customer": "x", "occurred_at": NOW - minutes(7), "severity": Severity.HIGH},
            {"reporter": ANA, "customer": "y", "day": "2026-03-01"},
            {"reporter": BEN, "customer": "y"},
            {"reporter": BEN, "customer": None},
        )
        await add_reports(work, other.id, {"reporter": CHO})

        tally = await _tally(work, problem.id)

    assert (tally.reports, tally.agents, tally.customers, tally.days) == (4, 2, 2, 2)
    assert (tally.first_seen, tally.last_seen, tally.worst) == (NOW - minutes(7), NOW, Severity.HIGH)


@pytest.mark.parametrize(
    ("occurred", "recent", "baseline", "recent_agents"),
    [
        (NOW + _TICK, 0, 0, 0),
        (NOW, 1, 0, 1),
        (NOW - minutes(60) + _TICK, 1, 0, 1),
        (NOW - minutes(60), 0, 1, 1),
        (NOW - timedelta(hours=24) + _TICK, 0, 1, 1),
        (NOW - timedelta(hours=24), 0, 1, 0),
        (NOW - timedelta(days=7, minutes=60) + _TICK, 0, 1, 0),
        (NOW - timedelta(days=7, minutes=60), 0, 0, 0),
    ],
)
async def test_each_window_begins_after_its_start_and_ends_with_its_end(
    open_work: ports.OpenUnitOfWork, occurred: datetime, recent: int, baseline: int, recent_agents: int
) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await add_reports(work, problem.id, {"occurred_at": occurred})

        tally = await _tally(work, problem.id)

    assert (tally.recent, tally.baseline, tally.recent_agents) == (recent, baseline, recent_agents)


@pytest.mark.parametrize("fixed_at", [NOW, NOW.replace(microsecond=0), NOW.replace(microsecond=999_999)])
async def test_only_failures_later_than_the_fix_and_its_grace_count_as_after_it(
    open_work: ports.OpenUnitOfWork, fixed_at: datetime
) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await _fix(work, problem, fixed_at)
        late = {"reported_at": fixed_at + timedelta(hours=9)}
        await add_reports(
            work,
            problem.id,
            {"occurred_at": fixed_at + minutes(1), **late},
            {"occurred_at": fixed_at + _GRACE, **late},
            {"occurred_at": fixed_at + _GRACE + _TICK, **late},
            {"occurred_at": fixed_at + timedelta(days=40), "reporter": BEN},
            {"occurred_at": fixed_at + timedelta(days=41), "reporter": BEN},
        )

        tally = await _tally(work, problem.id)

    assert (tally.after_fix, tally.after_fix_agents) == (3, 2)


async def test_nothing_comes_after_a_fix_that_never_was(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        (report,) = await add_reports(work, problem.id, {"occurred_at": NOW + timedelta(days=1)})
        await work.reports.say_still_broken(report, at=NOW + timedelta(days=1))

        tally = await _tally(work, problem.id)

    assert (tally.after_fix, tally.after_fix_agents, tally.still_broken) == (0, 0, 0)


async def test_answers_that_it_is_still_broken_count_since_the_last_fix(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        before, after, withdrawn, _ = await add_reports(work, problem.id, {}, {}, {}, {})
        await _fix(work, problem, NOW)
        await work.reports.say_still_broken(before, at=NOW - minutes(1))
        await work.reports.say_still_broken(after, at=NOW + minutes(1))
        await work.reports.say_still_broken(withdrawn, at=NOW + minutes(1))
        await work.reports.withdraw(withdrawn, at=NOW)

        tally = await _tally(work, problem.id)

    assert tally.still_broken == 1


async def test_reports_since_the_status_are_those_of_failures_later_than_it(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await work.problems.save(replace(problem, status_since=NOW))
        later = {"occurred_at": NOW + _TICK}
        await add_reports(work, problem.id, {"occurred_at": NOW, "reported_at": NOW + minutes(5)}, later, later)

        tally = await _tally(work, problem.id)

    assert tally.since_status == 2
