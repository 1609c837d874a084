"""How our values are kept where the two databases differ."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from adapters.db.errors import NaiveTimeError, UnstorableValueError

Key = BigInteger().with_variant(Integer(), "sqlite")
"""A row's number. SQLite numbers rows by itself only when the type is INTEGER."""


class Instant(TypeDecorator[datetime]):
    """A moment. Takes aware times only, and gives them back in UTC, whatever the session's zone is.

    PostgreSQL keeps `timestamptz`; SQLite the text `2026-03-02 10:00:00.000000` in UTC, whose order as text is the
    order in time because its width is fixed.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTimeError("a stored time must be aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Free text. Both databases refuse the same: PostgreSQL cannot keep NUL, and no encoding half a surrogate pair."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy names it
        if value is not None and ("\0" in value or not _is_encodable(value)):
            raise UnstorableValueError("a text with a NUL character or half a surrogate pair cannot be stored")
        return value


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
