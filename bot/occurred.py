"""When a failure occurred, as agents write it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import BadInputError

_SHAPE = re.compile(
    r"(?:(?P<day>today|yesterday|\d{4}-\d{2}-\d{2})[ T]+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})", re.ASCII
)


def read_occurred(words: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment of `09:10`, `yesterday 18:00` or `2026-03-02 09:10` in the zone; None for nothing.

    A time alone is the last time that the clock showed it. Raises BadInputError.
    """
    plain = words.strip().casefold()
    if not plain:
        return None
    found = _SHAPE.fullmatch(plain)
    try:
        if found is None:
            raise ValueError(plain)  # noqa: TRY301 - one sentence for all that is not a time
        at = time(int(found["hour"]), int(found["minute"]))
        moment = datetime.combine(_day(found["day"], now.astimezone(zone).date()), at, zone).astimezone(UTC)
    except ValueError as error:
        raise BadInputError(
            "Write the time as 09:10, yesterday 18:00 or 2026-03-02 09:10.", field="occurred_at"
        ) from error
    return moment - timedelta(days=1) if found["day"] is None and moment > now else moment


def _day(word: str | None, today: date) -> date:
    if word in {None, "today"}:
        return today
    return today - timedelta(days=1) if word == "yesterday" else date.fromisoformat(word or "")
