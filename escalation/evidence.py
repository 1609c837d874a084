"""Reading what is known of a problem's recurrence."""

from datetime import datetime

from escalation.policy import Policy
from escalation.ports import ProblemStore
from escalation.recurrence import Recurrence, weigh
from escalation.values import Problem


async def read_recurrence(problems: ProblemStore, problem: Problem, policy: Policy, *, now: datetime) -> Recurrence:
    """The problem's counts as of now, and what they mean under its desk's policy."""
    tally = await problems.tally(
        problem.id,
        now=now,
        spike_window=policy.spike_window,
        baseline_window=policy.baseline_window,
        agents_window=policy.agents_window,
        fix_grace=policy.fix_grace,
    )
    return weigh(tally, fixed_at=problem.fixed_at, policy=policy)
