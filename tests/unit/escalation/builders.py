"""Values that a test changes only where it matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dedupe.values import ProblemId
from escalation.case import Case
from escalation.policy import Policy
from escalation.recurrence import weigh
from escalation.values import (
    PersonId,
    Priority,
    Problem,
    ProblemStatus,
    Severity,
    Snooze,
    Tally,
    Ticket,
    TicketKey,
    TicketStatus,
)

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def make_tally(reports: int = 1, **fields: Any) -> Tally:
    """Reports of as many agents, one a day, none of them recent."""
    given: dict[str, Any] = {
        "now": NOW,
        "reports": reports,
        "agents": reports,
        "customers": 0,
        "days": reports,
        "first_seen": NOW - reports * DAY if reports else None,
        "last_seen": NOW if reports else None,
        "recent": 0,
        "baseline": 0,
        "recent_agents": 0,
        "after_fix": 0,
        "after_fix_agents": 0,
        "still_broken": 0,
        "worst": Severity.NORMAL if reports else None,
    }
    return Tally(**(given | fields))


def make_problem(status: ProblemStatus = ProblemStatus.OPEN, **fields: Any) -> Problem:
    given: dict[str, Any] = {
        "id": ProblemId(7),
        "desk": "default",
        "number": 12,
        "title": "Card reader shows error 42",
        "service": "Payments",
        "status": status,
        "status_since": NOW - 2 * DAY,
        "created_at": NOW - 9 * DAY,
    }
    if status is ProblemStatus.SNOOZED:
        given["snooze"] = Snooze(since=NOW - DAY, by=PersonId("web:tia"))
    if status in {ProblemStatus.FIXED, ProblemStatus.CLOSED}:
        given["fixed_at"] = NOW - 2 * DAY
    return Problem(**(given | fields))


def make_ticket(told: int = 3, status: TicketStatus = TicketStatus.TO_DO, **fields: Any) -> Ticket:
    """A ticket that told of so many reports, a day ago."""
    given: dict[str, Any] = {
        "problem": ProblemId(7),
        "tracker": "board",
        "key": TicketKey("TI-1"),
        "url": "http://localhost/board/TI-1",
        "status": status,
        "status_name": status.value,
        "resolution": "Fixed" if status is TicketStatus.DONE else None,
        "priority": Priority.MEDIUM,
        "asked_priority": Priority.MEDIUM,
        "opened_at": NOW - DAY,
        "changed_at": NOW - DAY,
        "bumped_reports": told,
    }
    return Ticket(**(given | fields))


def make_case(
    tally: Tally | None = None,
    *,
    problem: Problem | None = None,
    ticket: Ticket | None = None,
    policy: Policy | None = None,
    asking: bool = False,
    signs: frozenset[str] = frozenset(),
) -> Case:
    problem, policy = problem or make_problem(), policy or Policy()
    evidence = weigh(tally or make_tally(), fixed_at=problem.fixed_at, policy=policy)
    return Case(evidence=evidence, problem=problem, ticket=ticket, policy=policy, now=NOW, asking=asking, signs=signs)
