from bot import ports
from bot.proposals import Proposal, ProposalKind
from tests.contracts.storage.examples import add_problem, add_reports


async def test_what_is_proposed_comes_back_as_it_was_and_in_its_order(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        a, b, c = await add_reports(work, (await add_problem(work)).id, {}, {}, {})
        split = Proposal(kind=ProposalKind.SPLIT, reports=(b, a), other=c)
        merge = Proposal(
            kind=ProposalKind.MERGE, reports=(a,), other=b, probability=0.9375, reasons=("both say ERR-7", "same words")
        )

        await work.proposals.renew("default", [split, merge])

        assert await work.proposals.of_desk("default") == [split, merge]


async def test_new_proposals_take_the_place_of_the_desks_old_ones_and_of_no_others(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        a, b = await add_reports(work, (await add_problem(work)).id, {}, {})
        old = Proposal(kind=ProposalKind.MERGE, reports=(a,), other=b)
        new = Proposal(kind=ProposalKind.MERGE, reports=(b,), other=a)
        for desk in ("default", "other"):
            await work.proposals.renew(desk, [old])

        await work.proposals.renew("default", [new])
        assert await work.proposals.of_desk("default") == [new]

        await work.proposals.renew("default", [])
        assert await work.proposals.of_desk("default") == []
        assert await work.proposals.of_desk("other") == [old]
