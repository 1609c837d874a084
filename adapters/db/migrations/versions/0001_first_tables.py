"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_UNFINISHED = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Create them, parents first."""
    _create_problems()
    _create_reports()
    _create_grouping()
    _create_tickets()
    _create_outbox()
    _create_audit()
    _create_the_rest()


def downgrade() -> None:
    """Drop them, children first."""
    for table in (
        "installation",
        "deliveries",
        "people",
        "audit",
        "outbox",
        "tickets",
        "changes",
        "links",
        "questions",
        "reports",
        "problems",
        "desk_counters",
    ):
        op.drop_table(table)


def _create_problems() -> None:
    op.create_table(
        "desk_counters",
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("desk", name="pk_desk_counters"),
    )
    op.create_table(
        "problems",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("service", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", _INSTANT, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("decline_reason", sa.Text()),
        sa.Column("fixed_at", _INSTANT),
        sa.Column("regressed_at", _INSTANT),
        sa.Column("snooze", sa.JSON(none_as_null=True)),
        sa.Column("workaround", sa.Text()),
        sa.Column("customer_text", sa.Text()),
        sa.Column("owner", sa.Text()),
        sa.Column("merged_into", _KEY),
        sa.ForeignKeyConstraint(["merged_into"], ["problems.id"], name="fk_problems_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_problems"),
        sa.UniqueConstraint("desk", "id", name="uq_problems_desk_id"),
        sa.UniqueConstraint("desk", "number", name="uq_problems_desk_number"),
    )
    op.create_index("ix_problems_desk_status", "problems", ["desk", "status"])


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("problem", _KEY, nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text()),
        sa.Column("occurred_at", _INSTANT, nullable=False),
        sa.Column("reported_at", _INSTANT, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("service", sa.Text()),
        sa.Column("customer", sa.Text()),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("mood", sa.Text()),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("withdrawn_at", _INSTANT),
        sa.Column("told_at", _INSTANT),
        sa.Column("still_broken_at", _INSTANT),
        sa.ForeignKeyConstraint(["desk", "problem"], ["problems.desk", "problems.id"], name="fk_reports_desk_problem"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("desk", "origin", "source_key", name="uq_reports_desk_origin_source_key"),
    )
    op.create_index("ix_reports_desk_occurred_at", "reports", ["desk", "occurred_at"])
    op.create_index("ix_reports_desk_reporter_reported_at", "reports", ["desk", "reporter", "reported_at"])
    op.create_index(
        "ix_reports_desk_reporter_text_digest_reported_at",
        "reports",
        ["desk", "reporter", "text_digest", "reported_at"],
    )
    op.create_index("ix_reports_problem_occurred_at", "reports", ["problem", "occurred_at"])


def _create_grouping() -> None:
    op.create_table(
        "questions",
        sa.Column("report", _KEY, autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("likely", sa.JSON(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", _INSTANT),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name="fk_questions_report"),
        sa.PrimaryKeyConstraint("report", name="pk_questions"),
    )
    op.create_index("ix_questions_answer_expires_at", "questions", ["answer", "expires_at"])
    op.create_index("ix_questions_desk_answer_asked_at", "questions", ["desk", "answer", "asked_at"])
    op.create_table(
        "links",
        sa.Column("a", _KEY, autoincrement=False, nullable=False),
        sa.Column("b", _KEY, autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["a"], ["reports.id"], name="fk_links_a"),
        sa.ForeignKeyConstraint(["b"], ["reports.id"], name="fk_links_b"),
        sa.PrimaryKeyConstraint("a", "b", name="pk_links"),
    )
    op.create_index("ix_links_b", "links", ["b"])
    op.create_index("ix_links_desk", "links", ["desk"])
    op.create_table(
        "changes",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("problem", _KEY),
        sa.Column("report", _KEY),
        sa.Column("other", _KEY),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_desk_id", "changes", ["desk", "id"])


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("problem", _KEY, nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_name", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text()),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("bumped_at", _INSTANT),
        sa.Column("bumped_reports", sa.Integer(), nullable=False),
        sa.Column("linked_from", sa.Text()),
        sa.Column("asked_priority", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["problem"], ["problems.id"], name="fk_tickets_problem"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("tracker", "key", name="uq_tickets_tracker_key"),
    )
    op.create_index("ix_tickets_problem_opened_at", "tickets", ["problem", "opened_at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("available_at", _INSTANT, nullable=False),
        sa.Column("problem", _KEY),
        sa.Column("merge_key", sa.Text()),
        sa.Column("leased_by", sa.Text()),
        sa.Column("leased_until", _INSTANT),
        sa.Column("last_error", sa.Text()),
        sa.Column("done_at", _INSTANT),
        sa.ForeignKeyConstraint(["problem"], ["problems.id"], name="fk_outbox_problem"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_unfinished", "outbox", ["queue", "id"], sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("problem", _KEY),
        sa.Column("report", _KEY),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON(none_as_null=True)),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["problem"], ["problems.id"], name="fk_audit_problem"),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name="fk_audit_report"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_desk_actor_at", "audit", ["desk", "actor", "at"])
    op.create_index("ix_audit_problem_id", "audit", ["problem", "id"])


def _create_the_rest() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "deliveries",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_at", "deliveries", ["at"])
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
