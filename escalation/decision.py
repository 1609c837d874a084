"""What to do about a problem's ticket now: an ordered table of named rules, of which the first that applies wins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from escalation.case import Case, last_told
from escalation.policy import Action, Level
from escalation.values import DeclineReason, Priority, ProblemStatus
from escalation.wording import say_count, say_date, say_span


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What to do, by which rule, and why in words. `priority` is the least that the ticket should have.

    `not_before` is set for a bump that is due but would come too soon after the last: it waits until then.
    """

    action: Action
    rule: str
    reason: str
    priority: Priority
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: its name, what to do, and when. `when` gives the reason in words if the rule applies, else None."""

    name: str
    action: Action
    when: Callable[[Case], str | None]


def decide(case: Case) -> Decision:
    """The decision of the first rule that applies."""
    rule, reason = next((rule, reason) for rule in RULES if (reason := rule.when(case)) is not None)
    return Decision(
        action=rule.action,
        rule=rule.name,
        reason=reason,
        priority=case.priority,
        not_before=case.bump_not_before if rule.action is Action.BUMP else None,
    )


def _only_groups(case: Case) -> str | None:
    return "this desk only groups and counts" if case.policy.level == Level.GROUP else None


def _merged(case: Case) -> str | None:
    return "its reports are in another problem now" if case.problem.merged_into is not None else None


def _nothing_counts(case: Case) -> str | None:
    if case.evidence.reports:
        return None
    return "only test reports" if case.evidence.tests else "no report that counts"


def _asking(case: Case) -> str | None:
    return "its agent is being asked where the report belongs" if case.asking else None


def _asleep_with_step(case: Case) -> str | None:
    return _step_passed(case) if case.problem.status is ProblemStatus.SNOOZED else None


def _asleep(case: Case) -> str | None:
    return "it is snoozed" if case.problem.status is ProblemStatus.SNOOZED else None


def _duplicate(case: Case) -> str | None:
    is_duplicate = case.problem.status.is_ended and case.problem.decline_reason is DeclineReason.DUPLICATE
    return "it was declined as a duplicate, which never comes back by itself" if is_duplicate else None


def _left_to_triager(case: Case) -> str | None:
    return None if case.acts_unasked else _back(case)


def _back_without_ticket(case: Case) -> str | None:
    return _back(case) if case.ticket is None else None


def _back_in_time(case: Case) -> str | None:
    is_young = case.live_ticket is not None or case.now - case.ended_at <= case.policy.reopen_within
    return _back(case) if is_young else None


def _back(case: Case) -> str | None:
    """Signs of its return, whatever is to be done about it."""
    problem, evidence = case.problem, case.evidence
    if not problem.status.is_ended:
        return None
    if case.is_declined:
        count, since = evidence.since_status, say_date(problem.status_since, now=case.now)
        words = f"{say_count(count, 'more report')} since it was declined on {since}"
        return words if count >= case.policy.reopen_declined_reports else None
    return f"came back after the fix: {evidence.regression.words}" if evidence.regression else None


def _ended(case: Case) -> str | None:
    if not case.problem.status.is_ended:
        return None
    return f"it is {case.problem.status}, and too little says that it is back"


def _enough_reports(case: Case) -> str | None:
    least = case.policy.open_reports
    if case.live_ticket or least is None or case.evidence.reports < least:
        return None
    return say_count(case.evidence.reports, "report")


def _enough_agents(case: Case) -> str | None:
    least = case.policy.open_agents
    if case.live_ticket or least is None or case.evidence.recent_agents < least:
        return None
    return f"{say_count(case.evidence.recent_agents, 'agent')} within {say_span(case.policy.agents_window)}"


def _severe(case: Case) -> str | None:
    least, worst = case.policy.open_severity, case.evidence.worst
    if case.live_ticket or least is None or worst is None or worst < least:
        return None
    return f"severity {worst.name.lower()}"


def _spikes_without_ticket(case: Case) -> str | None:
    if case.live_ticket or not case.acts_unasked or case.evidence.spike is None:
        return None
    return f"spike: {case.evidence.spike.words}"


def _step_passed(case: Case) -> str | None:
    ticket = case.live_ticket
    if ticket is None:
        return None
    passed = [step for step in case.policy.bump_steps if ticket.bumped_reports < step <= case.evidence.reports]
    return f"{say_count(case.evidence.reports, 'report')}, past the step of {max(passed):,}" if passed else None


def _spikes_again(case: Case) -> str | None:
    """Once per spike: a bump within the window, or the opening itself, has told of it."""
    ticket, spike = case.live_ticket, case.evidence.spike
    if ticket is None or spike is None or not case.acts_unasked:
        return None
    return f"spike: {spike.words}" if case.now - last_told(ticket) >= case.policy.spike_window else None


def _new_sign(case: Case) -> str | None:
    """A code or a service that the ticket does not name yet: the failure is wider, or another, than IT was told."""
    if case.live_ticket is None or not case.untold:
        return None
    return f"reported for the first time: {', '.join(case.untold)}"


def _more_urgent(case: Case) -> str | None:
    ticket = case.live_ticket
    urgency = case.urgency
    if ticket is None or not case.acts_unasked or urgency <= max(ticket.priority, ticket.asked_priority):
        return None
    return f"its priority is {urgency.name.lower()} now"


def _has_ticket(case: Case) -> str | None:
    return "nothing that its ticket does not tell" if case.live_ticket else None


def _too_little(case: Case) -> str | None:
    least = case.policy.open_reports
    count = say_count(case.evidence.reports, "report")
    return f"{count} of the {least} that open a ticket" if least is not None else f"{count}, too little for a ticket"


RULES = (
    Rule("level 1", Action.NONE, _only_groups),
    Rule("merged", Action.NONE, _merged),
    Rule("nothing counts", Action.NONE, _nothing_counts),
    Rule("asking", Action.NONE, _asking),
    Rule("snoozed, step", Action.BUMP, _asleep_with_step),
    Rule("snoozed", Action.NONE, _asleep),
    Rule("duplicate", Action.NONE, _duplicate),
    Rule("back, level 2", Action.PROPOSE_REOPEN, _left_to_triager),
    Rule("back, no ticket", Action.OPEN, _back_without_ticket),
    Rule("back, young", Action.REOPEN, _back_in_time),
    Rule("back, old", Action.OPEN_LINKED, _back),
    Rule("ended", Action.NONE, _ended),
    Rule("reports", Action.OPEN, _enough_reports),
    Rule("agents", Action.OPEN, _enough_agents),
    Rule("severity", Action.OPEN, _severe),
    Rule("spike", Action.OPEN, _spikes_without_ticket),
    Rule("step", Action.BUMP, _step_passed),
    Rule("spike again", Action.BUMP, _spikes_again),
    Rule("new code or service", Action.BUMP, _new_sign),
    Rule("priority", Action.BUMP, _more_urgent),
    Rule("told", Action.NONE, _has_ticket),
    Rule("too little", Action.NONE, _too_little),
)
