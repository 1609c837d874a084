from bot import ports
from bot.ports import LinkRule
from tests.contracts.storage.examples import ANA, BEN, NOW, add_problem, add_reports, minutes


async def test_a_pair_has_one_rule_and_the_newer_one_counts(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        a, b = await add_reports(work, (await add_problem(work)).id, {}, {})
        await work.links.put("default", LinkRule(a=a, b=b, same=True), by=ANA, at=NOW)

        await work.links.put("default", LinkRule(a=b, b=a, same=False), by=BEN, at=NOW + minutes(1))

        assert await work.links.all_of("default") == [LinkRule(a=a, b=b, same=False)]
        assert await work.links.all_of("other") == []


async def test_a_removed_rule_is_gone_and_removing_it_again_changes_nothing(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        a, b = await add_reports(work, (await add_problem(work)).id, {}, {})
        await work.links.put("default", LinkRule(a=a, b=b, same=True), by=ANA, at=NOW)

        await work.links.remove("default", b, a)
        after = await work.changes.latest("default")
        await work.links.remove("default", b, a)

        assert await work.links.all_of("default") == []
        assert await work.changes.latest("default") == after


async def test_rules_between_two_problems_are_those_across_them(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        left, right, third = [await add_problem(work) for _ in range(3)]
        (r1,) = await add_reports(work, right.id, {})
        l1, l2 = await add_reports(work, left.id, {}, {})
        (t1,) = await add_reports(work, third.id, {})
        across, across_too = LinkRule(a=r1, b=l1, same=False), LinkRule(a=r1, b=l2, same=True)
        for rule in (across, across_too, LinkRule(a=l1, b=l2, same=True), LinkRule(a=l1, b=t1, same=False)):
            await work.links.put("default", rule, by=ANA, at=NOW)

        assert await work.links.between(left.id, right.id) == [across, across_too]
        assert await work.links.between(right.id, left.id) == [across, across_too]
        assert await work.links.between(right.id, third.id) == []


async def test_a_new_rule_names_the_one_that_it_takes_the_place_of(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        a, b = await add_reports(work, (await add_problem(work)).id, {}, {})

        first = await work.links.put("default", LinkRule(a=a, b=b, same=False), by=ANA, at=NOW)
        second = await work.links.put("default", LinkRule(a=b, b=a, same=True), by=ANA, at=NOW)

    assert (first, second) == (None, False)
