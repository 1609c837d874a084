"""Numbers, times and texts as people read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEKS_FROM = timedelta(days=60)
_TEENS = range(11, 14)


def say_count(number: int, noun: str) -> str:
    """Such as "1 report", "3 reports"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say_ordinal(number: int) -> str:
    """Such as "1st", "7th", "112th"."""
    suffix = "th" if number % 100 in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


def say_span(span: timedelta) -> str:
    """A length of time, rounded up to the unit that suits it: "25 minutes", "5 hours", "3 days", "9 weeks"."""
    if span < _HOUR:
        return _say_units(span, timedelta(minutes=1), "minute")
    if span <= _DAY:
        return _say_units(span, _HOUR, "hour")
    if span <= _WEEKS_FROM:
        return _say_units(span, _DAY, "day")
    return _say_units(span, 7 * _DAY, "week")


def say_date(moment: datetime, *, now: datetime) -> str:
    """Such as "10 March", with the year if it is not this one. Both in UTC."""
    day = f"{moment.day} {moment:%B}"
    return day if moment.year == now.year else f"{day} {moment.year}"


def say_time(moment: datetime, zone: ZoneInfo) -> str:
    """Such as "10 March 2026, 09:10 CET"."""
    there = moment.astimezone(zone)
    return f"{there.day} {there:%B %Y, %H:%M %Z}"


def shorten(text: str, limit: int) -> str:
    """The text in one line, cut at a word where it is longer than the limit, with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > limit // 2 else cut).rstrip(" ,;:.-") + "…"


def _say_units(span: timedelta, unit: timedelta, noun: str) -> str:
    return say_count(max(1, -(-span // unit)), noun)
