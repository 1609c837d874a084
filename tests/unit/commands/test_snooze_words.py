from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BadInputError
from bot.snooze_words import parse_snooze
from escalation.values import PersonId, Snooze

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
ANA = PersonId("web:ana")


def snooze(words: str, zone: str = "UTC") -> Snooze:
    return parse_snooze(words, now=NOW, by=ANA, zone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("words", "span"), [("3d", timedelta(3)), ("for 12h", timedelta(hours=12)), ("2w", timedelta(14))]
)
def test_a_span_ends_so_long_from_now(words: str, span: timedelta) -> None:
    assert snooze(words) == Snooze(since=NOW, by=ANA, until=NOW + span)


def test_a_date_is_the_beginning_of_that_day_where_the_desk_is() -> None:
    assert snooze("until 2026-12-01", "America/New_York").until == datetime(2026, 12, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("words", ["10 reports", "10 more reports", "Until 10 reports"])
def test_a_number_of_reports_ends_it(words: str) -> None:
    assert snooze(words) == Snooze(since=NOW, by=ANA, more_reports=10)


def test_a_number_of_agents_ends_it() -> None:
    assert snooze("1 agent") == Snooze(since=NOW, by=ANA, more_agents=1)


def test_a_spike_ends_it() -> None:
    assert snooze("until it spikes") == Snooze(since=NOW, by=ANA, until_spike=True)


@pytest.mark.parametrize("words", ["", "soon", "0 reports", "0d", "2026-13-01", "20261201", "-3d", "10"])
def test_anything_else_is_refused_with_the_right_forms(words: str) -> None:
    with pytest.raises(BadInputError, match="3d") as refused:
        snooze(words)
    assert refused.value.field == "until"


def test_a_date_before_all_time_is_refused() -> None:
    with pytest.raises(BadInputError, match="too far"):
        snooze("0001-01-01", "Asia/Tokyo")
