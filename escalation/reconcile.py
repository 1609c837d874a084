"""Asking the tracker how its tickets stand, for the changes that nobody told us of."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog

from escalation.desk_rules import RulesOf
from escalation.follow import follow_ticket, take_over
from escalation.ports import OpenUnitOfWork, TicketTracker
from escalation.values import TicketKey

_log = structlog.get_logger()

WATCH_ENDED = timedelta(days=30)
_AT_ONCE = 50


async def reconcile(open_work: OpenUnitOfWork, tracker: TicketTracker, rules: RulesOf, *, now: datetime) -> int:
    """Follow every watched ticket to its present state; how many problems moved.

    Ended tickets are watched for a month more. Raises TrackerUnavailableError or TicketRejectedError; what was followed
    until then stays followed.
    """
    async with open_work(read_only=True) as work:
        watched = await work.tickets.to_watch(tracker.name, ended_since=now - WATCH_ENDED)
    known = {ticket.key: ticket for ticket in watched}
    moved = 0
    for keys in _portions(list(known)):
        states = await tracker.states(keys)
        for state in states:
            if take_over(known[state.key], state) is not None:
                problem = await follow_ticket(open_work, state, tracker=tracker.name, rules=rules, now=now)
                moved += problem is not None
        for gone in set(keys) - {state.key for state in states}:
            _log.warning("ticket_gone", tracker=tracker.name, key=gone)
    return moved


def _portions(keys: Sequence[TicketKey]) -> Iterator[Sequence[TicketKey]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
