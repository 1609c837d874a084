"""The kinds of outbound work, and the queues they wait in."""

from collections.abc import Mapping
from datetime import datetime

from dedupe.values import ProblemId
from escalation.values import OutboxDraft, PersonId, Problem

TICKET_OPEN = "ticket.open"
TICKET_BUMP = "ticket.bump"
TICKET_REOPEN = "ticket.reopen"
TICKET_MOVE = "ticket.move"
TICKET_CLOSE_DUPLICATE = "ticket.close_duplicate"
TELL = "tell"
REFRESH = "refresh"
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
