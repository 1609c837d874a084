from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import recurrence_words
from bot.ports import Counts

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("reports", "agents", "age", "place", "words"),
    [
        (1, 1, HOUR, 1, "first report"),
        (2, 1, 20 * MINUTE, 2, "2nd report in 20 minutes (1 agent)"),
        (7, 5, 3 * DAY - HOUR, 7, "7th report in 3 days (5 agents)"),
        (7, 5, 3 * DAY, 3, "3rd of 7 reports in 3 days (5 agents)"),
        (7, 5, 3 * DAY, None, "7 reports in 3 days (5 agents)"),
        (23, 9, 61 * DAY, 23, "23rd report in 9 weeks (9 agents)"),
    ],
)
def test_a_card_says_which_report_it_is_of_how_many_in_how_long(
    reports: int, agents: int, age: timedelta, place: int | None, words: str
) -> None:
    counts = Counts(reports=reports, agents=agents, customers=0, first_seen=NOW - age, last_seen=NOW)
    assert recurrence_words(counts, place=place) == words


def test_a_problem_with_test_reports_only_has_none_that_count() -> None:
    assert recurrence_words(None) == "no reports that count"
