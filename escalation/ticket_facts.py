"""What the texts and the work on a problem's ticket are made of, read fresh when it is done."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dedupe.values import ProblemId
from escalation.case import Case
from escalation.desk_rules import RulesOf
from escalation.errors import UnknownProblemError
from escalation.evidence import read_recurrence, read_signs
from escalation.gone import GONE
from escalation.ports import UnitOfWork
from escalation.summary import compose_title, count_codes, most_unlike
from escalation.ticket_text import Account
from escalation.trend import WINDOW, say_trend
from escalation.values import OutboxItem, ProblemStatus, Ticket, TicketKey

MOST_QUOTES = 5
_TEXTS = 40
_LINKS = 3

LEFT = "left behind"
"""The status name of a ticket in a tracker that is not in use any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketFacts:
    """A problem with its evidence and its newest ticket, and some of its reports' texts, oldest first."""

    case: Case
    texts: tuple[str, ...]
    services: tuple[str, ...] = ()
    times: tuple[datetime, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def wants_ticket(self) -> bool:
        """Whether a ticket that was decided on is still to be opened: nobody ended, merged or snoozed it since."""
        problem = self.case.problem
        is_idle = problem.status.is_ended or problem.status is ProblemStatus.SNOOZED
        return problem.merged_into is None and not is_idle and self.case.live_ticket is None

    @property
    def title(self) -> str:
        """One line, made of what the reports have in common."""
        return compose_title(self.case.problem, self.texts, self.services, count_codes(self.texts))

    def account(self, zone: ZoneInfo, *, earlier: TicketKey | None = None) -> Account:
        """What a page tells."""
        return Account(
            problem=self.case.problem,
            evidence=self.case.evidence,
            quotes=most_unlike(self.texts, MOST_QUOTES),
            services=self.services,
            codes=count_codes(self.texts),
            trend=self.trend(zone),
            earlier=earlier,
            links=self.links,
        )

    def trend(self, zone: ZoneInfo) -> str | None:
        """How the reports fall over time."""
        return say_trend(self.times, zone, now=self.case.now)


def earlier_ticket(ticket: Ticket | None, tracker: str) -> TicketKey | None:
    """The ticket that one opened now goes on from, if it is still there."""
    is_there = ticket is not None and ticket.tracker == tracker and ticket.status_name != GONE
    return ticket.key if ticket is not None and is_there else None


async def read_ticket_facts(work: UnitOfWork, item: OutboxItem, rules: RulesOf, *, now: datetime) -> TicketFacts:
    """Raises UnknownProblemError."""
    problem = None if item.problem is None else await work.problems.get(ProblemId(item.problem))
    if problem is None:
        raise UnknownProblemError(f"No problem is stored with the id {item.problem}.")
    policy = rules(problem.desk).policy
    ticket = await work.tickets.of_problem(problem.id)
    case = Case(
        evidence=await read_recurrence(work.problems, problem, policy, now=now),
        problem=problem,
        ticket=ticket,
        policy=policy,
        now=now,
        signs=await read_signs(work.problems, problem),
    )
    return TicketFacts(
        case=case,
        texts=tuple(await work.problems.quotes(problem.id, _TEXTS)),
        services=tuple(await work.problems.services(problem.id)),
        times=tuple(await work.problems.occurrences(problem.id, since=now - WINDOW)),
        links=tuple((await work.problems.links(problem.id, _LINKS)).values()),
    )
