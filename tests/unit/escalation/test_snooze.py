from typing import Any

import pytest

from escalation.policy import Policy
from escalation.recurrence import weigh
from escalation.snooze import wake_reason
from escalation.values import PersonId, ProblemStatus, Snooze
from tests.unit.escalation.builders import DAY, MINUTE, NOW, make_problem, make_tally


@pytest.mark.parametrize(
    ("conditions", "counts", "reason"),
    [
        ({}, {"recent": 50}, None),
        ({"until": NOW + MINUTE}, {}, None),
        ({"until": NOW}, {}, "its date has come"),
        ({"more_reports": 3, "reports_then": 6}, {}, None),
        ({"more_reports": 3, "reports_then": 5}, {}, "3 more reports since it was snoozed"),
        ({"more_agents": 1, "agents_then": 8}, {}, None),
        ({"more_agents": 1, "agents_then": 7}, {}, "1 more agent since it was snoozed"),
        ({"until_spike": True}, {"recent": 3}, None),
        ({"until_spike": True}, {"recent": 4}, "it spikes: 4 reports within 1 hour, against none in the 7 days before"),
        ({"until": NOW + DAY, "more_reports": 8}, {}, "8 more reports since it was snoozed"),
    ],
)
def test_the_first_condition_to_come_true_wakes_it(
    conditions: dict[str, Any], counts: dict[str, int], reason: str | None
) -> None:
    snooze = Snooze(since=NOW - DAY, by=PersonId("web:tia"), **conditions)
    problem = make_problem(ProblemStatus.SNOOZED, snooze=snooze)
    evidence = weigh(make_tally(8, **counts), fixed_at=None, policy=Policy())
    assert wake_reason(problem, evidence, now=NOW) == reason


def test_what_is_awake_is_not_woken() -> None:
    evidence = weigh(make_tally(100, recent=100), fixed_at=None, policy=Policy())
    assert wake_reason(make_problem(), evidence, now=NOW) is None
