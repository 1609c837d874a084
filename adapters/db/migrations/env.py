"""What Alembic runs around the migrations. The connection and the tables come from `adapters.db.migrate`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator


def _write_plain_type(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """A migration tells what was stored then, so it names the database's types and none of ours, which may change."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    # SQLite alters a table by building it anew.
    render_as_batch=True,
    render_item=_write_plain_type,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
