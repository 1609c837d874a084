"""How the commands write: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

_FOLDED = frozenset({"last_error", "why"})
"""Columns that are read to the end; of others a line is enough."""

JSON_HELP = "Write JSON instead of a table."


def write_json(value: object) -> None:
    """One JSON document on standard output; times as ISO 8601 texts."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def write_table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """A table of the rows' values in these columns. What people wrote is shown as it is, never as markup."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        numeric = bool(rows) and all(isinstance(row.get(column), int) for row in rows)
        folds = column in _FOLDED
        table.add_column(
            column.replace("_", " "),
            justify="right" if numeric else "left",
            overflow="fold" if folds else "ellipsis",
            no_wrap=not folds,
        )
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    Console(markup=False, highlight=False, emoji=False).print(table)


def write_line(text: str) -> None:
    """A plain line on standard output."""
    sys.stdout.write(text + "\n")


def _cell(value: object) -> str:
    return "" if value is None else str(value)
