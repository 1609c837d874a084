"""Moving a problem to another status, and who hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from escalation import kinds
from escalation.policy import Level
from escalation.ports import UnitOfWork
from escalation.ticket_text import compose_status_news
from escalation.values import DeclineReason, PersonId, Problem, ProblemStatus, TicketKey, TicketStatus

_ALWAYS_TOLD = frozenset(
    {ProblemStatus.IN_PROGRESS, ProblemStatus.FIXED, ProblemStatus.DECLINED, ProblemStatus.CLOSED},
)
TICKET_STATUS: Mapping[ProblemStatus, TicketStatus] = MappingProxyType(
    {
        ProblemStatus.OPEN: TicketStatus.TO_DO,
        ProblemStatus.ACKNOWLEDGED: TicketStatus.TO_DO,
        ProblemStatus.IN_PROGRESS: TicketStatus.IN_PROGRESS,
        ProblemStatus.FIXED: TicketStatus.DONE,
        ProblemStatus.CLOSED: TicketStatus.DONE,
        ProblemStatus.DECLINED: TicketStatus.DONE,
    }
)
"""Where a problem's ticket should stand. A snooze leaves it where it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusChange:
    """To which status, since when, and by whom, where it is somebody we know. `reason` belongs to a decline."""

    status: ProblemStatus
    at: datetime
    reason: DeclineReason | None = None
    by: PersonId | None = None
    by_name: str | None = None


async def change_status(
    work: UnitOfWork, problem: Problem, change: StatusChange, *, level: Level, now: datetime
) -> Problem:
    """Move the problem, queue what its reporters hear of it, and give it as it is then.

    Each reporter is queued to be told, but for the one who did it: if that is an end, their loop is closed. At level 1
    nobody is told. Nothing happens if the problem has that status already. The audit trail is the caller's.
    """
    after = move(problem, change, now=now)
    if after == problem:
        return problem
    await work.problems.save(after)
    if level > Level.GROUP and is_told(problem, after):
        await _tell_reporters(work, after, change.by, now=now)
    await work.outbox.add(kinds.refresh(after.id, now=now), now=now)
    return after


async def change_status_in_chat(
    work: UnitOfWork, problem: Problem, change: StatusChange, *, level: Level, now: datetime
) -> Problem:
    """As `change_status`, for a change that the problem's ticket does not know yet: the ticket is moved along."""
    after = await change_status(work, problem, change, level=level, now=now)
    ticket = await work.tickets.of_problem(problem.id)
    if after != problem and ticket is not None:
        await queue_ticket_move(work, after, ticket.key, by_name=change.by_name, now=now)
    return after


async def queue_ticket_move(
    work: UnitOfWork, problem: Problem, key: TicketKey, *, by_name: str | None, now: datetime
) -> None:
    """Have the ticket brought to where its problem stands, which it does not know."""
    payload = {
        "key": key,
        "status": TICKET_STATUS[problem.status].value,
        "declined": (problem.decline_reason or DeclineReason.WONT_FIX).value
        if problem.status is ProblemStatus.DECLINED
        else None,
        "mark": f"techissue-{problem.id}-{now:%Y%m%d%H%M%S%f}",
        "text": f"{compose_status_news(problem, by_name=by_name)}.",
    }
    await work.outbox.add(kinds.ticket_work(problem, kinds.TICKET_MOVE, payload, now=now), now=now)


def move(problem: Problem, change: StatusChange, *, now: datetime) -> Problem:
    """The problem with its new status and the times that belong to it. A move ends a snooze.

    What agents were given to tell customers meanwhile ends with a fix; the workaround is kept, for a return.
    A fixed problem that is worked on again counts as having come back. One that is closed without having been fixed
    or declined counts as fixed then: later reports are its return. A time to come, from another clock, is taken as now.
    """
    at = min(change.at, now)
    reason = change.reason if change.status is ProblemStatus.DECLINED else None
    if change.status is ProblemStatus.CLOSED:
        reason = problem.decline_reason
    if problem.status is change.status and problem.decline_reason is reason:
        return problem
    is_new_fix = change.status is ProblemStatus.FIXED or (
        change.status is ProblemStatus.CLOSED and not problem.status.is_ended
    )
    is_back = _was_fixed(problem) and not change.status.is_ended
    return replace(
        problem,
        status=change.status,
        status_since=at,
        decline_reason=reason,
        fixed_at=at if is_new_fix else problem.fixed_at,
        customer_text=None if is_new_fix else problem.customer_text,
        regressed_at=None if change.status.is_ended else (at if is_back else problem.regressed_at),
        snooze=None,
    )


def is_told(before: Problem, after: Problem) -> bool:
    """Whether reporters hear of the change: of work, of ends and of returns; not of being seen, or of a snooze."""
    was = before.snooze.status_then if before.snooze is not None else before.status
    if was is after.status and before.decline_reason is after.decline_reason:
        return False
    return after.status in _ALWAYS_TOLD or (was.is_ended and not after.status.is_ended)


def _was_fixed(problem: Problem) -> bool:
    return problem.status in {ProblemStatus.FIXED, ProblemStatus.CLOSED} and problem.decline_reason is None


async def _tell_reporters(work: UnitOfWork, problem: Problem, actor: PersonId | None, *, now: datetime) -> None:
    for reporter in await work.problems.reporters(problem.id):
        if reporter.person != actor:
            await work.outbox.add(kinds.tell(problem.id, reporter.person, problem.status.value, now=now), now=now)
        elif problem.status.is_ended:
            await work.problems.close_loop(problem.id, reporter.person, at=now)
