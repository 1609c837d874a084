"""What a model read in each report."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change. The reports that are there are read in the background, once the product runs."""
    with op.batch_alter_table("reports") as reports:
        reports.add_column(sa.Column("meaning", sa.LargeBinary()))
        reports.add_column(sa.Column("meaning_model", sa.Text()))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("reports") as reports:
        reports.drop_column("meaning_model")
        reports.drop_column("meaning")
