"""Until when a problem sleeps, as people write it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.durations import read_duration
from bot.errors import BadInputError
from escalation.values import PersonId, Snooze

_AMOUNT = re.compile(r"([1-9]\d{0,5}) ?(?:more )?(reports?|agents?)", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Until:
    """One of the conditions that end a snooze."""

    span: timedelta | None = None
    day: date | None = None
    more_reports: int | None = None
    more_agents: int | None = None
    spike: bool = False


def read_until(words: str) -> Until | None:
    """The condition that was written, or None if it is not one."""
    plain = re.sub(r"^(until|for) ", "", " ".join(words.casefold().split()))
    if re.fullmatch(r"(a |it )?spikes?", plain):
        return Until(spike=True)
    if amount := _AMOUNT.fullmatch(plain):
        number = int(amount[1])
        return Until(more_reports=number) if amount[2].startswith("report") else Until(more_agents=number)
    if span := read_duration(plain):
        return Until(span=span)
    try:
        return Until(day=date.fromisoformat(plain)) if "-" in plain else None
    except ValueError:
        return None


def parse_snooze(words: str, *, now: datetime, by: PersonId, zone: ZoneInfo) -> Snooze:
    """The snooze that was written. A date means the beginning of that day in `zone`. Raises BadInputError."""
    until = read_until(words)
    if until is None:
        raise BadInputError(
            "A snooze ends after a time such as 3d, on a date such as 2026-12-01, or after 10 reports, 3 agents or a "
            "spike.",
            field="until",
        )
    return Snooze(
        since=now,
        by=by,
        until=_moment(until, now=now, zone=zone),
        more_reports=until.more_reports,
        more_agents=until.more_agents,
        until_spike=until.spike,
    )


def _moment(until: Until, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    if until.span is not None:
        return now + until.span
    if until.day is None:
        return None
    try:
        return datetime.combine(until.day, time(), zone).astimezone(UTC)
    except OverflowError as error:
        raise BadInputError("That date is too far away. Name a nearer one.", field="until") from error
