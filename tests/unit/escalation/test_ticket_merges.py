from escalation import kinds
from escalation.values import ProblemStatus, Ticket, TicketStatus
from tests.unit.escalation.house import House, ripe_problem, ticketed


async def test_the_lesser_ticket_of_a_merge_ends_as_a_duplicate(house: House) -> None:
    into, lesser = await ticketed(house), await ticketed(house)
    await close_as_duplicate(house, lesser, into, is_merged=True)
    assert house.tracker.tickets[lesser.key].duplicate_of == into.key
    assert (await house.ticket(lesser.problem)).status is TicketStatus.DONE
    assert (await house.problem(into.problem)).status is ProblemStatus.OPEN


async def test_a_merge_taken_back_in_time_leaves_both_tickets(house: House) -> None:
    into, lesser = await ticketed(house), await ticketed(house)
    await close_as_duplicate(house, lesser, into, is_merged=False)
    assert house.tracker.tickets[lesser.key].state.status is TicketStatus.TO_DO


async def close_as_duplicate(house: House, lesser: Ticket, into: Ticket, *, is_merged: bool) -> None:
    if is_merged:
        await house.change(lesser.problem, merged_into=into.problem)
    problem = await house.problem(lesser.problem)
    payload = {"key": lesser.key, "of": into.key}
    async with house.store() as work:
        draft = kinds.ticket_work(problem, kinds.TICKET_CLOSE_DUPLICATE, payload, now=house.now)
        await work.outbox.add(draft, now=house.now)
    await house.drain()


async def test_a_ticket_opened_while_its_problem_was_merged_goes_along(house: House) -> None:
    lesser, into = await ripe_problem(house), (await house.add_problem()).id
    await house.drain_while_opening(lambda: house.change(lesser, merged_into=into))
    assert (await house.ticket(into)).status is TicketStatus.TO_DO
    assert len(house.tracker.tickets) == 1


async def test_a_ticket_opened_while_its_problem_was_merged_ends_if_the_other_has_one(house: House) -> None:
    into, lesser = await ticketed(house), await ripe_problem(house)
    await house.drain_while_opening(lambda: house.change(lesser, merged_into=into.problem))
    assert (await house.ticket(into.problem)).key == into.key
    assert (await house.ticket(lesser)).status is TicketStatus.DONE
    assert house.tracker.tickets[into.key].state.status is TicketStatus.TO_DO


async def test_no_ticket_is_opened_for_a_problem_merged_before(house: House) -> None:
    lesser, into = await ripe_problem(house), (await house.add_problem()).id
    await house.change(lesser, merged_into=into)
    await house.drain()
    assert house.tracker.calls == []
