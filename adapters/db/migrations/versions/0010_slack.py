"""Where in Slack things were said."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "slack_cards",
        sa.Column("report", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("url_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("url_uses", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=50), nullable=True),
        sa.Column("ts", sa.String(length=50), nullable=True),
        sa.Column("shown", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("report"),
    )
    op.create_table(
        "slack_posts",
        sa.Column("mark", sa.String(length=300), nullable=False),
        sa.Column("channel", sa.String(length=50), nullable=True),
        sa.Column("ts", sa.String(length=50), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_index("ix_slack_posts_channel_ts", "slack_posts", ["channel", "ts"])
    op.create_table(
        "slack_people",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=50), nullable=True),
        sa.Column("desk", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("person"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("slack_people")
    op.drop_index("ix_slack_posts_channel_ts", "slack_posts")
    op.drop_table("slack_posts")
    op.drop_table("slack_cards")
