from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from dedupe.values import ProblemId
from escalation.case import Case
from escalation.decision import RULES, decide
from escalation.policy import Action, Level, Policy
from escalation.values import DeclineReason, Priority, ProblemStatus, Severity, TicketStatus
from tests.unit.escalation.builders import DAY, HOUR, MINUTE, NOW, make_case, make_problem, make_tally, make_ticket

ASLEEP, FIXED, CLOSED, DECLINED = (
    ProblemStatus.SNOOZED,
    ProblemStatus.FIXED,
    ProblemStatus.CLOSED,
    ProblemStatus.DECLINED,
)
LEVEL_1 = Policy(level=Level.GROUP)
LEVEL_2 = Policy(level=Level.TICKETS)
NEVER = Policy(open_reports=None, open_agents=None, open_severity=None)
BACK = make_tally(9, after_fix=2, after_fix_agents=2)
DONE = make_ticket(9, TicketStatus.DONE)


def declined(reason: DeclineReason | None = DeclineReason.WONT_FIX, **fields: Any) -> Any:
    return make_problem(DECLINED, decline_reason=reason, **fields)


def fixed_for(age: timedelta, status: ProblemStatus = FIXED) -> Any:
    return make_problem(status, fixed_at=NOW - age, status_since=NOW - age)


SEVEN = frozenset({"ERR-7"})
TABLE: dict[str, list[tuple[Case, Action]]] = {
    "level 1": [
        (
            make_case(make_tally(500, recent=400, worst=Severity.CRITICAL), policy=Policy(level=Level.GROUP)),
            Action.NONE,
        ),
        (make_case(BACK, problem=fixed_for(DAY), ticket=DONE, policy=Policy(level=Level.GROUP)), Action.NONE),
    ],
    "merged": [(make_case(make_tally(9), problem=make_problem(merged_into=ProblemId(3))), Action.NONE)],
    "nothing counts": [
        (make_case(make_tally(0)), Action.NONE),
        (make_case(make_tally(0, tests=9)), Action.NONE),
    ],
    "asking": [(make_case(make_tally(1, worst=Severity.CRITICAL), asking=True), Action.NONE)],
    "snoozed, step": [
        (make_case(make_tally(5), problem=make_problem(ASLEEP), ticket=make_ticket(4)), Action.BUMP),
    ],
    "snoozed": [
        (make_case(make_tally(50, recent=40), problem=make_problem(ASLEEP)), Action.NONE),
        (make_case(make_tally(6, recent=6), problem=make_problem(ASLEEP), ticket=make_ticket(5)), Action.NONE),
    ],
    "duplicate": [
        (make_case(make_tally(99, since_status=90), problem=declined(DeclineReason.DUPLICATE)), Action.NONE),
    ],
    "back, level 2": [
        (make_case(BACK, problem=fixed_for(DAY), ticket=DONE, policy=LEVEL_2), Action.PROPOSE_REOPEN),
        (make_case(BACK, problem=fixed_for(DAY), policy=LEVEL_2), Action.PROPOSE_REOPEN),
        (make_case(make_tally(30, since_status=10), problem=declined(), policy=LEVEL_2), Action.PROPOSE_REOPEN),
    ],
    "back, no ticket": [(make_case(BACK, problem=fixed_for(DAY)), Action.OPEN)],
    "back, young": [
        (make_case(BACK, problem=fixed_for(14 * DAY), ticket=DONE), Action.REOPEN),
        (make_case(BACK, problem=fixed_for(DAY, CLOSED), ticket=DONE), Action.REOPEN),
        (make_case(BACK, problem=fixed_for(90 * DAY), ticket=make_ticket(9)), Action.REOPEN),
        (make_case(make_tally(9, still_broken=2), problem=fixed_for(HOUR), ticket=DONE), Action.REOPEN),
        (make_case(make_tally(30, since_status=10), problem=declined(), ticket=DONE), Action.REOPEN),
        (make_case(make_tally(30, since_status=10), problem=declined(None), ticket=DONE), Action.REOPEN),
    ],
    "back, old": [
        (make_case(BACK, problem=fixed_for(14 * DAY + MINUTE), ticket=DONE), Action.OPEN_LINKED),
        (
            make_case(make_tally(30, since_status=10), problem=declined(status_since=NOW - 15 * DAY), ticket=DONE),
            Action.OPEN_LINKED,
        ),
    ],
    "ended": [
        (make_case(make_tally(500, recent=300, after_fix=1), problem=fixed_for(DAY), ticket=DONE), Action.NONE),
        (make_case(make_tally(500, since_status=9), problem=declined(), ticket=DONE), Action.NONE),
        (make_case(make_tally(500, since_status=9), problem=declined(None)), Action.NONE),
    ],
    "reports": [
        (make_case(make_tally(3)), Action.OPEN),
        (make_case(make_tally(3), policy=LEVEL_2), Action.OPEN),
        (make_case(make_tally(3), ticket=DONE), Action.OPEN),
    ],
    "agents": [(make_case(make_tally(2, recent_agents=2)), Action.OPEN)],
    "severity": [(make_case(make_tally(1, worst=Severity.CRITICAL)), Action.OPEN)],
    "spike": [(make_case(make_tally(4, recent=4), policy=NEVER), Action.OPEN)],
    "step": [
        (make_case(make_tally(5), ticket=make_ticket(3)), Action.BUMP),
        (make_case(make_tally(26), ticket=make_ticket(3), policy=LEVEL_2), Action.BUMP),
    ],
    "spike again": [
        (make_case(make_tally(8, recent=4), ticket=make_ticket(7, bumped_at=NOW - HOUR)), Action.BUMP),
    ],
    "new code or service": [
        (make_case(make_tally(4), ticket=make_ticket(3), signs=frozenset({"ERR-7"})), Action.BUMP),
    ],
    "priority": [
        (make_case(make_tally(4, worst=Severity.CRITICAL), ticket=make_ticket(3)), Action.BUMP),
        (make_case(make_tally(11), ticket=make_ticket(10)), Action.BUMP),
    ],
    "told": [
        (make_case(make_tally(4), ticket=make_ticket(3)), Action.NONE),
        (
            make_case(
                make_tally(4), ticket=replace(make_ticket(3), told=frozenset({"ERR-7"})), signs=frozenset({"ERR-7"})
            ),
            Action.NONE,
        ),
        (make_case(make_tally(2_000), ticket=make_ticket(1_000, priority=Priority.HIGHEST)), Action.NONE),
        (make_case(make_tally(8, recent=8), ticket=make_ticket(7, bumped_at=NOW - 59 * MINUTE)), Action.NONE),
        (make_case(make_tally(8, recent=8), ticket=make_ticket(7), policy=LEVEL_2), Action.NONE),
        (make_case(make_tally(4, worst=Severity.CRITICAL), ticket=make_ticket(3), policy=LEVEL_2), Action.NONE),
        (
            make_case(make_tally(11), ticket=make_ticket(10, priority=Priority.LOW, asked_priority=Priority.HIGH)),
            Action.NONE,
        ),
    ],
    "too little": [
        (make_case(make_tally(2, recent_agents=1)), Action.NONE),
        (make_case(make_tally(99), policy=NEVER), Action.NONE),
        (make_case(make_tally(4, recent=4), policy=replace(NEVER, level=Level.TICKETS)), Action.NONE),
    ],
}
ROWS = [
    pytest.param(rule, case, action, id=f"{rule}-{i}") for rule in TABLE for i, (case, action) in enumerate(TABLE[rule])
]


@pytest.mark.parametrize(("rule", "case", "action"), ROWS)
def test_the_first_rule_that_applies_decides(rule: str, case: Case, action: Action) -> None:
    decision = decide(case)
    assert (decision.rule, decision.action) == (rule, action)


def test_every_rule_has_its_rows_in_the_table() -> None:
    assert list(TABLE) == [rule.name for rule in RULES]


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (make_case(make_tally(2, recent_agents=2)), "2 agents within 24 hours"),
        (make_case(make_tally(3)), "3 reports"),
        (make_case(make_tally(1, worst=Severity.CRITICAL)), "severity critical"),
        (make_case(make_tally(0, tests=2)), "only test reports"),
        (make_case(make_tally(2)), "2 reports of the 3 that open a ticket"),
        (make_case(make_tally(12), ticket=make_ticket(3)), "12 reports, past the step of 10"),
        (
            make_case(make_tally(4), ticket=make_ticket(3), signs=frozenset({"ERR-7", "Website"})),
            "reported for the first time: ERR-7, Website",
        ),
        (
            make_case(make_tally(9, after_fix=3), problem=fixed_for(2 * DAY), ticket=DONE),
            "came back after the fix: 3 reports since 10 March",
        ),
        (
            make_case(make_tally(40, since_status=11), problem=declined(), ticket=DONE),
            "11 more reports since it was declined on 10 March",
        ),
    ],
)
def test_a_decision_gives_its_reason_in_words(case: Case, reason: str) -> None:
    assert decide(case).reason == reason


@pytest.mark.parametrize(
    ("ticket", "not_before"),
    [
        (make_ticket(3, bumped_at=NOW - 4 * MINUTE), NOW + 6 * MINUTE),
        (make_ticket(3, opened_at=NOW - MINUTE), NOW + 9 * MINUTE),
        (make_ticket(3, bumped_at=NOW - 10 * MINUTE), None),
    ],
)
def test_a_bump_within_the_interval_is_put_off_not_lost(ticket: Any, not_before: Any) -> None:
    decision = decide(make_case(make_tally(5), ticket=ticket))
    assert (decision.action, decision.not_before) == (Action.BUMP, not_before)


@pytest.mark.parametrize(
    ("reports", "worst", "level", "priority"),
    [
        (3, Severity.LOW, Level.UNASKED, Priority.LOW),
        (3, Severity.NORMAL, Level.UNASKED, Priority.MEDIUM),
        (3, Severity.HIGH, Level.UNASKED, Priority.HIGH),
        (3, Severity.CRITICAL, Level.UNASKED, Priority.HIGHEST),
        (10, Severity.LOW, Level.UNASKED, Priority.HIGH),
        (50, Severity.LOW, Level.UNASKED, Priority.HIGHEST),
        (50, Severity.LOW, Level.TICKETS, Priority.LOW),
    ],
)
def test_priority_comes_of_severity_and_at_level_3_of_numbers(
    reports: int, worst: Severity, level: Level, priority: Priority
) -> None:
    assert decide(make_case(make_tally(reports, worst=worst), policy=Policy(level=level))).priority == priority


def test_a_ticket_more_urgent_than_the_evidence_keeps_its_priority() -> None:
    ticket = make_ticket(3, priority=Priority.HIGHEST, asked_priority=Priority.MEDIUM)
    assert decide(make_case(make_tally(10), ticket=ticket)).priority is Priority.HIGHEST


def test_what_people_lowered_at_the_tracker_is_not_raised_for_the_old_reason() -> None:
    ticket = make_ticket(10, priority=Priority.LOW, asked_priority=Priority.HIGH)
    assert decide(make_case(make_tally(25), ticket=ticket)).priority is Priority.LOW


def every_case() -> list[Case]:
    tallies = [
        make_tally(reports, tests=1, recent=recent, after_fix=after, since_status=after, worst=worst)
        for reports, recent, after, worst in product((0, 1, 40), (0, 30), (0, 30), (Severity.LOW, Severity.CRITICAL))
    ]
    tickets = [None, make_ticket(1), DONE]
    return [
        make_case(tally, problem=make_problem(status), ticket=ticket, policy=Policy(level=level), asking=asking)
        for tally, status, ticket, level, asking in product(tallies, ProblemStatus, tickets, Level, (False, True))
    ]


def test_no_case_is_without_a_decision_that_keeps_the_levels_promise() -> None:
    for case in every_case():
        decision = decide(case)
        assert decision.reason
        if case.policy.level is Level.GROUP or case.asking or not case.evidence.reports:
            assert decision.action is Action.NONE
        if case.policy.level is Level.TICKETS and case.problem.status.is_ended:
            assert decision.action in {Action.NONE, Action.PROPOSE_REOPEN}
        if case.problem.status is ASLEEP:
            assert decision.action in {Action.NONE, Action.BUMP}
        if decision.action is Action.BUMP:
            assert case.live_ticket is not None
        assert case.ticket is None or decision.priority >= case.ticket.priority
