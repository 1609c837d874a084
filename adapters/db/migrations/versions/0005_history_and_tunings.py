"""What each change made of a desk's grouping, and desks' own weights."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_NOW_PLACED = """
    UPDATE changes SET placed = reports.problem FROM reports
    WHERE reports.id = changes.report AND changes.other IS NULL
        AND reports.withdrawn_at IS NULL AND NOT reports.is_test
"""
_FIRST_PLACED = """
    UPDATE changes SET placed = first.problem FROM (
        SELECT min(changes.id) AS id, min(audit.problem) AS problem
        FROM changes JOIN audit ON audit.report = changes.report AND audit.act = 'report'
            JOIN reports ON reports.id = changes.report AND NOT reports.is_test
        WHERE changes.other IS NULL
        GROUP BY changes.report
    ) AS first
    WHERE changes.id = first.id
"""
_NOW_RULED = """
    UPDATE changes SET same = links.same FROM links
    WHERE links.a = changes.report AND links.b = changes.other
"""


def upgrade() -> None:
    """Make the change. Of what was before, each report's intake is known from the audit trail; later placings and rules
    are noted as they stand now.
    """
    op.add_column("changes", sa.Column("placed", _KEY))
    op.add_column("changes", sa.Column("same", sa.Boolean()))
    for statement in (_NOW_PLACED, _FIRST_PLACED, _NOW_RULED):
        op.execute(statement)
    op.create_table(
        "tunings",
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.Column("model", sa.Text()),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("desk", name="pk_tunings"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("tunings")
    op.drop_column("changes", "same")
    op.drop_column("changes", "placed")
