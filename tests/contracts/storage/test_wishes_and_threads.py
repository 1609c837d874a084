from bot import ports
from bot.people import Person, WantedUpdates
from tests.contracts.storage.examples import ANA, BEN, NOW, add_problem, add_reports, minutes


async def test_a_wish_is_kept_for_who_said_it_and_all_is_wanted_by_who_did_not(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work() as work:
        await work.people.wish(Person(id=ANA, name="Ana"), WantedUpdates.OUTCOME)
        await work.people.wish(Person(id=ANA, name="Ana"), WantedUpdates.NONE)
        await work.people.remember(Person(id=ANA, name="Ana Lima"))

        assert await work.people.wanted_updates(ANA) is WantedUpdates.NONE
        assert await work.people.wanted_updates(BEN) is WantedUpdates.ALL


async def test_what_triagers_were_told_only_grows(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        for act in (3, 7, 5):
            await work.triage_threads.tell_upto(problem.id, act)

        assert await work.triage_threads.told_upto(problem.id) == 7
        assert await work.triage_threads.told_upto(other.id) is None


async def test_a_report_keeps_the_link_to_where_it_was_said(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        (first, *_) = await add_reports(
            work,
            problem.id,
            {"text": "one", "link": "https://chat/1"},
            {"text": "two"},
            {"text": "three", "link": "https://chat/3", "reported_at": NOW + minutes(1)},
            {"text": "four", "link": "https://chat/4", "is_test": True},
        )
        report = await work.reports.get(first)
        links = await work.problems.links(problem.id, 10)
        newest = await work.problems.links(problem.id, 1)

    assert report is not None
    assert report.link == "https://chat/1"
    assert list(links.items()) == [("three", "https://chat/3"), ("one", "https://chat/1")]
    assert newest == {"three": "https://chat/3"}
