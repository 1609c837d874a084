"""Carrying a ticket's new state to its problem, and from there to everyone who reported it."""

from dataclasses import replace
from datetime import datetime

from escalation import kinds
from escalation.desk_rules import RulesOf
from escalation.duplicates import follow_duplicate
from escalation.ports import OpenUnitOfWork, UnitOfWork
from escalation.reassess import TECHISSUE
from escalation.status import StatusChange, change_status
from escalation.values import AuditEntry, DeclineReason, Problem, Ticket, TicketState


async def follow_ticket(
    open_work: OpenUnitOfWork, state: TicketState, *, tracker: str, rules: RulesOf, now: datetime
) -> Problem | None:
    """`follow` in a transaction of its own, in the critical section of the ticket's desk."""
    async with open_work(read_only=True) as work:
        ticket = await work.tickets.by_key(tracker, state.moved_from or state.key)
        problem = None if ticket is None else await work.problems.get(ticket.problem)
    if problem is None:
        return None
    async with open_work(problem.desk) as work:
        return await follow(work, state, tracker=tracker, rules=rules, now=now)


async def follow(
    work: UnitOfWork, state: TicketState, *, tracker: str, rules: RulesOf, now: datetime
) -> Problem | None:
    """Store the ticket as it is now and move its problem, if the status says something new. Gives a moved problem.

    A state older than the stored one is ignored, and the same one again does nothing. Only a change of what the status
    means moves the problem: a comment on the ticket does not undo what was decided in the chat. A ticket that is not
    its problem's present one, or whose problem was merged into another, moves nothing. One that has another key since
    keeps its problem; one that was declared a duplicate of another hands its problem over to that.
    """
    if state.moved_from is not None:
        await _rename(work, state, tracker)
    ticket = await work.tickets.by_key(tracker, state.key)
    updated = None if ticket is None else take_over(ticket, state)
    if ticket is None or updated is None:
        return None
    await work.tickets.save(updated)
    return await _move_problem(work, ticket, state, rules, now=now)


def take_over(ticket: Ticket, state: TicketState) -> Ticket | None:
    """The ticket as the state shows it, or None if the state is older, or says nothing that is not known."""
    updated = replace(
        ticket,
        url=state.url,
        status=state.status,
        status_name=state.status_name,
        resolution=state.resolution,
        priority=state.priority,
        changed_at=state.changed_at,
    )
    return None if state.changed_at < ticket.changed_at or updated == ticket else updated


async def _move_problem(
    work: UnitOfWork, before: Ticket, state: TicketState, rules: RulesOf, *, now: datetime
) -> Problem | None:
    problem = await work.problems.get(before.problem)
    present = await work.tickets.of_problem(before.problem)
    if problem is None or problem.merged_into is not None or present is None or present.key != state.key:
        return None
    desk = rules(problem.desk)
    status, reason = desk.statuses.read(state.status, state.status_name, state.resolution)
    if reason is DeclineReason.DUPLICATE and await follow_duplicate(work, problem, before, state, now=now):
        return None
    if (status, reason) == desk.statuses.read(before.status, before.status_name, before.resolution):
        if before.status_name != state.status_name:
            await work.outbox.add(kinds.refresh(problem.id, now=now), now=now)
        return None
    change = StatusChange(status=status, reason=reason, at=state.status_since or state.changed_at, by=state.changed_by)
    after = await change_status(work, problem, change, level=desk.policy.level, now=now)
    if after == problem:
        return None
    await _record(work, problem, after, state, now=now)
    return after


async def _rename(work: UnitOfWork, state: TicketState, tracker: str) -> None:
    """Keep a ticket that was moved under its new key."""
    old = state.moved_from
    if old is None or await work.tickets.by_key(tracker, old) is None:
        return
    if await work.tickets.by_key(tracker, state.key) is None:
        await work.tickets.rename(tracker, old, state.key)


async def _record(work: UnitOfWork, before: Problem, after: Problem, state: TicketState, *, now: datetime) -> None:
    await work.audit.add(
        AuditEntry(
            at=now,
            desk=after.desk,
            actor=state.changed_by or TECHISSUE,
            act="ticket moved",
            problem=after.id,
            detail={"ticket": state.key, "from": before.status.value, "to": after.status.value},
        )
    )
