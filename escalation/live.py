"""Following merges."""

from dedupe.values import ProblemId
from escalation.ports import ProblemStore
from escalation.values import Problem


async def live_problem(problems: ProblemStore, problem: ProblemId) -> Problem:
    """The problem, or the one that has its reports since it was merged. Problems are never deleted."""
    found = await problems.get(problem)
    while found is not None and found.merged_into is not None:
        found = await problems.get(found.merged_into)
    if found is None:
        raise LookupError(f"no problem is stored with the id {problem}")
    return found
