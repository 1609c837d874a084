"""How a problem's reports fall over time: from counts to what they mean."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.policy import Policy
from escalation.spike import Spike, find_spike
from escalation.values import Severity, Tally
from escalation.wording import say_count, say_date

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Regression:
    """Signs that a failure is there again: reports of it that happened after its fix, and "still broken" answers."""

    reports: int
    agents: int
    still_broken: int
    since: datetime
    now: datetime

    @property
    def words(self) -> str:
        """Such as "3 reports since 10 March", "2 reports and 1 “still broken” since 10 March"."""
        signs = []
        if self.reports:
            signs.append(say_count(self.reports, "report"))
        if self.still_broken:
            signs.append(f"{self.still_broken} “still broken”")
        return f"{' and '.join(signs)} since {say_date(self.since, now=self.now)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recurrence:
    """What the counts of a problem say, as of `now`.

    `rate_per_day` is over the time since the first report, a day at the least. `since_status` counts reports of
    failures that occurred after the problem took its present status. `spike` and `regression` are None where there is
    none.
    """

    now: datetime
    reports: int
    agents: int
    customers: int
    days: int
    tests: int
    first_seen: datetime | None
    last_seen: datetime | None
    rate_per_day: float
    recent_agents: int
    since_status: int
    worst: Severity | None
    spike: Spike | None
    regression: Regression | None


def weigh(tally: Tally, *, fixed_at: datetime | None, policy: Policy) -> Recurrence:
    """What the counts mean under the desk's policy, for a problem last fixed then."""
    return Recurrence(
        now=tally.now,
        reports=tally.reports,
        agents=tally.agents,
        customers=tally.customers,
        days=tally.days,
        tests=tally.tests,
        first_seen=tally.first_seen,
        last_seen=tally.last_seen,
        rate_per_day=_rate(tally),
        recent_agents=tally.recent_agents,
        since_status=tally.since_status,
        worst=tally.worst,
        spike=find_spike(tally.recent, tally.baseline, policy),
        regression=_find_regression(tally, fixed_at, policy),
    )


def _rate(tally: Tally) -> float:
    if tally.first_seen is None:
        return 0.0
    return tally.reports / (max(tally.now - tally.first_seen, _DAY) / _DAY)


def _find_regression(tally: Tally, fixed_at: datetime | None, policy: Policy) -> Regression | None:
    """A report of a failure after the fix and a "still broken" answer weigh the same."""
    if fixed_at is None or tally.after_fix + tally.still_broken < policy.regression_reports:
        return None
    return Regression(
        reports=tally.after_fix,
        agents=tally.after_fix_agents,
        still_broken=tally.still_broken,
        since=fixed_at,
        now=tally.now,
    )
