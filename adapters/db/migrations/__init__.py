"""Alembic's place. It is started by `adapters.db.migrate` only, on a connection that is in a transaction already."""
