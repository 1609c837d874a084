from dataclasses import replace

from bot import ports
from bot.digest_ports import WeekFigures
from escalation.values import ProblemStatus
from tests.contracts.storage.examples import ANA, BEN, CHO, NOW, add_problem, add_reports, minutes

HOUR = minutes(60)


async def test_the_figures_are_of_the_time_asked_for_and_of_reports_that_count(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        one, two = await add_problem(work), await add_problem(work)
        await add_reports(
            work,
            one.id,
            {"reported_at": NOW - 3 * HOUR, "reporter": CHO},
            {"reported_at": NOW - HOUR},
            {"reported_at": NOW - HOUR, "reporter": BEN},
            {"reported_at": NOW - HOUR, "is_test": True},
            {"reported_at": NOW + minutes(1)},
        )
        await add_reports(work, two.id, {"reported_at": NOW - 2 * HOUR})
        other = await add_problem(work, "other")
        await add_reports(work, other.id, {"reported_at": NOW - HOUR, "desk": "other"})

        figures = await work.digest.figures("default", since=NOW - 2 * HOUR, until=NOW)

    assert figures == WeekFigures(reports=3, agents=2, problems=2, before=1, ended=0, owed=0, told=0)


async def test_loops_are_counted_over_the_problems_that_ended_in_the_time(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        for at in (NOW - HOUR, NOW - 9 * HOUR):
            problem = await add_problem(work)
            await add_reports(work, problem.id, {"reported_at": at}, {"reported_at": at, "reporter": BEN})
            await work.problems.save(replace(problem, status=ProblemStatus.FIXED, status_since=at))
            await work.problems.close_loop(problem.id, ANA, at=at)

        figures = await work.digest.figures("default", since=NOW - 2 * HOUR, until=NOW)

    assert (figures.ended, figures.owed, figures.told) == (1, 2, 1)


async def test_what_came_back_lately_comes_latest_first(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        for hours in (1, 5, 2):
            problem = await add_problem(work)
            await work.problems.save(replace(problem, regressed_at=NOW - hours * HOUR))
        back = await work.digest.came_back("default", since=NOW - 3 * HOUR, limit=5)

    assert [each.number for each in back] == [1, 3]


async def test_what_waits_is_under_way_unmoved_and_reported(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        for status, hours, reports in (
            (ProblemStatus.OPEN, 5, 1),
            (ProblemStatus.IN_PROGRESS, 5, 2),
            (ProblemStatus.OPEN, 1, 3),
            (ProblemStatus.FIXED, 5, 3),
            (ProblemStatus.OPEN, 5, 0),
        ):
            problem = await add_problem(work)
            await work.problems.save(replace(problem, status=status, status_since=NOW - hours * HOUR))
            await add_reports(work, problem.id, *({} for _ in range(reports)))
        waiting = await work.digest.waiting("default", unmoved_since=NOW - 2 * HOUR, limit=5)

    assert [each.number for each in waiting] == [2, 1]
