import pytest

from bot import ports
from bot.reports import Answer, Question
from dedupe.values import ReportId
from escalation.values import Reporter
from tests.contracts.storage.examples import ANA, BEN, CHO, NOW, add_problem, add_reports, minutes


def _question(report: ReportId) -> Question:
    return Question(report=report, desk="default", asked=ANA, likely=(), asked_at=NOW, expires_at=NOW + minutes(15))


async def test_reporters_come_by_their_first_report_without_withdrawn_ones(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        second, gone, first, third = await add_reports(
            work,
            problem.id,
            {"reporter": ANA, "reported_at": NOW + minutes(2)},
            {"reporter": CHO},
            {"reporter": BEN, "reported_at": NOW + minutes(1)},
            {"reporter": BEN, "reported_at": NOW + minutes(3)},
        )
        await work.reports.withdraw(gone, at=NOW)

        reporters = await work.problems.reporters(problem.id)

    assert reporters == [
        Reporter(person=BEN, reports=(first, third), closed=False),
        Reporter(person=ANA, reports=(second,), closed=False),
    ]


async def test_a_loop_is_closed_for_the_person_who_was_told_until_they_report_again(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        mine, _ = await add_reports(work, problem.id, {"reporter": ANA}, {"reporter": BEN})
        await add_reports(work, other.id, {"reporter": ANA})

        await work.problems.close_loop(problem.id, ANA, at=NOW + minutes(1))

        told = await work.reports.get(mine)
        assert told is not None
        assert told.told_at == NOW + minutes(1)
        assert [reporter.closed for reporter in await work.problems.reporters(problem.id)] == [True, False]
        assert [reporter.closed for reporter in await work.problems.reporters(other.id)] == [False]
        await add_reports(work, problem.id, {"reporter": ANA})
        assert [reporter.closed for reporter in await work.problems.reporters(problem.id)] == [False, False]


@pytest.mark.parametrize(
    ("limit", "quotes"),
    [
        (0, []),
        (1, ["first words"]),
        (3, ["first words", "fourth words", "fifth words"]),
        (9, ["first words", "second words", "fourth words", "fifth words"]),
    ],
)
async def test_quotes_are_the_first_and_the_latest_texts_each_once(
    open_work: ports.OpenUnitOfWork, limit: int, quotes: list[str]
) -> None:
    said = ["first words", "second words", "third words", "fourth words", "first words", "fifth words"]
    async with open_work("default") as work:
        problem = await add_problem(work)
        ids = await add_reports(
            work, problem.id, *({"text": text, "reported_at": NOW + minutes(n)} for n, text in enumerate(said))
        )
        await add_reports(work, problem.id, {"text": "only a test", "is_test": True})
        await work.reports.withdraw(ids[2], at=NOW)

        assert await work.problems.quotes(problem.id, limit) == quotes


async def test_a_question_is_open_while_the_only_report_waits_for_its_answer(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        asked, second = await add_reports(work, problem.id, {}, {})
        is_open = work.problems.open_question

        assert not await is_open(problem.id), "nobody was asked"
        await work.questions.add(_question(asked))
        assert not await is_open(problem.id), "there is another report"
        await work.reports.withdraw(second, at=NOW)
        assert await is_open(problem.id)
        await work.questions.settle(asked, Answer.NONE, by=ANA, at=NOW)
        assert not await is_open(problem.id), "it was answered"
        await work.questions.reopen(asked)
        await work.reports.withdraw(asked, at=NOW)
        assert not await is_open(problem.id), "its report is withdrawn"
