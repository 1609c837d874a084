"""What wakes a sleeping problem."""

from datetime import datetime

from escalation.recurrence import Recurrence
from escalation.values import Problem
from escalation.wording import say_count


def wake_reason(problem: Problem, evidence: Recurrence, *, now: datetime) -> str | None:
    """Why the problem wakes now, in words; None while it sleeps on, or is not asleep.

    The first of the conditions that are set to come true wakes it. One without any sleeps until somebody wakes it.
    """
    snooze = problem.snooze
    if snooze is None:
        return None
    if snooze.until is not None and now >= snooze.until:
        return "its date has come"
    more_reports = evidence.reports - snooze.reports_then
    if snooze.more_reports is not None and more_reports >= snooze.more_reports:
        return f"{say_count(more_reports, 'more report')} since it was snoozed"
    more_agents = evidence.agents - snooze.agents_then
    if snooze.more_agents is not None and more_agents >= snooze.more_agents:
        return f"{say_count(more_agents, 'more agent')} since it was snoozed"
    if snooze.until_spike and evidence.spike is not None:
        return f"it spikes: {evidence.spike.words}"
    return None
