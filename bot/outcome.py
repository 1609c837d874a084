"""What a reporter answers to a fix."""

from bot.errors import TooLateError
from bot.regroup import record, settle
from bot.reports import Report
from bot.turn import Act
from escalation.live import live_problem
from escalation.values import Problem, ProblemStatus


async def say_works(act: Act, report: Report) -> Problem:
    """The reporter confirms the fix. Gives the problem."""
    problem = await _fixed_problem(act, report)
    await act.work.reports.say_still_broken(report.id, at=None)
    await act.work.problems.close_loop(problem.id, act.person.id, at=act.now)
    await record(act, "works now", problem=problem, report=report.id, undo={})
    return problem


async def say_still_broken(act: Act, report: Report) -> Problem:
    """The reporter says that it still fails: evidence for a regression. Gives the problem as it is after that."""
    problem = await _fixed_problem(act, report)
    if (
        problem.fixed_at is not None
        and report.still_broken_at is not None
        and report.still_broken_at > problem.fixed_at
    ):
        raise TooLateError(f"You have said already that #{problem.number} is still broken. It is noted.")
    await act.work.reports.say_still_broken(report.id, at=act.now)
    await record(act, "still broken", problem=problem, report=report.id, undo={"still_broken": report.id})
    await settle(act, problem.id)
    return await _problem_of(act, report)


async def _problem_of(act: Act, report: Report) -> Problem:
    return await live_problem(act.work.problems, report.problem)


async def _fixed_problem(act: Act, report: Report) -> Problem:
    """Raises TooLateError if the problem is not fixed any more."""
    problem = await _problem_of(act, report)
    if problem.status not in {ProblemStatus.FIXED, ProblemStatus.CLOSED}:
        raise TooLateError(f"#{problem.number} is {problem.status.value} again, so there is nothing to confirm yet.")
    return problem
