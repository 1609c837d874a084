"""All that a decision about a problem's ticket may look at."""

from dataclasses import dataclass
from datetime import datetime

from escalation.policy import Level, Policy
from escalation.recurrence import Recurrence
from escalation.values import Priority, Problem, ProblemStatus, Severity, Ticket, TicketStatus

_URGENCY = {
    Severity.LOW: Priority.LOW,
    Severity.NORMAL: Priority.MEDIUM,
    Severity.HIGH: Priority.HIGH,
    Severity.CRITICAL: Priority.HIGHEST,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A problem with its evidence and its newest ticket, under its desk's policy.

    `asking`: the agent of its only report is being asked where that belongs. `signs` are the codes and services that
    its latest reports name, where it has a ticket to tell them.
    """

    evidence: Recurrence
    problem: Problem
    ticket: Ticket | None
    policy: Policy
    now: datetime
    asking: bool = False
    signs: frozenset[str] = frozenset()

    @property
    def live_ticket(self) -> Ticket | None:
        """The ticket, if somebody may still work on it."""
        return self.ticket if self.ticket is not None and self.ticket.status is not TicketStatus.DONE else None

    @property
    def acts_unasked(self) -> bool:
        """Whether spikes, regressions and priorities act by themselves here."""
        return self.policy.level >= Level.UNASKED

    @property
    def is_declined(self) -> bool:
        """Whether the problem ended without a fix."""
        return self.problem.status is ProblemStatus.DECLINED or self.problem.decline_reason is not None

    @property
    def ended_at(self) -> datetime:
        """When work on an ended problem ended: with its fix, or with its decline."""
        return (None if self.is_declined else self.problem.fixed_at) or self.problem.status_since

    @property
    def bump_not_before(self) -> datetime | None:
        """When the next bump may be, if that is not yet."""
        if self.ticket is None:
            return None
        earliest = last_told(self.ticket) + self.policy.bump_interval
        return earliest if earliest > self.now else None

    @property
    def urgency(self) -> Priority:
        """From the worst severity, and where priorities act by themselves from the number of reports."""
        worst = self.evidence.worst
        urgency = Priority.MEDIUM if worst is None else _URGENCY[worst]
        if not self.acts_unasked:
            return urgency
        steps = self.policy.priority_steps.items()
        return max([urgency, *(priority for step, priority in steps if step <= self.evidence.reports)])

    @property
    def untold(self) -> list[str]:
        """Codes and services that its ticket was not told of."""
        return sorted(self.signs - self.ticket.told) if self.ticket is not None else []

    @property
    def priority(self) -> Priority:
        """What to ask of the ticket: no less than it has, and nothing that was asked for before and lowered since."""
        if self.ticket is None:
            return self.urgency
        is_news = self.urgency > self.ticket.asked_priority
        return max(self.urgency, self.ticket.priority) if is_news else self.ticket.priority


def last_told(ticket: Ticket) -> datetime:
    """When the ticket last told how many reports there are."""
    return ticket.bumped_at or ticket.opened_at
