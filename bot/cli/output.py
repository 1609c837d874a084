"""How the commands write: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

_LONG = frozenset({"title", "last_error", "why"})
"""Columns that share what width the others leave; of a title a line is enough."""
_LEAST_WIDTH = 40
_FRAME = 3
"""What a column's border and padding take."""

JSON_HELP = "Write JSON instead of a table."


def write_json(value: object) -> None:
    """One JSON document on standard output; times as ISO 8601 texts."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def write_table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """A table of the rows' values in these columns. What people wrote is shown as it is, never as markup.

    The long columns share what width of the terminal the others leave; where that is too little, lines are longer.
    """
    console = Console(markup=False, highlight=False, emoji=False)
    widths = {column: max(len(column), *(len(_cell(row.get(column))) for row in rows), 0) for column in columns}
    long = [column for column in columns if column in _LONG]
    left = console.width - sum(widths[column] for column in columns if column not in _LONG) - _FRAME * len(columns) - 1
    widths |= {column: max(_LEAST_WIDTH, left // len(long)) for column in long}
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        numeric = bool(rows) and all(isinstance(row.get(column), int) for row in rows)
        table.add_column(
            column.replace("_", " "),
            justify="right" if numeric else "left",
            overflow="ellipsis" if column == "title" else "fold",
            no_wrap=column == "title",
            width=widths[column],
        )
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    console.width = max(console.width, sum(widths.values()) + _FRAME * len(columns) + 1)
    console.print(table)


def write_line(text: str) -> None:
    """A plain line on standard output."""
    sys.stdout.write(text + "\n")


def _cell(value: object) -> str:
    return "" if value is None else str(value)
