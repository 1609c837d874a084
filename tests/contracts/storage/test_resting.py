"""Which problems rest, and what an index is told of their reports."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ports
from dedupe.values import ReportId
from escalation.values import Problem, ProblemStatus
from tests.contracts.storage.examples import NOW, add_problem, add_reports, minutes

LONG_AGO = NOW - timedelta(days=400)
BEFORE = NOW - timedelta(days=180)


async def _ended(work: ports.UnitOfWork, text: str, status: ProblemStatus = ProblemStatus.CLOSED) -> Problem:
    """A problem that ended long ago, with one report."""
    problem = replace(await add_problem(work, at=LONG_AGO), status=status, status_since=LONG_AGO)
    await work.problems.save(problem)
    await add_reports(work, problem.id, {"text": text, "reported_at": LONG_AGO})
    return problem


@pytest.mark.parametrize(
    ("status", "rests"),
    [
        (ProblemStatus.CLOSED, True),
        (ProblemStatus.DECLINED, True),
        (ProblemStatus.FIXED, True),
        (ProblemStatus.OPEN, False),
        (ProblemStatus.SNOOZED, False),
    ],
)
async def test_what_ended_before_then_rests(
    open_work: ports.OpenUnitOfWork,
    status: ProblemStatus,
    rests: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    async with open_work("default") as work:
        problem = await _ended(work, "IVR hangs up", status)
        await _ended(work, "of another desk")

        assert (problem.id in await work.changes.resting("default", ended_before=BEFORE)) == rests
        assert problem.id not in await work.changes.resting("default", ended_before=LONG_AGO)
        assert await work.changes.resting("other", ended_before=BEFORE) == []


async def test_what_was_reported_since_does_not_rest(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await _ended(work, "IVR hangs up")
        await add_reports(work, problem.id, {"reported_at": BEFORE + minutes(1)})

        assert await work.changes.resting("default", ended_before=BEFORE) == []


async def test_reports_of_what_rests_are_left_out_of_everything_and_marked_among_changes(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        (kept,) = await add_reports(work, (await add_problem(work)).id, {})
        before = await work.changes.latest("default")
        resting = await _ended(work, "IVR hangs up")

        everything = await work.changes.placements("default", after=0, ended_before=BEFORE)
        changed = await work.changes.placements("default", after=before, ended_before=BEFORE)

        assert [(each.report, each.rests) for each in everything] == [(kept, False)]
        assert [(each.problem, each.rests) for each in changed] == [(resting.id, True)]
        assert [each.rests for each in await work.changes.placements("default", after=before)] == [False]


async def test_the_reports_of_some_problems_are_told_with_or_without_those_that_rest(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        awake, resting = await add_problem(work), await _ended(work, "IVR hangs up")
        kept, withdrawn, _ = await add_reports(work, awake.id, {}, {}, {"is_test": True})
        await work.reports.withdraw(withdrawn, at=NOW)
        both = [awake.id, resting.id]

        every = await work.changes.placements_of(both)
        without = await work.changes.placements_of(both, ended_before=BEFORE)

    assert sorted(each.problem or 0 for each in every) == sorted(both)
    assert [each.report for each in without] == [kept]


async def test_everything_can_be_told_in_portions(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        numbers = await add_reports(work, (await add_problem(work)).id, {}, {}, {}, {}, {})
        told: list[ReportId] = []
        while part := await work.changes.placements(
            "default", after=0, beyond=told[-1] if told else ports.FIRST, limit=2
        ):
            assert len(part) <= 2
            told += [each.report for each in part]

    assert told == numbers


async def test_saved_problems_are_told_once(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        saved, _ = await add_problem(work), await add_problem(work)
        before = await work.changes.latest("default")
        for title in ("one", "two"):
            await work.problems.save(replace(saved, title=title))

        assert await work.changes.problems("default", after=before) == [saved.id]
        assert await work.changes.problems("default", after=await work.changes.latest("default")) == []


async def test_what_rests_is_found_by_most_of_the_words_whatever_their_case(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        one = await _ended(work, "Phone menu hangs up after 100% of calls")
        both = await _ended(work, "phone menu HANGS up at the second prompt")
        await add_reports(work, (await add_problem(work)).id, {"text": "phone menu hangs up, second prompt"})

        find = work.changes.find_resting
        assert await find("default", ["Hangs", "second"], ended_before=BEFORE, limit=9) == [both.id, one.id]
        assert await find("default", ["hangs", "second"], ended_before=BEFORE, limit=1) == [both.id]
        assert await find("default", ["100%"], ended_before=BEFORE, limit=9) == [one.id]
        assert await find("default", ["%"], ended_before=BEFORE, limit=9) == [one.id]
        assert await find("default", ["parcel"], ended_before=BEFORE, limit=9) == []
        assert await find("default", [], ended_before=BEFORE, limit=9) == []
