"""What the texts and the work on a problem's ticket are made of, read fresh when it is done."""

from dataclasses import dataclass
from datetime import datetime

from dedupe.values import ProblemId
from escalation.case import Case
from escalation.desk_rules import RulesOf
from escalation.errors import UnknownProblemError
from escalation.evidence import read_recurrence
from escalation.ports import UnitOfWork
from escalation.values import OutboxItem, ProblemStatus

MOST_QUOTES = 5

GONE = "gone"
"""The status name of a ticket that was deleted in the tracker."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketFacts:
    """A problem with its evidence and its newest ticket, and some of its reports' texts."""

    case: Case
    quotes: tuple[str, ...]

    @property
    def wants_ticket(self) -> bool:
        """Whether a ticket that was decided on is still to be opened: nobody ended, merged or snoozed it since."""
        problem = self.case.problem
        is_idle = problem.status.is_ended or problem.status is ProblemStatus.SNOOZED
        return problem.merged_into is None and not is_idle and self.case.live_ticket is None


async def read_ticket_facts(work: UnitOfWork, item: OutboxItem, rules: RulesOf, *, now: datetime) -> TicketFacts:
    """Raises UnknownProblemError."""
    problem = None if item.problem is None else await work.problems.get(ProblemId(item.problem))
    if problem is None:
        raise UnknownProblemError(f"No problem is stored with the id {item.problem}.")
    policy = rules(problem.desk).policy
    case = Case(
        evidence=await read_recurrence(work.problems, problem, policy, now=now),
        problem=problem,
        ticket=await work.tickets.of_problem(problem.id),
        policy=policy,
        now=now,
    )
    return TicketFacts(case=case, quotes=tuple(await work.problems.quotes(problem.id, MOST_QUOTES)))
