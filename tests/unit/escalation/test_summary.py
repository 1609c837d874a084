from datetime import timedelta
from zoneinfo import ZoneInfo

from escalation.summary import TITLE_LENGTH, compose_title, count_codes, most_typical, most_unlike
from escalation.trend import say_trend, sparkline
from tests.unit.escalation.builders import DAY, HOUR, NOW, make_problem

UTC_ZONE = ZoneInfo("UTC")
TEXTS = [
    "mrs smith says it does not work",
    "card payment fails at the last step",
    "card payment fails last step ERR-4012",
    "payment by card fails at the last step, ERR-4012 again",
]


def test_the_summary_is_the_words_most_reports_share_with_their_service_and_code() -> None:
    title = compose_title(make_problem(title=TEXTS[0]), TEXTS, ["Checkout"], ["ERR-4012"])
    assert title == "Checkout: card payment fails at the last step (ERR-4012)"


def test_the_summary_says_nothing_twice() -> None:
    problem = make_problem(title="Payments page shows ERR-4012")
    assert compose_title(problem, ["Payments page shows ERR-4012"], ["Payments"], ["ERR-4012"]) == problem.title


def test_a_long_summary_is_cut_at_a_word_and_keeps_its_code() -> None:
    title = compose_title(make_problem(title="reader " * 40), codes=["ERR-7"])
    assert len(title) <= TITLE_LENGTH
    assert title.endswith("reader… (ERR-7)")


def test_too_few_texts_have_no_typical_one() -> None:
    assert most_typical(TEXTS[:2]) is None


def test_quotes_differ_and_keep_their_order() -> None:
    texts = ["card fails", "card fails again", "screen is black", "card fails", "no receipt by mail"]
    assert most_unlike(texts, 3) == ["card fails", "screen is black", "no receipt by mail"]
    assert most_unlike(texts[:2], 3) == texts[:2]


def test_codes_are_counted() -> None:
    assert count_codes([*TEXTS, "now it says APP-77"]) == ["ERR-4012", "APP-77"]


def test_bars_are_as_high_as_their_share_and_one_is_seen() -> None:
    assert sparkline([0, 1, 50, 100]) == "▁▂▅█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""


def test_a_young_problem_is_drawn_by_the_hour() -> None:
    trend = say_trend([NOW - 3 * HOUR, NOW, NOW], UTC_ZONE, now=NOW)
    assert trend == "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▅▁▁█ (last 24 hours, 2 reports in the last one)"


def test_an_older_one_is_drawn_by_the_day_of_its_zone() -> None:
    midnight = NOW.replace(hour=23, minute=30) - DAY
    trend = say_trend([NOW - 13 * DAY, midnight], ZoneInfo("Europe/Berlin"), now=NOW)
    assert trend == "█▁▁▁▁▁▁▁▁▁▁▁▁█ (last 14 days, 1 report today)"


def test_no_report_draws_nothing() -> None:
    assert say_trend([], UTC_ZONE, now=NOW + timedelta()) is None
