from bot import ports
from bot.history import Linking, Placing, TakenReport
from bot.ports import LinkRule
from bot.reports import Answer, Likely, Meaning, Question
from dedupe.values import Verdict
from tests.contracts.storage.examples import ANA, NOW, add_problem, add_reports, minutes

_MEANING = Meaning(vector=bytes(range(256)) * 3, model="m")


async def test_the_history_tells_each_placing_and_each_rule_as_it_was_written(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        first, second = await add_problem(work), await add_problem(work)
        a, b = await add_reports(work, first.id, {}, {})
        await work.links.put("default", LinkRule(a=b, b=a, same=True), by=ANA, at=NOW)
        await work.reports.move([b], second.id)
        await work.links.put("default", LinkRule(a=a, b=b, same=False), by=ANA, at=NOW)
        await work.links.remove("default", a, b)
        await work.reports.withdraw(b, at=NOW)
        await work.reports.withdraw(b, at=None)
        await work.reports.keep_meanings({a: _MEANING})

        history = await work.history.changes("default")

    assert history == [
        Placing(report=a, problem=first.id),
        Placing(report=b, problem=first.id),
        Linking(a=a, b=b, same=True),
        Placing(report=b, problem=second.id),
        Linking(a=a, b=b, same=False),
        Linking(a=a, b=b, same=None),
        Placing(report=b, problem=None),
        Placing(report=b, problem=second.id),
        Placing(report=a, problem=first.id),
    ]


async def test_the_history_of_another_desk_and_tests_are_left_out(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, elsewhere = await add_problem(work), await add_problem(work, "other")
        (test,) = await add_reports(work, problem.id, {"is_test": True})
        (other,) = await add_reports(work, elsewhere.id, {"desk": "other"})

        assert await work.history.changes("default") == [Placing(report=test, problem=None)]
        assert await work.history.changes("other") == [Placing(report=other, problem=elsewhere.id)]
        assert await work.history.reports("default") == []
        assert [each.report for each in await work.history.reports("other")] == [other]


async def test_what_was_taken_in_is_told_with_what_was_said_of_it_and_what_became_of_it(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        stays, gone = await add_reports(
            work,
            problem.id,
            {"text": "IVR hangs up", "service": "IVR", "verdict": Verdict.ASK, "meaning": _MEANING},
            {"verdict": Verdict.SAME, "origin": "import", "meaning": _MEANING},
        )
        likely = (Likely(problem=problem.id, probability=0.5, nearest=gone),)
        question = Question(
            report=stays, desk="default", asked=ANA, likely=likely, asked_at=NOW, expires_at=NOW + minutes(15)
        )
        await work.questions.add(question)
        await work.questions.settle(stays, Answer.NONE, by=ANA, at=NOW)
        await work.reports.withdraw(gone, at=NOW)

        first, second = await work.history.reports("default", model="m")
        (unread, _) = await work.history.reports("default", model="another")

    assert first == TakenReport(
        report=stays,
        problem=problem.id,
        text="IVR hangs up",
        service="IVR",
        reported_at=NOW,
        meaning=_MEANING.vector,
        origin="web",
        verdict=Verdict.ASK,
        answer=Answer.NONE,
    )
    assert (second.report, second.problem, second.origin, second.answer) == (gone, None, "import", None)
    assert unread.meaning is None
