"""Tickets that people declared duplicates of others: their problems go where the others are."""

from datetime import datetime

from escalation import kinds
from escalation.live import live_problem
from escalation.ports import UnitOfWork
from escalation.values import Problem, Ticket, TicketState


async def follow_duplicate(
    work: UnitOfWork, problem: Problem, ticket: Ticket, state: TicketState, *, now: datetime
) -> bool:
    """Queue that the problem follows the other ticket. False if there is none to follow: then it is declined.

    Where the other is a ticket of another problem of the desk, the two problems are one. Where nobody here knows it,
    it becomes this problem's ticket, so that its reporters hear when that moves.
    """
    if state.duplicate_of is None:
        return False
    target = await work.tickets.by_key(ticket.tracker, state.duplicate_of)
    if target is None:
        attach = kinds.ticket_attach(problem, state.duplicate_of, by=None, now=now, instead=ticket.key)
        await work.outbox.add(attach, now=now)
        return True
    into = await live_problem(work.problems, target.problem)
    if into.id == problem.id or into.desk != problem.desk:
        return False
    because = f"{ticket.key} was declared a duplicate of {target.key}"
    await work.outbox.add(kinds.problem_merge(problem, into, because=because, now=now), now=now)
    return True
