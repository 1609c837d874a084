"""A triager says which ticket, opened by hand or before, is a problem's."""

from bot.errors import TooLateError
from bot.turn import Act
from escalation import kinds
from escalation.values import AuditEntry, Problem, TicketKey


async def link_ticket(act: Act, number: int, key: TicketKey) -> Problem:
    """Queue that the problem gets this ticket; the tracker is asked for it outside any transaction, and the person is
    told what came of it. Gives the problem.

    Raises NotAllowedError, NotFoundError, TooLateError.
    """
    act.require_triager("link tickets")
    problem = await act.problem(number)
    ticket = await act.work.tickets.of_problem(problem.id)
    if ticket is not None and ticket.key == key:
        raise TooLateError(f"{key} is #{problem.number}'s ticket already.")
    await act.work.people.remember(act.person)
    attach = kinds.ticket_attach(problem, key, by=act.person.id, now=act.now)
    await act.work.outbox.add(attach, now=act.now)
    await act.work.audit.add(
        AuditEntry(
            at=act.now,
            desk=act.desk.name,
            actor=act.person.id,
            act="ask to link ticket",
            problem=problem.id,
            detail={"reason": key},
        )
    )
    return problem
