"""Asking the tracker how its tickets stand, for the changes that nobody told us of."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta

import structlog

from escalation.desk_rules import RulesOf
from escalation.follow import follow_ticket, take_over
from escalation.gone import GONE, lose_ticket
from escalation.ports import OpenUnitOfWork, TicketTracker
from escalation.values import Problem, Ticket, TicketKey, TicketState

Follow = Callable[[TicketState], Awaitable[Problem | None]]

_log = structlog.get_logger()

WATCH_ENDED = timedelta(days=30)
_AT_ONCE = 50


async def reconcile(
    open_work: OpenUnitOfWork, tracker: TicketTracker, rules: RulesOf, *, now: datetime, follow: Follow | None = None
) -> int:
    """Follow every watched ticket to its present state; how many problems moved.

    Ended tickets are watched for a month more. Those that are gone are given up. `follow` takes the place of
    `follow_ticket`, where more is to be looked at than the state. Raises TrackerUnavailableError or
    TicketRejectedError; what was followed until then stays followed.
    """
    async with open_work(read_only=True) as work:
        watched = await work.tickets.to_watch(tracker.name, ended_since=now - WATCH_ENDED)
    known = {ticket.key: ticket for ticket in watched if ticket.status_name != GONE}
    moved = 0
    for keys in _portions(list(known)):
        states = {state.moved_from or state.key: state for state in await tracker.states(keys)}
        for key, state in states.items():
            if not _is_news(known[key], state):
                continue
            if follow is not None:
                problem = await follow(state)
            else:
                problem = await follow_ticket(open_work, state, tracker=tracker.name, rules=rules, now=now)
            moved += problem is not None
        for key in [key for key in keys if key not in states]:
            _log.warning("ticket_gone", tracker=tracker.name, key=key)
            await lose_ticket(open_work, known[key], rules, now=now)
    return moved


def _is_news(ticket: Ticket, state: TicketState) -> bool:
    """Whether the state says more than we know, or people may have written in the ticket since we looked."""
    unread = ticket.noted_at is not None and state.changed_at > ticket.noted_at
    return unread or state.moved_from is not None or take_over(ticket, state) is not None


def _portions(keys: Sequence[TicketKey]) -> Iterator[Sequence[TicketKey]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
