"""Where reports were taken over from, which updates people want, and what triagers were told of."""

import sqlalchemy as sa
from alembic import op

from adapters.db.column_types import Key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("reports", sa.Column("link", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("updates", sa.Text(), nullable=True))
    op.create_table(
        "triage_threads",
        sa.Column("problem", Key, autoincrement=False, nullable=False),
        sa.Column("upto", Key, nullable=False),
        sa.ForeignKeyConstraint(["problem"], ["problems.id"], name="fk_triage_threads_problem"),
        sa.PrimaryKeyConstraint("problem", name="pk_triage_threads"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("triage_threads")
    op.drop_column("people", "updates")
    op.drop_column("reports", "link")
