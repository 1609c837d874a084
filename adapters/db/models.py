"""The tables. Rows become the frozen values of `bot` and `escalation` in the store that reads them.

Times are `Instant`. Severity and priority are kept as numbers, every other enumeration by its value.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.db.column_types import Instant, Key, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

desk_counters = Table(
    "desk_counters",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("problems", Integer, nullable=False),
)
"""The last number given to a problem of the desk. Rolled back with its transaction, so that no number is skipped."""

problems = Table(
    "problems",
    metadata,
    Column("id", Key, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("service", Text),
    Column("status", Text, nullable=False),
    Column("status_since", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("decline_reason", Text),
    Column("fixed_at", Instant),
    Column("regressed_at", Instant),
    Column("snooze", JSON(none_as_null=True)),
    Column("workaround", Words),
    Column("customer_text", Words),
    Column("owner", Text),
    Column("merged_into", Key, ForeignKey("problems.id")),
    UniqueConstraint("desk", "number"),
    UniqueConstraint("desk", "id"),
    Index(None, "desk", "status"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Key, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("problem", Key, nullable=False),
    Column("reporter", Text, nullable=False),
    Column("text", Words, nullable=False),
    Column("text_digest", LargeBinary, nullable=False),
    Column("origin", Text, nullable=False),
    Column("source_key", Text),
    Column("occurred_at", Instant, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("day", Text, nullable=False),
    Column("service", Text),
    Column("customer", Text),
    Column("severity", SmallInteger, nullable=False),
    Column("mood", Text),
    Column("is_test", Boolean, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("probability", Float, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("withdrawn_at", Instant),
    Column("told_at", Instant),
    Column("still_broken_at", Instant),
    Column("meaning", LargeBinary),
    Column("meaning_model", Text),
    Column("link", Text),
    ForeignKeyConstraint(["desk", "problem"], ["problems.desk", "problems.id"]),
    UniqueConstraint("desk", "origin", "source_key"),
    Index(None, "problem", "occurred_at"),
    Index(None, "desk", "occurred_at"),
    Index(None, "desk", "reporter", "reported_at"),
    Index(None, "desk", "reporter", "text_digest", "reported_at"),
)
"""The foreign key takes the desk along: a report can only stand in a problem of its own desk. The meaning is an
embedding of the text, as the model with the digest `meaning_model` read it.
"""

questions = Table(
    "questions",
    metadata,
    Column("report", Key, ForeignKey("reports.id"), primary_key=True, autoincrement=False),
    Column("desk", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("likely", JSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("answer", Text),
    Column("answered_by", Text),
    Column("answered_at", Instant),
    Index(None, "answer", "expires_at"),
    Index(None, "desk", "answer", "asked_at"),
)

links = Table(
    "links",
    metadata,
    Column("a", Key, ForeignKey("reports.id"), primary_key=True, autoincrement=False),
    Column("b", Key, ForeignKey("reports.id"), primary_key=True, autoincrement=False),
    Column("desk", Text, nullable=False),
    Column("same", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "b"),
    Index(None, "desk"),
)
"""A pair is kept with the lower number first, so that it has one rule."""

changes = Table(
    "changes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("problem", Key),
    Column("report", Key),
    Column("other", Key),
    Column("placed", Key),
    Column("same", Boolean),
    Index(None, "desk", "id"),
    sqlite_autoincrement=True,
)
"""The change sequence. `problem`: its fields; `report` alone: its placing; `report` with `other`: the pair's rule; none
of them: the desk's tuning. `placed` and `same` are what the change made of it: the problem the report was then in, NULL
where it left the index; the rule, NULL where it was forgotten.
"""

tickets = Table(
    "tickets",
    metadata,
    Column("id", Key, primary_key=True),
    Column("problem", Key, ForeignKey("problems.id"), nullable=False),
    Column("tracker", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_name", Text, nullable=False),
    Column("resolution", Text),
    Column("priority", SmallInteger, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("bumped_at", Instant),
    Column("bumped_reports", Integer, nullable=False),
    Column("linked_from", Text),
    Column("asked_priority", SmallInteger, nullable=False),
    Column("told", JSON),
    Column("noted_at", Instant),
    UniqueConstraint("tracker", "key"),
    Index(None, "problem", "opened_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("available_at", Instant, nullable=False),
    Column("problem", Key, ForeignKey("problems.id")),
    Column("merge_key", Text),
    Column("leased_by", Text),
    Column("leased_until", Instant),
    Column("last_error", Text),
    Column("done_at", Instant),
    Index(
        "ix_outbox_unfinished",
        "queue",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
"""`merge_key` is the draft's `coalesce`. What is done leaves the index, so that a long history costs nothing."""

proposals = Table(
    "proposals",
    metadata,
    Column("id", Key, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reports", JSON, nullable=False),
    Column("other", Key, ForeignKey("reports.id"), nullable=False),
    Column("probability", Float, nullable=False),
    Column("reasons", JSON, nullable=False),
    Index(None, "desk"),
)
"""What was answered is not kept here: the answer is in the reports' places and in the links."""

tunings = Table(
    "tunings",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("moves", JSON, nullable=False),
    Column("weights", Text, nullable=False),
    Column("model", Text),
    Column("decisions", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""How desks' weights were moved by their own decisions. `weights` and `model` are the digests of what was moved."""

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("updates", Text),
)
"""`updates`: which of them the person wants; NULL where they never said."""

triage_threads = Table(
    "triage_threads",
    metadata,
    Column("problem", Key, ForeignKey("problems.id"), primary_key=True, autoincrement=False),
    Column("upto", Key, nullable=False),
)
"""The problems that triagers were shown, each with the newest act of the audit trail that they were told of."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", Text, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("desk", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("problem", Key, ForeignKey("problems.id")),
    Column("report", Key, ForeignKey("reports.id")),
    Column("detail", JSON, nullable=False),
    Column("undo", JSON(none_as_null=True)),
    Column("undone", Boolean, nullable=False),
    Index(None, "desk", "actor", "at"),
    Index(None, "problem", "id"),
)
"""`undo` is NULL where an act cannot be taken back."""

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
)
"""One row: what is random about this installation, made once and never changed."""
