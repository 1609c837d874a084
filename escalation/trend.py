"""How reports fall over the last days or hours, as a line of small bars."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from escalation.wording import say_count

WINDOW = timedelta(days=14)
_BARS = "▁▂▃▄▅▆▇█"
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_YOUNG = timedelta(days=2)
_HOURS = 24


def sparkline(counts: Sequence[int]) -> str:
    """One bar for each count, as high as its share of the largest; nothing at all is the lowest."""
    most = max(counts, default=0)
    return "".join(_BARS[0 if not count else max(1, round(count / most * (len(_BARS) - 1)))] for count in counts)


def say_trend(times: Sequence[datetime], zone: ZoneInfo, *, now: datetime) -> str | None:
    """Such as "▁▁▂▅█ (last 14 days, 9 today)", by the hour where the first was less than two days ago; None for none.

    Days begin at midnight in the zone.
    """
    if not times:
        return None
    if now - times[0] < _YOUNG:
        counts = _count([int((now - at) / _HOUR) for at in times], _HOURS)
        return f"{sparkline(counts)} (last {_HOURS} hours, {say_count(counts[-1], 'report')} in the last one)"
    today = now.astimezone(zone).date()
    days = WINDOW // _DAY
    counts = _count([(today - at.astimezone(zone).date()) // _DAY for at in times], days)
    return f"{sparkline(counts)} (last {days} days, {say_count(counts[-1], 'report')} today)"


def _count(ages: Sequence[int], length: int) -> list[int]:
    counts = [0] * length
    for age in ages:
        if 0 <= age < length:
            counts[length - 1 - age] += 1
    return counts
