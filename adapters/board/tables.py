"""The board's tables. They know nothing of problems: the board is a tracker like any other, only nearer."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, String, Table, Text, TypeDecorator
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.engine import Dialect

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy names it
        """Refuse a time without a zone rather than guess one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy names it
        """Give back an aware time in UTC, whatever the session's zone is."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


board_tickets = Table(
    "board_tickets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("label", String(200), nullable=False),
    Column("desk", String(100), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("service", Text, nullable=True),
    Column("status", String(50), nullable=False),
    Column("resolution", String(50), nullable=True),
    Column("priority", Integer, nullable=False),
    Column("linked_from", String(50), nullable=True),
    Column("duplicate_of", String(50), nullable=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", String(200), nullable=True),
    Column("version", Integer, nullable=False),
    Unique("label", name="uq_board_tickets_label"),
    sqlite_autoincrement=True,
)
"""A ticket's key is `TI-<id>`. `version` counts its writes: raising it first takes the row's lock."""

board_entries = Table(
    "board_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column(
        "ticket",
        Integer,
        ForeignKey("board_tickets.id", name="fk_board_entries_ticket"),
        nullable=False,
        index=True,
    ),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("by", String(200), nullable=True),
    Column("by_name", Text, nullable=True),
    Column("text", Text, nullable=False),
    Column("mark", String(200), nullable=True),
    Unique("ticket", "mark", name="uq_board_entries_ticket_mark"),
)
"""The timeline. `mark` names what must not be there twice: a marked comment, and the one rolling bump."""
