"""Everything that is stored, in SQLite or PostgreSQL, by the same code."""
