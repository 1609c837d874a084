"""Answers to "is it one of these?", and what becomes of questions that nobody answers."""

from bot.errors import NotAllowedError, NotFoundError, TooLateError
from bot.ports import LinkRule
from bot.regroup import Undo, decide_link, make_problem, merge, move, record, settle
from bot.reports import Answer, Question, Report
from bot.turn import Act
from dedupe.values import ReportId
from escalation.live import live_problem
from escalation.values import Problem


async def report_of(act: Act, report: ReportId) -> Report:
    """The desk's report of this id. Raises NotFoundError."""
    found = await act.work.reports.get(report)
    if found is None or found.desk != act.desk.name:
        raise NotFoundError(f"There is no report r{report} on {act.desk.title}.")
    return found


async def say_same(act: Act, report: Report, problem: Problem) -> None:
    """Put the report where a person says it belongs, and remember that for good.

    If the report is all there is of its problem, or everything else there joined it for being the same, the whole
    problem goes along. Raises NotAllowedError, TooLateError.
    """
    _require_own(act, report)
    question = await act.work.questions.of_report(report.id)
    if report.problem == problem.id:
        if question is not None and question.answer is None:
            await act.work.questions.settle(report.id, Answer.SAME, by=act.person.id, at=act.now)
            return
        raise TooLateError(f"Report r{report.id} is in #{problem.number} already.")
    undo = Undo()
    nearest = await _nearest_in(act, problem, question)
    home = await live_problem(act.work.problems, report.problem)
    alone = len(await act.work.reports.of_problem(home.id)) == 1
    if alone or (question is not None and home.created_at == report.reported_at):
        await merge(act, home, problem, undo)
    else:
        await move(act, [report], problem, undo)
    if nearest is not None:
        await decide_link(act, [LinkRule(a=report.id, b=nearest, same=True)], undo)
    await _settle_question(act, question, Answer.SAME)
    await record(
        act, "same", problem=problem, report=report.id, undo=undo.as_mapping(question=_was_open(question, report))
    )
    await settle(act, problem.id, home.id)


async def say_none(act: Act, report: Report) -> None:
    """None of the likely problems is it: the report stays its own, and is never joined to those again by itself."""
    _require_own(act, report)
    question = await act.work.questions.of_report(report.id)
    if question is None or not question.can_be_answered:
        raise TooLateError("That question has been answered already.")
    undo = Undo()
    rules = [LinkRule(a=report.id, b=each.nearest, same=False) for each in question.likely]
    await decide_link(act, rules, undo)
    await _settle_question(act, question, Answer.NONE)
    problem = await live_problem(act.work.problems, report.problem)
    await record(act, "none of these", problem=problem, report=report.id, undo=undo.as_mapping(question=report.id))
    await settle(act, report.problem)


async def say_not_same(act: Act, report: Report) -> Problem:
    """Take a report out of the problem it was joined to. Gives the problem it is in now.

    Raises NotAllowedError, TooLateError.
    """
    _require_own(act, report)
    mates = [each for each in await act.work.reports.of_problem(report.problem) if each.id != report.id]
    if not mates:
        raise TooLateError("The report is on its own already.")
    undo = Undo()
    problem = await make_problem(act, report.text, report.service)
    await move(act, [report], problem, undo)
    await decide_link(act, [LinkRule(a=report.id, b=mates[0].id, same=False)], undo)
    await record(act, "not the same", problem=problem, report=report.id, undo=undo.as_mapping())
    await settle(act, problem.id, report.problem)
    return problem


async def expire(act: Act, question: Question) -> None:
    """Nobody answered in time: the report stays its own problem, and the question waits in the triage list."""
    await act.work.questions.settle(question.report, Answer.EXPIRED, by=None, at=act.now)
    report = await act.work.reports.get(question.report)
    if report is not None:
        await settle(act, report.problem)


def _require_own(act: Act, report: Report) -> None:
    if report.reporter != act.person.id and not act.person.is_triager:
        raise NotAllowedError("Only the agent who reported it, or a triager, may say where a report belongs.")


async def _nearest_in(act: Act, problem: Problem, question: Question | None) -> ReportId | None:
    """The member of the problem the report was likened to, or its first member."""
    members = [each.id for each in await act.work.reports.of_problem(problem.id)]
    likened = [each.nearest for each in question.likely if each.nearest in members] if question else []
    return next(iter([*likened, *members]), None)


async def _settle_question(act: Act, question: Question | None, answer: Answer) -> None:
    if question is not None and question.can_be_answered:
        await act.work.questions.settle(question.report, answer, by=act.person.id, at=act.now)


def _was_open(question: Question | None, report: Report) -> ReportId | None:
    return report.id if question is not None and question.can_be_answered else None
