"""Reading what is known of a problem's recurrence."""

from datetime import datetime

from dedupe.code_names import named_codes
from escalation.policy import Policy
from escalation.ports import ProblemStore
from escalation.recurrence import Recurrence, weigh
from escalation.values import Problem

_LATEST = 10


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


async def read_signs(problems: ProblemStore, problem: Problem) -> frozenset[str]:
    """The codes and services that the problem's first and latest reports name: what a ticket should have been told."""
    texts = await problems.quotes(problem.id, _LATEST)
    services = await problems.services(problem.id)
    return frozenset(services).union(*(named_codes(text) for text in texts))
