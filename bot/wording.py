"""Moments and texts as people read them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.reports import Report
from dedupe.values import Reason, Verdict
from escalation.wording import say_span

_ONE_PERCENT = 0.01

VERDICTS = {Verdict.SAME: "joined by itself", Verdict.ASK: "asked about", Verdict.NEW: "taken as new"}
"""What became of a report when it came in."""


def ago(moment: datetime, *, now: datetime) -> str:
    """`just now`, `40 minutes ago`, `3 days ago`."""
    past = now - moment
    return "just now" if past < timedelta(minutes=1) else f"{say_span(past)} ago"


def clock(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """The moment in the zone: `09:10` today, `12 Mar 09:10` this year, `12 Mar 2025` earlier."""
    there, today = moment.astimezone(zone), now.astimezone(zone)
    if there.date() == today.date():
        return f"{there:%H:%M}"
    if there.year == today.year:
        return f"{there.day} {there:%b %H:%M}"
    return f"{there.day} {there:%b %Y}"


def percent(probability: float) -> str:
    """`97 %`. Nothing that was weighed is certain, so 99 % is the most and `under 1 %` the least."""
    return "under 1 %" if probability < _ONE_PERCENT else f"{min(99, round(probability * 100))} %"


def weighed(reason: Reason) -> str:
    """`+2.1 both say ERR-4012`; what has no weight is said without one."""
    return f"{reason.weight:+.1f} {reason.words}" if reason.weight else reason.words


def placing_words(report: Report) -> str:
    """What became of the report when it came in, and why: `joined by itself · 97 % · +2.1 both say ERR-4012`."""
    return say_verdict(VERDICTS[report.verdict], report.probability, report.reasons)


def say_verdict(verdict: str, probability: float, reasons: Sequence[Reason]) -> str:
    """A verdict in words with its probability and reasons."""
    return " · ".join(part for part in (verdict, percent(probability), "; ".join(map(weighed, reasons))) if part)
