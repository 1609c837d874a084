from datetime import UTC, datetime, timedelta

from adapters.slack.pace import Pace

NOW = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_channel_takes_one_message_a_second() -> None:
    pace = Pace(Clock())
    assert [pace.take("C1", post).total_seconds() for post in ("a", "b", "c")] == [0, 1, 2]
    assert pace.take("C2", "d").total_seconds() == 0


def test_a_channel_that_rested_takes_the_next_at_once() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.take("C1", "a")
    clock.now += timedelta(seconds=1)
    assert pace.take("C1", "b").total_seconds() == 0


def test_who_comes_back_has_kept_its_turn() -> None:
    clock = Clock()
    pace = Pace(clock)
    for post in ("a", "b", "c"):
        pace.take("C1", post)
    clock.now += timedelta(seconds=1)
    assert [pace.take("C1", post).total_seconds() for post in ("d", "b")] == [2, 0]


def test_those_who_come_late_for_their_turns_do_not_post_together() -> None:
    clock = Clock()
    pace = Pace(clock)
    for post in ("a", "b", "c"):
        pace.take("C1", post)
    clock.now += timedelta(seconds=30)
    assert [pace.take("C1", post).total_seconds() for post in ("b", "c")] == [0, 1]


def test_what_slack_asked_to_be_left_alone_is_left_alone_in_that_method_and_channel() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.close("chat.update", "C1", timedelta(seconds=30))
    assert pace.closed_for("chat.update", "C1") == timedelta(seconds=30)
    assert pace.closed_for("chat.update", "C2") is None
    assert pace.closed_for("chat.postMessage", "C1") is None
    clock.now += timedelta(seconds=30)
    assert pace.closed_for("chat.update", "C1") is None
