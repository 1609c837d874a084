"""The web chat's table. Its migration lives with the others."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Index, Integer, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. SQLite keeps no zone, so it is put back when a row is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - theirs
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - theirs
        if value is None:
            return None
        assert isinstance(value, datetime)  # noqa: S101 - the column's own type
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


chat_entries = Table(
    "chat_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", String(200), nullable=False),
    Column("desk", String(100)),
    Column("kind", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("message", JSON(none_as_null=True)),
    Column("about_report", Integer),
    Column("mark", String(200), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("replaced_at", UtcTime),
    UniqueConstraint("person", "mark", name="uq_chat_entries_person_mark"),
    UniqueConstraint("person", "revision", name="uq_chat_entries_person_revision"),
    Index("ix_chat_entries_person_about_report", "person", "about_report"),
)
"""`revision` counts the changes of one person's transcript, so that a browser can ask for what it has missed."""
