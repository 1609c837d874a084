from dataclasses import replace

from bot import ports
from escalation.values import AuditEntry
from tests.contracts.storage.examples import ANA, BEN, NOW, add_problem, add_reports, minutes

_ACT = AuditEntry(at=NOW, desk="default", actor=ANA, act="merge", undo={"problem": 3, "reports": [4, 5]})


async def test_an_act_is_told_with_all_its_circumstances(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        (report,) = await add_reports(work, problem.id, {})
        act = replace(_ACT, problem=problem.id, report=report, detail={"into": "#3", "count": 2, "nested": [None]})
        await work.audit.add(act)

        (told,) = await work.audit.of_problem(problem.id, 10)

    assert told == replace(act, id=told.id)
    assert told.id > 0


async def test_the_acts_of_a_problem_come_newest_first_and_no_more_than_asked_for(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        for name, place in (("first", problem), ("second", problem), ("third", problem), ("elsewhere", other)):
            await work.audit.add(replace(_ACT, act=name, problem=place.id))

        told = await work.audit.of_problem(problem.id, 2)

    assert [entry.act for entry in told] == ["third", "second"]


async def test_the_act_to_undo_is_ones_own_newest_that_can_be_and_was_not(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        for act in (
            replace(_ACT, act="older"),
            replace(_ACT, act="newer", at=NOW + minutes(1)),
            replace(_ACT, act="cannot be", at=NOW + minutes(2), undo={}),
            replace(_ACT, act="another's", at=NOW + minutes(3), actor=BEN),
            replace(_ACT, act="elsewhere", at=NOW + minutes(4), desk="other"),
        ):
            await work.audit.add(act)

        newest = await work.audit.latest_undoable("default", ANA, since=NOW)
        assert newest is not None
        assert (newest.act, newest.undo) == ("newer", _ACT.undo)
        await work.audit.mark_undone(newest.id)
        next_one = await work.audit.latest_undoable("default", ANA, since=NOW)
        assert next_one is not None
        assert next_one.act == "older"
        assert await work.audit.latest_undoable("default", ANA, since=NOW + minutes(0.1)) is None


async def test_an_act_that_cannot_be_undone_comes_back_with_nothing_to_undo(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await work.audit.add(replace(_ACT, problem=problem.id, undo={}))

        (told,) = await work.audit.of_problem(problem.id, 1)

    assert (told.undo, told.undone) == ({}, False)
