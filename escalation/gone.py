"""Tickets that are not there any more."""

from dataclasses import replace
from datetime import datetime

from escalation.desk_rules import RulesOf
from escalation.live import live_problem
from escalation.ports import OpenUnitOfWork, UnitOfWork
from escalation.reassess import TECHISSUE, reassess
from escalation.values import AuditEntry, Ticket, TicketKey, TicketStatus

GONE = "gone"
"""The status name of a ticket that was deleted in the tracker."""


async def lose_ticket(open_work: OpenUnitOfWork, ticket: Ticket, rules: RulesOf, *, now: datetime) -> None:
    """Give the ticket up; whether another is opened for its problem, its reports decide."""
    async with open_work(read_only=True) as work:
        problem = await live_problem(work.problems, ticket.problem)
    async with open_work(problem.desk) as work:
        await mark_gone(work, ticket.tracker, ticket.key, now=now)
        await reassess(work, problem.id, policy=rules(problem.desk).policy, now=now)


async def mark_gone(work: UnitOfWork, tracker: str, key: TicketKey, *, now: datetime) -> None:
    """A ticket that is gone counts as done."""
    ticket = await work.tickets.by_key(tracker, key)
    problem = None if ticket is None else await work.problems.get(ticket.problem)
    if ticket is None or problem is None or ticket.status_name == GONE:
        return
    await work.tickets.save(replace(ticket, status=TicketStatus.DONE, status_name=GONE, changed_at=now))
    detail = {"reason": f"{key} is not in the tracker any more"}
    entry = AuditEntry(at=now, desk=problem.desk, actor=TECHISSUE, act="ticket gone", problem=problem.id, detail=detail)
    await work.audit.add(entry)
