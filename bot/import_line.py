"""One line of an import: which of its columns are read, and what makes a report of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.errors import BadInputError
from escalation.values import Severity

COLUMNS = {
    "id": ("id",),
    "desk": ("desk",),
    "text": ("text",),
    "service": ("service",),
    "agent": ("agent", "reporter"),
    "customer": ("customer",),
    "severity": ("severity",),
    "occurred_at": ("occurred_at", "created_at", "reported_at"),
    "reported_at": ("reported_at", "created_at", "occurred_at"),
}
"""What is read, and the columns it is read from if nothing else was said, first come first. No other column is."""

_LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportLine:
    """A report as the file has it, its text as written and its times in UTC. None is what the file does not say.

    `number` is the line it begins on. `key` is unique within the file and the same each time the file is read.
    `read` counts the file's bytes up to the line's end.
    """

    number: int
    key: str
    text: str
    read: int
    desk: str | None = None
    service: str | None = None
    agent: str | None = None
    customer: str | None = None
    severity: Severity | None = None
    occurred_at: datetime | None = None
    reported_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedLine:
    """A line that is no report, and a sentence that says why."""

    number: int
    why: str
    read: int


class LineError(Exception):
    """The line cannot be a report; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A line as its format has it: values by column, and what tells it from the file's other lines."""

    values: Mapping[str, object]
    number: int
    digest: str
    read: int


def parse_columns(pairs: Iterable[str]) -> dict[str, str]:
    """What `text=Description` says: where to read the text from. Raises BadInputError."""
    columns = {}
    for pair in pairs:
        name, sign, column = (part.strip() for part in pair.partition("="))
        if not sign or not name or not column:
            raise BadInputError(f'"{pair}" does not say which column to read, as text=Description does.')
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            raise BadInputError(f'An import reads no "{name}"; ' + (f'did you mean "{near[0]}"?' if near else _known()))
        columns[name] = column
    return columns


def read_record(record: Record, columns: Mapping[str, str], zone: ZoneInfo) -> ImportLine:
    """The report of the record; times without a zone are in `zone`. Raises LineError."""
    said = {name: _value(record.values, name, columns) for name in COLUMNS}
    text = said["text"]
    if text is None:
        raise LineError(f"There is no {columns.get('text', 'text')}.")
    return ImportLine(
        number=record.number,
        key=said["id"] or f"line {record.number} {record.digest}",
        text=text,
        read=record.read,
        desk=said["desk"],
        service=said["service"],
        agent=said["agent"],
        customer=said["customer"],
        severity=_severity(said["severity"]),
        occurred_at=_time(said["occurred_at"], zone),
        reported_at=_time(said["reported_at"], zone),
    )


def _value(values: Mapping[str, object], name: str, columns: Mapping[str, str]) -> str | None:
    for column in (columns[name],) if name in columns else COLUMNS[name]:
        value = values.get(column)
        if isinstance(value, str) and any("\ud800" <= each <= "\udfff" for each in value):
            raise LineError(f"Its {column} is not valid Unicode.")
        if isinstance(value, bool | float | list | dict) or (name == "text" and isinstance(value, int)):
            raise LineError(f"Its {column} is not a text.")
        if value is not None and str(value).strip():
            return str(value).strip()
    return None


def _time(words: str | None, zone: ZoneInfo) -> datetime | None:
    if words is None:
        return None
    try:
        written = datetime.fromisoformat(words)
        return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise LineError(f"{_shown(words)} is not a time such as 2026-03-02T14:05:00Z.") from None


def _severity(words: str | None) -> Severity | None:
    if words is None:
        return None
    try:
        return Severity(int(words)) if words.isdigit() else Severity[words.upper()]
    except (KeyError, ValueError):
        names = ", ".join(each.name.lower() for each in Severity)
        raise LineError(f"{_shown(words)} is not a severity: {names}.") from None


def _shown(words: str) -> str:
    return f'"{words}"' if len(words) <= _LONGEST_SHOWN else f'"{words[:_LONGEST_SHOWN]}…"'


def _known() -> str:
    return f"it reads {', '.join(COLUMNS)}."
