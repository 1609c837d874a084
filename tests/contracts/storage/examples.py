"""What the storage tests store: plain examples, of which each test changes what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot import ports
from bot.reports import NewReport
from dedupe.values import ProblemId, ReportId
from escalation.values import (
    OutboxDraft,
    PersonId,
    Priority,
    Problem,
    ProblemStatus,
    Ticket,
    TicketKey,
    TicketStatus,
)

NOW = datetime(2026, 3, 2, 10, 30, 15, 123456, tzinfo=UTC)
ANA, BEN, CHO = PersonId("web:ana"), PersonId("web:ben"), PersonId("web:cho")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_report(problem: ProblemId, **changes: Any) -> NewReport:
    """A report; given only `reported_at`, the failure occurred at that moment."""
    fields: dict[str, Any] = {
        "desk": "default",
        "problem": problem,
        "reporter": ANA,
        "text": "the card reader restarts when a card is put in",
        "origin": "web",
        "reported_at": NOW,
        "day": "2026-03-02",
        **changes,
    }
    return NewReport(**{"occurred_at": fields["reported_at"], **fields})


def a_ticket(problem: ProblemId, key: str = "TI-1", **changes: Any) -> Ticket:
    fields: dict[str, Any] = {
        "problem": problem,
        "tracker": "board",
        "key": TicketKey(key),
        "url": f"http://127.0.0.1/board/{key}",
        "status": TicketStatus.TO_DO,
        "status_name": "To do",
        "resolution": None,
        "priority": Priority.MEDIUM,
        "opened_at": NOW,
        "changed_at": NOW,
        **changes,
    }
    return Ticket(**fields)


def a_draft(queue: str = "ticket:1", kind: str = "open", **changes: Any) -> OutboxDraft:
    fields: dict[str, Any] = {"queue": queue, "kind": kind, "payload": {}, "available_at": NOW, **changes}
    return OutboxDraft(**fields)


async def add_problem(work: ports.UnitOfWork, desk: str = "default", **changes: Any) -> Problem:
    fields: dict[str, Any] = {
        "title": "card reader restarts",
        "service": None,
        "status": ProblemStatus.OPEN,
        "at": NOW,
        **changes,
    }
    return await work.problems.add(desk=desk, **fields)


async def add_reports(work: ports.UnitOfWork, problem: ProblemId, *changes: dict[str, Any]) -> list[ReportId]:
    """One report for each of the changes."""
    return [await work.reports.add(a_report(problem, **one)) for one in changes]
