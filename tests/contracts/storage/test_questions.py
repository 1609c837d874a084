from bot import ports
from bot.reports import Answer, Likely, Question
from dedupe.values import ProblemId, ReportId
from tests.contracts.storage.examples import ANA, BEN, NOW, add_problem, add_reports, minutes


def _question(report: ReportId, desk: str = "default", asked_after: float = 0) -> Question:
    asked_at = NOW + minutes(asked_after)
    return Question(
        report=report,
        desk=desk,
        asked=ANA,
        likely=(
            Likely(problem=ProblemId(7), probability=0.625, nearest=ReportId(70)),
            Likely(problem=ProblemId(8), probability=0.5, nearest=ReportId(80)),
        ),
        asked_at=asked_at,
        expires_at=asked_at + minutes(15),
    )


async def _ask(work: ports.UnitOfWork, *questions_after: float) -> list[Question]:
    problem = await add_problem(work)
    reports = await add_reports(work, problem.id, *({} for _ in questions_after))
    asked = [_question(report, asked_after=after) for report, after in zip(reports, questions_after, strict=True)]
    for question in asked:
        await work.questions.add(question)
    return asked


async def test_a_question_comes_back_as_it_was_asked(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        (question,) = await _ask(work, 0)

        assert await work.questions.of_report(question.report) == question
        assert await work.questions.of_report(ReportId(question.report + 1)) is None


async def test_an_answer_is_kept_with_who_gave_it_and_can_be_taken_back(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        (question,) = await _ask(work, 0)

        await work.questions.settle(question.report, Answer.SAME, by=BEN, at=NOW + minutes(1))

        settled = await work.questions.of_report(question.report)
        assert settled is not None
        assert (settled.answer, settled.answered_by, settled.answered_at) == (Answer.SAME, BEN, NOW + minutes(1))
        await work.questions.reopen(question.report)
        assert await work.questions.of_report(question.report) == question


async def test_a_question_is_overdue_from_its_last_moment_on_until_it_is_settled(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        later, now_due, answered, not_yet = await _ask(work, 0.5, 0, 0, 60)
        await work.questions.settle(answered.report, Answer.NONE, by=ANA, at=NOW)

        assert await work.questions.overdue(now=NOW + minutes(14.9)) == []
        assert await work.questions.overdue(now=NOW + minutes(15)) == [now_due]
        assert await work.questions.overdue(now=NOW + minutes(16)) == [now_due, later]
    assert not_yet.expires_at > NOW + minutes(16)


async def test_expired_questions_wait_for_triage_newest_first_until_somebody_answers(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        old, new, answered, _ = await _ask(work, 1, 2, 3, 4)
        for question in (old, new, answered):
            await work.questions.settle(question.report, Answer.EXPIRED, by=None, at=NOW + minutes(30))
        await work.questions.settle(answered.report, Answer.SAME, by=BEN, at=NOW + minutes(40))

        waiting = [question.report for question in await work.questions.waiting("default", 10)]
        assert waiting == [new.report, old.report]
        assert [question.report for question in await work.questions.waiting("default", 1)] == [new.report]
        assert await work.questions.waiting("other", 10) == []


async def test_the_questions_about_a_problems_reports_are_found_by_report(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        first, second = await _ask(work, 0, 1)
        await _ask(work, 2)
        problem = (await work.reports.several([first.report]))[first.report].problem

        assert await work.questions.of_problem(problem) == {first.report: first, second.report: second}
