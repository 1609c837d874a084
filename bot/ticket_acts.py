"""What triagers do to a problem's ticket from the chat: say which it is, open it now, say something in it."""

from bot.errors import BadInputError, TooLateError
from bot.masking import mask
from bot.turn import Act
from escalation import kinds
from escalation.reassess import queue_opening
from escalation.values import AuditEntry, Problem, ProblemStatus, Ticket, TicketKey, TicketStatus

COMMENT = "comment"
_LONGEST_COMMENT = 2_000


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
    await act.work.outbox.add(kinds.ticket_attach(problem, key, by=act.person.id, now=act.now), now=act.now)
    await _record(act, problem, "ask to link ticket", key)
    return problem


async def open_ticket(act: Act, number: int) -> Problem:
    """Queue the opening of the problem's ticket, whatever the desk's policy says. Gives the problem.

    Raises NotAllowedError, NotFoundError, TooLateError.
    """
    act.require_triager("open tickets")
    problem = await act.problem(number)
    ticket = await act.work.tickets.of_problem(problem.id)
    if problem.status.is_ended or problem.status is ProblemStatus.SNOOZED:
        raise TooLateError(f"#{problem.number} is {problem.status.value}. Give it another status first, or wake it.")
    if ticket is not None and ticket.status is not TicketStatus.DONE:
        raise TooLateError(f"#{problem.number} has a ticket already: {ticket.key}.")
    if kinds.TICKET_OPEN in await act.work.outbox.pending(kinds.ticket_queue(problem.id)):
        raise TooLateError(f"A ticket for #{problem.number} is being opened already.")
    await queue_opening(act.work, problem, reason=f"{act.person.name} asked for it", now=act.now)
    await act.work.outbox.add(kinds.refresh(problem.id, now=act.now), now=act.now)
    await _record(act, problem, "open ticket", None)
    return problem


async def comment_ticket(act: Act, number: int, text: str) -> Ticket:
    """Queue what a triager says as a comment in the problem's ticket. Gives the ticket.

    Raises NotAllowedError, NotFoundError, TooLateError, BadInputError.
    """
    act.require_triager("comment in tickets")
    problem = await act.problem(number)
    said = mask(text.strip())
    if not said:
        raise BadInputError("There was no text to send to the ticket.", field="text")
    if len(said) > _LONGEST_COMMENT:
        raise BadInputError(
            f"A comment has {_LONGEST_COMMENT} characters at most; this one has {len(said)}.", field="text"
        )
    ticket = await act.work.tickets.of_problem(problem.id)
    if ticket is None:
        raise TooLateError(
            f"#{problem.number} has no ticket yet, so nothing was sent. Open one first: ticket #{number}"
        )
    payload = {"key": ticket.key, "text": f"{act.person.name}: {said}"}
    await act.work.outbox.add(kinds.ticket_work(problem, kinds.TICKET_COMMENT, payload, now=act.now), now=act.now)
    await _record(act, problem, COMMENT, ticket.key)
    return ticket


async def _record(act: Act, problem: Problem, what: str, reason: str | None) -> None:
    await act.work.people.remember(act.person)
    await act.work.audit.add(
        AuditEntry(
            at=act.now,
            desk=act.desk.name,
            actor=act.person.id,
            act=what,
            problem=problem.id,
            detail={} if reason is None else {"reason": reason},
        )
    )
