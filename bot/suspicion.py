"""The nightly look over a desk's open problems: which of them look like one, and which look like two."""

import asyncio
from collections.abc import Iterable, Mapping

from bot.desks import Desk
from bot.matching import DeskIndexes
from bot.ports import OpenUnitOfWork, UnitOfWork
from bot.proposals import Proposal, ProposalKind
from bot.reports import Answer
from dedupe.values import Doubt, ProblemId

_MOST = 50
"""More than a triager will look at in a day; the next night looks anew."""


async def look_over(open_work: OpenUnitOfWork, indexes: DeskIndexes, desk: Desk) -> int:
    """Put what is suspected now in the place of what was proposed before. Nothing else is changed. Gives how many."""
    async with open_work(read_only=True) as work:
        problems = [each.id for each in await work.problems.listing(desk.name, include_ended=False)]
        engine = await indexes.caught_up(work, desk)
    doubts: dict[ProblemId, Doubt] = {}
    for problem in problems:
        # One takes milliseconds, and a desk may have thousands: agents go first.
        await asyncio.sleep(0)
        doubt = engine.doubt(problem)
        if doubt is not None:
            doubts[problem] = doubt
    async with open_work() as work:
        merges = [each for each in _merges(doubts) if not await _is_asked(work, each)]
        proposals = [*_splits(doubts.values()), *merges][:_MOST]
        await work.proposals.renew(desk.name, proposals)
    return len(proposals)


def _merges(doubts: Mapping[ProblemId, Doubt]) -> list[Proposal]:
    """Each pair of open problems once, the most probable first."""
    found: dict[frozenset[ProblemId], Proposal] = {}
    for problem, doubt in doubts.items():
        like = doubt.like
        if like is None or like.problem not in doubts:
            continue
        pair = frozenset({problem, like.problem})
        if pair not in found or found[pair].probability < like.probability:
            found[pair] = Proposal(
                kind=ProposalKind.MERGE,
                reports=(doubt.newest,),
                other=like.nearest,
                probability=like.probability,
                reasons=tuple(reason.words for reason in like.reasons if reason.weight > 0),
            )
    return sorted(found.values(), key=lambda each: -each.probability)


def _splits(doubts: Iterable[Doubt]) -> list[Proposal]:
    return [
        Proposal(kind=ProposalKind.SPLIT, reports=each.reports, other=each.stays, reasons=(each.why,))
        for each in (doubt.apart for doubt in doubts)
        if each is not None
    ]


async def _is_asked(work: UnitOfWork, proposal: Proposal) -> bool:
    """Whether the same question waits for an answer already, from the agent or in the triage list."""
    for report in (*proposal.reports, proposal.other):
        question = await work.questions.of_report(report)
        if question is not None and question.answer in {None, Answer.EXPIRED}:
            return True
    return False
