"""A problem's row, and the value it stands for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.db.transaction import Record
from dedupe.values import ProblemId
from escalation.values import DeclineReason, PersonId, Problem, ProblemStatus, Snooze


def problem_of(row: Record) -> Problem:
    """The value of a row with all of the problem's columns."""
    return Problem(
        id=ProblemId(row.id),
        desk=row.desk,
        number=row.number,
        title=row.title,
        service=row.service,
        status=ProblemStatus(row.status),
        status_since=row.status_since,
        created_at=row.created_at,
        decline_reason=DeclineReason(row.decline_reason) if row.decline_reason else None,
        fixed_at=row.fixed_at,
        regressed_at=row.regressed_at,
        snooze=_snooze_of(row.snooze) if row.snooze else None,
        workaround=row.workaround,
        customer_text=row.customer_text,
        owner=PersonId(row.owner) if row.owner else None,
        merged_into=ProblemId(row.merged_into) if row.merged_into else None,
    )


def row_of(problem: Problem) -> dict[str, Any]:
    """What may change of a problem. Its desk, number and birth never do."""
    return {
        "title": problem.title,
        "service": problem.service,
        "status": problem.status.value,
        "status_since": problem.status_since,
        "decline_reason": problem.decline_reason and problem.decline_reason.value,
        "fixed_at": problem.fixed_at,
        "regressed_at": problem.regressed_at,
        "snooze": problem.snooze and _snooze_row(problem.snooze),
        "workaround": problem.workaround,
        "customer_text": problem.customer_text,
        "owner": problem.owner,
        "merged_into": problem.merged_into,
    }


def _snooze_row(snooze: Snooze) -> dict[str, Any]:
    return {
        "since": snooze.since.isoformat(),
        "by": snooze.by,
        "until": snooze.until and snooze.until.isoformat(),
        "more_reports": snooze.more_reports,
        "more_agents": snooze.more_agents,
        "until_spike": snooze.until_spike,
        "reports_then": snooze.reports_then,
        "agents_then": snooze.agents_then,
        "status_then": snooze.status_then.value,
    }


def _snooze_of(row: Mapping[str, Any]) -> Snooze:
    return Snooze(
        since=datetime.fromisoformat(row["since"]),
        by=PersonId(row["by"]),
        until=datetime.fromisoformat(row["until"]) if row["until"] else None,
        more_reports=row["more_reports"],
        more_agents=row["more_agents"],
        until_spike=row["until_spike"],
        reports_then=row["reports_then"],
        agents_then=row["agents_then"],
        status_then=ProblemStatus(row["status_then"]),
    )
