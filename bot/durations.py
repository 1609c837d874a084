"""Spans of time as people write them: `15m`, `24h`, `3d`, `2w`."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WRITTEN = re.compile(r"(\d{1,5})\s?(s|m|h|d|w)", re.ASCII)
SHAPE = "a span of time such as 15m, 24h, 3d or 2w"


def read_duration(words: str) -> timedelta | None:
    """The span that was written, longer than nothing, or None if it is not one."""
    found = _WRITTEN.fullmatch(words.strip().casefold())
    if found is None or int(found[1]) == 0:
        return None
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
