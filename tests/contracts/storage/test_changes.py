from dataclasses import replace

from bot import ports
from bot.ports import LinkRule, PlacedReport
from bot.reports import Meaning
from tests.contracts.storage.examples import ANA, NOW, a_report, add_problem, add_reports, minutes


async def test_a_desk_in_which_nothing_happened_is_at_zero(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        await add_reports(work, (await add_problem(work)).id, {})

        assert await work.changes.latest("other") == 0
        assert await work.changes.placements("other", after=0) == []
        assert await work.changes.links("other", after=0) == []


async def test_a_new_report_is_told_with_what_an_index_needs_of_it(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        before = await work.changes.latest("default")
        report = await work.reports.add(a_report(problem.id, text="IVR hangs up", service="IVR"))

        placed = PlacedReport(report=report, problem=problem.id, text="IVR hangs up", service="IVR", reported_at=NOW)
        assert await work.changes.placements("default", after=before) == [placed]
        assert await work.changes.placements("default", after=0) == [placed]
        assert await work.changes.placements("default", after=await work.changes.latest("default")) == []


async def test_everything_of_a_desk_is_what_stands_in_its_index(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, elsewhere = await add_problem(work), await add_problem(work, "other")
        kept, withdrawn, _ = await add_reports(work, problem.id, {}, {}, {"is_test": True})
        await work.reports.withdraw(withdrawn, at=NOW)
        await add_reports(work, elsewhere.id, {"desk": "other"})

        placed = await work.changes.placements("default", after=0)

    assert [one.report for one in placed] == [kept]


async def test_moved_withdrawn_returned_and_detailed_reports_are_told_once_as_they_stand_now(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        moved, withdrawn, returned, detailed, untouched = await add_reports(work, problem.id, {}, {}, {}, {}, {})
        await work.reports.withdraw(returned, at=NOW)
        before = await work.changes.latest("default")

        await work.reports.move([moved], other.id)
        await work.reports.move([moved], problem.id)
        await work.reports.move([moved], other.id)
        await work.reports.withdraw(withdrawn, at=NOW)
        await work.reports.withdraw(returned, at=None)
        await work.reports.add_details(detailed, service="IVR", customer=None, severity=None, mood=None)

        told = {one.report: one for one in await work.changes.placements("default", after=before)}
    assert {number: one.problem for number, one in told.items()} == {
        moved: other.id,
        withdrawn: None,
        returned: problem.id,
        detailed: problem.id,
    }
    assert told[detailed].service == "IVR"
    assert untouched not in told


async def test_a_test_report_is_told_as_one_that_is_in_no_index(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await add_reports(work, problem.id, {})
        before = await work.changes.latest("default")
        (test,) = await add_reports(work, problem.id, {"is_test": True})

        told = await work.changes.placements("default", after=before)

    assert [(one.report, one.problem) for one in told] == [(test, None)]


async def test_a_saved_problem_moves_the_sequence_on_and_no_report(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await add_reports(work, problem.id, {})
        before = await work.changes.latest("default")

        await work.problems.save(replace(problem, title="another title"))

        assert await work.changes.latest("default") > before
        assert await work.changes.placements("default", after=before) == []
        assert await work.changes.links("default", after=before) == []


async def test_changed_links_are_told_with_the_rule_they_have_now(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        a, b, c, d = await add_reports(work, problem.id, {}, {}, {}, {})
        links = work.links
        await links.put("default", LinkRule(a=a, b=d, same=True), by=ANA, at=NOW)
        before = await work.changes.latest("default")

        await links.put("default", LinkRule(a=b, b=a, same=True), by=ANA, at=NOW)
        await links.put("default", LinkRule(a=a, b=b, same=False), by=ANA, at=NOW + minutes(1))
        await links.put("default", LinkRule(a=b, b=c, same=True), by=ANA, at=NOW)
        await links.remove("default", c, b)

        assert await work.changes.links("default", after=before) == [(a, b, False), (b, c, None)]
        assert await work.changes.links("default", after=0) == [(a, b, False), (a, d, True), (b, c, None)]
        assert await work.changes.placements("default", after=before) == []


async def test_a_report_is_told_with_its_meaning_to_who_runs_the_model_that_read_it(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        read, other, _ = await add_reports(
            work,
            problem.id,
            {"meaning": Meaning(vector=bytes(range(256)) * 3, model="this one")},
            {"meaning": Meaning(vector=bytes(768), model="another")},
            {},
        )

        told = {}
        for model in ("this one", "another", None):
            placed = await work.changes.placements("default", after=0, model=model)
            told[model] = {each.report: each.meaning for each in placed if each.meaning is not None}

    assert told == {"this one": {read: bytes(range(256)) * 3}, "another": {other: bytes(768)}, None: {}}


async def test_a_meaning_that_is_read_later_is_told_as_a_change_of_that_report(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        first, _, third = await add_reports(work, problem.id, {}, {}, {})
        before = await work.changes.latest("default")

        meanings = {third: Meaning(vector=b"3" * 768, model="m"), first: Meaning(vector=b"1" * 768, model="m")}
        await work.reports.keep_meanings(meanings)

        told = await work.changes.placements("default", after=before, model="m")
    assert [(each.report, each.meaning) for each in told] == [(first, b"1" * 768), (third, b"3" * 768)]
