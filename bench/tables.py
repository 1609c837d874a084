"""How the benches print."""

from collections.abc import Mapping, Sequence


def print_table(headings: Sequence[str], rows: Mapping[str, Sequence[str]]) -> None:
    """Names to the left, numbers to the right."""
    lines = [("", *headings), *((name, *row) for name, row in rows.items())]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for name, *cells in lines:
        right = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        print("  ".join((name.ljust(widths[0]), *right)))
