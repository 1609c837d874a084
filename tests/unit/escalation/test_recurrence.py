from datetime import timedelta

import pytest

from escalation.policy import Policy
from escalation.recurrence import weigh
from escalation.wording import say_date, say_ordinal, say_span
from tests.unit.escalation.builders import DAY, HOUR, MINUTE, NOW, make_tally

POLICY = Policy()


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (113, "113th"), (1021, "1,021st")],
)
def test_an_ordinal_is_written_as_it_is_spoken(number: int, words: str) -> None:
    assert say_ordinal(number) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "1 minute"),
        (HOUR, "1 hour"),
        (HOUR + MINUTE, "2 hours"),
        (DAY, "24 hours"),
        (DAY + MINUTE, "2 days"),
    ],
)
def test_a_span_is_rounded_up_in_the_unit_that_suits_it(span: timedelta, words: str) -> None:
    assert say_span(span) == words


def test_a_date_of_another_year_names_the_year() -> None:
    assert (say_date(NOW - 2 * DAY, now=NOW), say_date(NOW - 365 * DAY, now=NOW)) == ("10 March", "12 March 2025")


def test_the_rate_of_a_problem_younger_than_a_day_is_not_blown_up() -> None:
    evidence = weigh(make_tally(6, first_seen=NOW - HOUR), fixed_at=None, policy=POLICY)
    assert evidence.rate_per_day == 6.0


@pytest.mark.parametrize(
    ("after_fix", "still_broken", "words"),
    [
        (1, 0, None),
        (0, 1, None),
        (2, 0, "2 reports since 9 March"),
        (1, 1, "1 report and 1 “still broken” since 9 March"),
        (0, 2, "2 “still broken” since 9 March"),
    ],
)
def test_a_report_after_the_fix_and_a_still_broken_weigh_the_same(
    after_fix: int, still_broken: int, words: str | None
) -> None:
    tally = make_tally(9, after_fix=after_fix, still_broken=still_broken)
    regression = weigh(tally, fixed_at=NOW - 3 * DAY, policy=POLICY).regression
    assert (regression.words if regression else None) == words


def test_what_was_never_fixed_does_not_come_back() -> None:
    assert weigh(make_tally(9, after_fix=5), fixed_at=None, policy=POLICY).regression is None
