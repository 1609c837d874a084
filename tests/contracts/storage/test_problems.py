from dataclasses import fields, replace

from bot import ports
from bot.ports import Counts
from dedupe.values import ProblemId
from escalation.values import DeclineReason, PersonId, Problem, ProblemStatus, Snooze
from tests.contracts.storage.examples import ANA, BEN, NOW, add_problem, add_reports, minutes


async def test_a_new_problem_is_open_with_the_next_number_of_its_desk(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        first = await add_problem(work, title="IVR hangs up", service="IVR")
        await add_problem(work, "other")
        second = await add_problem(work)

    assert first == Problem(
        id=first.id,
        desk="default",
        number=1,
        title="IVR hangs up",
        service="IVR",
        status=ProblemStatus.OPEN,
        status_since=NOW,
        created_at=NOW,
    )
    assert (second.number, second.id > first.id) == (2, True)


async def test_every_field_of_a_problem_comes_back_as_it_was_saved(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, target = await add_problem(work), await add_problem(work)
        changed = Problem(
            id=problem.id,
            desk="default",
            number=1,
            title="Kartenleser",
            service="Payments",
            status=ProblemStatus.SNOOZED,
            status_since=NOW + minutes(1),
            created_at=problem.created_at,
            decline_reason=DeclineReason.NOT_A_FAULT,
            fixed_at=NOW + minutes(2),
            regressed_at=NOW + minutes(3),
            snooze=Snooze(
                since=NOW,
                by=ANA,
                until=NOW + minutes(60),
                more_reports=5,
                more_agents=2,
                until_spike=True,
                reports_then=7,
                agents_then=3,
                status_then=ProblemStatus.ACKNOWLEDGED,
            ),
            workaround="use PayPal",
            customer_text="It is being worked on.",
            owner=BEN,
            merged_into=target.id,
        )

        await work.problems.save(changed)

        assert await work.problems.get(problem.id) == changed
        await work.problems.save(problem)
        assert await work.problems.get(problem.id) == problem
    assert all(getattr(changed, field.name) is not None for field in fields(Problem)), "the example fills every field"


async def test_a_problem_is_found_by_its_number_within_its_desk(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)

        assert await work.problems.by_number("default", 1) == problem
        assert await work.problems.by_number("default", 2) is None
        assert await work.problems.by_number("other", 1) is None
        assert await work.problems.get(ProblemId(problem.id + 1)) is None


async def test_counts_leave_out_tests_withdrawn_reports_and_problems_without_others(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem, empty = await add_problem(work), await add_problem(work)
        *_, withdrawn = await add_reports(
            work,
            problem.id,
            {"customer": "x"},
            {"customer": "x", "reported_at": NOW + minutes(1)},
            {"customer": "y", "reporter": BEN, "reported_at": NOW + minutes(2)},
            {"is_test": True, "reported_at": NOW + minutes(9)},
            {"reported_at": NOW - minutes(9)},
        )
        await add_reports(work, empty.id, {"is_test": True})
        await work.reports.withdraw(withdrawn, at=NOW)

        counts = await work.problems.counts([problem.id, empty.id])

    assert counts == {problem.id: Counts(reports=3, agents=2, customers=2, first_seen=NOW, last_seen=NOW + minutes(2))}


async def test_counts_of_no_problem_or_of_very_many_are_answered_too(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await add_reports(work, problem.id, {})

        assert await work.problems.counts([]) == {}
        many = [ProblemId(problem.id + number) for number in range(70_000)]
        assert list(await work.problems.counts(many)) == [problem.id]


async def test_the_listing_is_by_desk_and_number_without_merged_and_on_wish_without_ended_ones(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        later_desk = await add_problem(work, "second")
        first, fixed, merged = [await add_problem(work) for _ in range(3)]
        for problem in (first, fixed, merged):
            await add_reports(work, problem.id, {})
        await work.problems.save(replace(merged, merged_into=first.id))
        await work.problems.save(replace(fixed, status=ProblemStatus.FIXED))

        everything = await work.problems.listing(None, include_ended=True)
        going_on = await work.problems.listing("default", include_ended=False)

    assert [problem.id for problem in everything] == [first.id, fixed.id, later_desk.id]
    assert [problem.id for problem in going_on] == [first.id]


async def test_a_problem_whose_reports_were_all_withdrawn_is_not_listed_among_those_going_on(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        emptied, partly, tried = [await add_problem(work) for _ in range(3)]
        (only,) = await add_reports(work, emptied.id, {})
        one, _ = await add_reports(work, partly.id, {}, {})
        await add_reports(work, tried.id, {"is_test": True})
        for report in (only, one):
            await work.reports.withdraw(report, at=NOW)

        going_on = await work.problems.listing("default", include_ended=False)
        everything = await work.problems.listing("default", include_ended=True)
        await work.reports.withdraw(only, at=None)
        after_all = await work.problems.listing("default", include_ended=False)

    assert [problem.id for problem in going_on] == [partly.id, tried.id]
    assert [problem.id for problem in everything] == [emptied.id, partly.id, tried.id]
    assert [problem.id for problem in after_all] == [emptied.id, partly.id, tried.id]


async def test_several_problems_are_read_at_once_and_those_nobody_made_are_left_out(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        first, other = await add_problem(work), await add_problem(work, "second")
        found = await work.problems.several([other.id, first.id, ProblemId(other.id + 1)])

    assert found == {first.id: first, other.id: other}


async def test_problems_seen_most_are_ranked_by_counting_reports_that_occurred_since(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        old, few, many = [await add_problem(work) for _ in range(3)]
        elsewhere = await add_problem(work, "other")
        before = {"occurred_at": NOW - minutes(1)}
        await add_reports(work, old.id, before, before, before)
        await add_reports(work, few.id, {}, {"is_test": True}, before)
        await add_reports(work, many.id, {}, {})
        await add_reports(work, elsewhere.id, {"desk": "other"})

        ranked = await work.problems.seen_most("default", since=NOW, limit=10)
        first_only = await work.problems.seen_most("default", since=NOW, limit=1)

    assert ranked == [(many, 2), (few, 1)]
    assert first_only == [(many, 2)]


async def test_problems_with_a_status_come_by_when_they_were_last_seen(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        unseen, early, late, other_status, merged = [await add_problem(work) for _ in range(5)]
        await add_reports(work, early.id, {}, {"is_test": True, "occurred_at": NOW + minutes(9)})
        await add_reports(work, late.id, {"occurred_at": NOW + minutes(1)})
        await work.problems.save(replace(late, status=ProblemStatus.ACKNOWLEDGED))
        await work.problems.save(replace(other_status, status=ProblemStatus.CLOSED))
        await work.problems.save(replace(merged, merged_into=early.id))
        wanted = [ProblemStatus.OPEN, ProblemStatus.ACKNOWLEDGED]

        found = await work.problems.with_status("default", wanted, 10)
        newest = await work.problems.with_status("default", wanted, 1)

    assert [problem.id for problem in found] == [late.id, early.id, unseen.id]
    assert [problem.id for problem in newest] == [late.id]


async def test_sleeping_problems_are_found_on_all_desks(open_work: ports.OpenUnitOfWork) -> None:
    asleep = Snooze(since=NOW, by=PersonId("web:tri"), more_reports=3)
    async with open_work("default") as work:
        sleepers = [
            replace(await add_problem(work, desk), status=ProblemStatus.SNOOZED, snooze=asleep)
            for desk in ("default", "other")
        ]
        await add_problem(work)
        for problem in sleepers:
            await work.problems.save(problem)

        assert await work.problems.sleeping() == sleepers
