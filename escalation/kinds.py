"""The kinds of outbound work, and the queues they wait in."""

from collections.abc import Mapping
from datetime import datetime

from dedupe.values import ProblemId
from escalation.values import OutboxDraft, PersonId, Problem, TicketKey

TICKET_OPEN = "ticket.open"
TICKET_BUMP = "ticket.bump"
TICKET_REOPEN = "ticket.reopen"
TICKET_MOVE = "ticket.move"
TICKET_CLOSE_DUPLICATE = "ticket.close_duplicate"
TICKET_RELATE = "ticket.relate"
TICKET_COMMENT = "ticket.comment"
TICKET_ATTACH = "ticket.attach"
TICKET_LOOK = "ticket.look"
PROBLEM_MERGE = "problem.merge"
NOTICE = "notice"
TELL = "tell"
REFRESH = "refresh"
TRIAGE = "triage"
REASSESS = "reassess"

DESK = "desk"
"""The payload's key that names the desk in whose critical section the item is settled."""


def ticket_queue(problem: ProblemId) -> str:
    """Work on one problem's ticket is done in order."""
    return f"ticket:{problem}"


def ticket_work(problem: Problem, kind: str, payload: Mapping[str, str | None], *, now: datetime) -> OutboxDraft:
    """Work on the problem's ticket, settled in its desk's critical section."""
    return OutboxDraft(
        queue=ticket_queue(problem.id),
        kind=kind,
        payload={DESK: problem.desk, **payload},
        available_at=now,
        problem=problem.id,
    )


def later_look(problem: Problem, *, at: datetime) -> OutboxDraft:
    """Decide about the problem again at that time. It waits in a queue of its own, so that it holds up no work."""
    return OutboxDraft(
        queue=f"later:{problem.id}",
        kind=REASSESS,
        payload={DESK: problem.desk},
        available_at=at,
        problem=problem.id,
        coalesce=REASSESS,
    )


def ticket_look(problem: Problem, key: TicketKey, *, now: datetime) -> OutboxDraft:
    """Look how the ticket stands. Changes within a moment are looked at once, and nothing parked holds it up."""
    return OutboxDraft(
        queue=f"look:{key}",
        kind=TICKET_LOOK,
        payload={DESK: problem.desk, "key": key},
        available_at=now,
        problem=problem.id,
        coalesce=TICKET_LOOK,
    )


def ticket_attach(
    problem: Problem, key: TicketKey, *, by: PersonId | None, now: datetime, instead: TicketKey | None = None
) -> OutboxDraft:
    """Make an existing ticket the problem's: as a person said, or in the place of one that is a duplicate of it."""
    return OutboxDraft(
        queue=f"attach:{problem.id}:{key}",
        kind=TICKET_ATTACH,
        payload={DESK: problem.desk, "key": key, "by": by, "instead": instead},
        available_at=now,
        problem=problem.id,
    )


def problem_merge(lesser: Problem, into: Problem, *, because: str, now: datetime) -> OutboxDraft:
    """Put one problem into another of its desk, since their tickets were declared the same."""
    return OutboxDraft(
        queue=f"merge:{lesser.id}",
        kind=PROBLEM_MERGE,
        payload={DESK: lesser.desk, "into": into.id, "because": because},
        available_at=now,
        problem=lesser.id,
        coalesce=PROBLEM_MERGE,
    )


def notice(person: PersonId, title: str, text: str, *, now: datetime) -> OutboxDraft:
    """Tell a person something that is not about their reports."""
    return OutboxDraft(
        queue=f"notice:{person}",
        kind=NOTICE,
        payload={"person": person, "title": title, "text": text},
        available_at=now,
    )


def tell(problem: ProblemId, person: PersonId, status: str, *, now: datetime) -> OutboxDraft:
    """Tell a reporter where their problem stands; changes that come before it is told are told as one."""
    return OutboxDraft(
        queue=f"person:{person}:{problem}",
        kind=TELL,
        payload={"problem": problem, "person": person, "status": status},
        available_at=now,
        problem=problem,
        coalesce=f"tell:{problem}",
    )


def refresh(problem: ProblemId, *, now: datetime) -> OutboxDraft:
    """Renew the cards that answered the problem's reports."""
    return OutboxDraft(
        queue=f"cards:{problem}",
        kind=REFRESH,
        payload={"problem": problem},
        available_at=now,
        problem=problem,
        coalesce=f"refresh:{problem}",
    )


def triage(problem: ProblemId, *, now: datetime) -> OutboxDraft:
    """Show triagers how the problem stands; changes within a moment are shown at once."""
    return OutboxDraft(
        queue=f"triage:{problem}",
        kind=TRIAGE,
        payload={"problem": problem},
        available_at=now,
        problem=problem,
        coalesce=f"triage:{problem}",
    )
