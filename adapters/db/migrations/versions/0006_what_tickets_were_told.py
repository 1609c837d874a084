"""What tickets were told, until when their notes were read, and which calls to Jira have an uncertain outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True))

    op.create_table(
        "jira_attempts",
        sa.Column("mark", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.String(length=40), nullable=False),
        sa.Column("made", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("mark"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("jira_attempts")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("noted_at")
        batch_op.drop_column("told")
