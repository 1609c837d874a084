"""Where in Slack things were said, so that they can be renewed. The migration lies with the others."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table, Text
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


slack_cards = Table(
    "slack_cards",
    metadata,
    Column("report", Integer, primary_key=True, autoincrement=False),
    Column("person", String(200), nullable=False),
    Column("url", Text),
    Column("url_until", UtcTime),
    Column("url_uses", Integer, nullable=False),
    Column("channel", String(50)),
    Column("ts", String(50)),
    Column("shown", String(64)),
)
"""The card of a report: an answer only its reporter sees, which the `url` of a button on it renews for a while and a
few times, and a message at `channel` and `ts`, which begins the report's thread. `shown` is a digest of what it said
last."""

slack_posts = Table(
    "slack_posts",
    metadata,
    Column("mark", String(300), primary_key=True),
    Column("channel", String(50)),
    Column("ts", String(50)),
    Column("sent_at", UtcTime, nullable=False),
    Index("ix_slack_posts_channel_ts", "channel", "ts"),
)
"""What was posted under a mark. A row without `ts` is a post whose outcome is uncertain, or that is under way."""

slack_people = Table(
    "slack_people",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("channel", String(50)),
    Column("desk", String(100)),
)
"""The channel in which the bot talks to a person alone, and the desk they reported at last."""
