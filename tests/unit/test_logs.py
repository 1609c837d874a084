import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logs
from bot.settings import LogFormat, LogLevel, Settings


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    # basicConfig closes what it takes off, and pytest's own handlers are still needed.
    root.handlers = []
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def settings(log_format: LogFormat, log_level: LogLevel = LogLevel.INFO) -> Settings:
    return Settings(log_format=log_format, log_level=log_level)


def test_an_event_is_one_line_of_json_with_its_time_in_utc() -> None:
    stream = io.StringIO()
    set_up_logs(settings(LogFormat.JSON), stream=stream)
    structlog.get_logger("bot.intake").info("report_stored", report=7)
    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)
    assert event["timestamp"].endswith("Z")
    assert {name: event[name] for name in ("event", "report", "level", "logger")} == {
        "event": "report_stored",
        "report": 7,
        "level": "info",
        "logger": "bot.intake",
    }


def test_what_libraries_log_looks_the_same() -> None:
    stream = io.StringIO()
    set_up_logs(settings(LogFormat.JSON), stream=stream)
    logging.getLogger("uvicorn.error").warning("slow %s", "start")
    assert json.loads(stream.getvalue())["event"] == "slow start"


def test_less_important_events_than_asked_for_are_left_out() -> None:
    stream = io.StringIO()
    set_up_logs(settings(LogFormat.JSON, LogLevel.WARNING), stream=stream)
    structlog.get_logger("bot").info("report_stored")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("log_format", [LogFormat.JSON, LogFormat.CONSOLE])
def test_an_error_is_told_without_the_values_of_variables(log_format: LogFormat) -> None:
    stream = io.StringIO()
    set_up_logs(settings(log_format), stream=stream)
    text = " ".join(sorted(["declined", "card", "is"]))
    try:
        int(text[:4])
    except ValueError:
        structlog.get_logger("bot").exception("act_failed")
    assert "ValueError" in stream.getvalue()
    assert text not in stream.getvalue()


def test_setting_up_twice_logs_once() -> None:
    stream = io.StringIO()
    for _ in range(2):
        set_up_logs(settings(LogFormat.JSON), stream=stream)
    structlog.get_logger("bot").info("report_stored")
    assert len(stream.getvalue().splitlines()) == 1
