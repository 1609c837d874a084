"""A problem's counts, by one statement."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Interval, Select, Text, and_, bindparam, distinct, func, select

from adapters.db.column_types import Instant
from adapters.db.models import problems, reports
from adapters.db.transaction import Record
from escalation.values import Severity, Tally

COUNTS = and_(reports.c.withdrawn_at.is_(None), reports.c.is_test.is_(False))
"""Whether a report counts: neither withdrawn nor a test."""

_MOMENTS = ("now", "recently", "long_before", "lately")


@lru_cache(maxsize=2)
def tally_statement(*, is_sqlite: bool) -> Select[*tuple[Any, ...]]:
    """One row with the columns of a Tally, given the problem and `tally_windows`. Built once: that takes longer than
    asking.
    """
    c = reports.c
    now, recently, long_before, lately = (bindparam(name, type_=Instant()) for name in _MOMENTS)
    recent = and_(c.occurred_at > recently, c.occurred_at <= now)
    before = and_(c.occurred_at > long_before, c.occurred_at <= recently)
    for_agents = and_(c.occurred_at > lately, c.occurred_at <= now)
    returned = c.occurred_at > _fixed_later(is_sqlite=is_sqlite)
    is_test = and_(c.withdrawn_at.is_(None), c.is_test.is_(True))

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(c.id).filter(COUNTS, *conditions)

    def count_distinct(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(distinct(column)).filter(COUNTS, *conditions)

    return (
        select(
            count().label("reports"),
            count_distinct(c.reporter).label("agents"),
            count_distinct(c.customer).label("customers"),
            count_distinct(c.day).label("days"),
            func.min(c.occurred_at).filter(COUNTS).label("first_seen"),
            func.max(c.occurred_at).filter(COUNTS).label("last_seen"),
            count(recent).label("recent"),
            count(before).label("baseline"),
            count_distinct(c.reporter, for_agents).label("recent_agents"),
            count(returned).label("after_fix"),
            count_distinct(c.reporter, returned).label("after_fix_agents"),
            count(c.still_broken_at > problems.c.fixed_at).label("still_broken"),
            func.max(c.severity).filter(COUNTS).label("worst"),
            func.count(c.id).filter(is_test).label("tests"),
            count(c.occurred_at > problems.c.status_since).label("since_status"),
        )
        .select_from(problems.join(reports, c.problem == problems.c.id))
        .where(problems.c.id == bindparam("problem"))
    )


def tally_windows(  # noqa: PLR0913 - the port's windows, and the one difference between the databases
    *,
    now: datetime,
    spike_window: timedelta,
    baseline_window: timedelta,
    agents_window: timedelta,
    fix_grace: timedelta,
    is_sqlite: bool,
) -> Mapping[str, object]:
    """What the statement asks for. Every window ends with its later end and begins after its earlier one."""
    moments = (now, now - spike_window, now - spike_window - baseline_window, now - agents_window)
    seconds = int(fix_grace.total_seconds())
    grace = f"{seconds:+d} seconds" if is_sqlite else timedelta(seconds=seconds)
    return {**dict(zip(_MOMENTS, moments, strict=True)), "grace": grace}


def _fixed_later(*, is_sqlite: bool) -> ColumnElement[Any]:
    """The time of the fix plus the grace, in whole seconds. SQLite's own arithmetic would drop the microseconds."""
    fixed_at = problems.c.fixed_at
    if not is_sqlite:
        return fixed_at + bindparam("grace", type_=Interval())
    second, fraction = func.substr(fixed_at, 1, 19), func.substr(fixed_at, 20)
    return func.datetime(second, bindparam("grace", type_=Text())).concat(fraction)


def tally_of(row: Record, now: datetime) -> Tally:
    """The value of the statement's row."""
    return Tally(
        now=now,
        reports=row.reports,
        agents=row.agents,
        customers=row.customers,
        days=row.days,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        recent=row.recent,
        baseline=row.baseline,
        recent_agents=row.recent_agents,
        after_fix=row.after_fix,
        after_fix_agents=row.after_fix_agents,
        still_broken=row.still_broken,
        worst=None if row.worst is None else Severity(row.worst),
        tests=row.tests,
        since_status=row.since_status,
    )
