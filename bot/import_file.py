"""Reports from a file, line by line: JSON lines, or CSV with a header."""

import csv
import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from io import BufferedReader
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import BadInputError
from bot.import_line import COLUMNS, ImportLine, LineError, Record, RefusedLine, read_record

__all__ = ["ImportLine", "RefusedLine", "read_import"]

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CSV_NAMES = frozenset({".csv", ".tsv", ".txt"})


def read_import(path: Path, *, columns: Mapping[str, str], zone: ZoneInfo) -> Iterator[ImportLine | RefusedLine]:
    """Every line of the file that is not blank, in order: a report, or why it is none.

    `columns` says where to read what is not in a column of its usual name. The file is never held as a whole.
    Raises BadInputError if the file as a whole cannot be read, before the first line.
    """
    try:
        with path.open("rb") as file:
            lines = _Lines(file)
            records = _read_csv(lines, columns) if _is_csv(path, lines) else _read_json(lines)
            for record in records:
                yield record if isinstance(record, RefusedLine) else _try_record(record, columns, zone)
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}.") from error


class _Lines:
    """The file's lines as bytes, counting lines and bytes as they are taken."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.number = 0
        self.read = 0
        beginning = file.peek(4)[:4]
        if beginning.startswith(_UTF16_MARKS):
            raise BadInputError("The file is UTF-16; save it as UTF-8.")
        if beginning.startswith(_UTF8_MARK):
            self.read += len(file.read(len(_UTF8_MARK)))

    def peek(self) -> bytes:
        """The beginning of what was not taken yet."""
        return self._file.peek(1).lstrip()[:1]

    def __iter__(self) -> Iterator[bytes]:
        for line in self._file:
            self.number += 1
            self.read += len(line)
            yield line


def _is_csv(path: Path, lines: _Lines) -> bool:
    if lines.peek() == b"[":
        raise BadInputError("The file is one JSON list; write one JSON object a line.")
    return path.suffix.lower() in _CSV_NAMES or (path.suffix.lower() != ".jsonl" and lines.peek() != b"{")


def _try_record(record: Record, columns: Mapping[str, str], zone: ZoneInfo) -> ImportLine | RefusedLine:
    try:
        return read_record(record, columns, zone)
    except LineError as error:
        return RefusedLine(number=record.number, why=str(error), read=record.read)


def _read_json(lines: _Lines) -> Iterator[Record | RefusedLine]:
    for line in lines:
        if not line.strip():
            continue
        try:
            values = json.loads(line.decode())
        except UnicodeDecodeError:
            yield RefusedLine(number=lines.number, why="It is not UTF-8.", read=lines.read)
        except (ValueError, RecursionError):
            yield RefusedLine(number=lines.number, why="It is not valid JSON.", read=lines.read)
        else:
            yield _object(values, line, lines)


def _object(values: object, line: bytes, lines: _Lines) -> Record | RefusedLine:
    if not isinstance(values, dict):
        return RefusedLine(number=lines.number, why="It is not a JSON object.", read=lines.read)
    return Record(values=values, number=lines.number, digest=_digest(line), read=lines.read)


def _read_csv(lines: _Lines, columns: Mapping[str, str]) -> Iterator[Record | RefusedLine]:
    """A record may take several lines. Bytes that are not UTF-8 come through the CSV reader as lone surrogates."""
    taken = (line.decode(errors="surrogateescape") for line in lines)
    first = next(taken, "")
    delimiter = max(",;\t", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    _check_header([name.strip() for name in header], columns)
    rows = csv.reader(taken, delimiter=delimiter, strict=True)
    while True:
        number = lines.number + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            why = f"It is not valid CSV, up to line {lines.number}: {error}."
            yield RefusedLine(number=number, why=why, read=lines.read)
            continue
        if any(cell.strip() for cell in row):
            yield _row(header, row, number=number, read=lines.read)


def _row(header: list[str], row: list[str], *, number: int, read: int) -> Record | RefusedLine:
    whole = "\x1f".join(row)
    if not whole.isprintable() and any("\udc80" <= each <= "\udcff" for each in whole):
        return RefusedLine(number=number, why="It is not UTF-8.", read=read)
    if len(row) > len(header):
        why = f"It has {len(row)} columns, and the header has {len(header)}."
        return RefusedLine(number=number, why=why, read=read)
    values = {name.strip(): cell for name, cell in zip(header, row, strict=False)}
    return Record(values=values, number=number, digest=_digest(whole.encode()), read=read)


def _check_header(header: list[str], columns: Mapping[str, str]) -> None:
    has = ", ".join(header) or "none"
    for name, column in columns.items():
        if column not in header:
            raise BadInputError(f'The file has no column "{column}" to read the {name} from; its columns: {has}.')
    if "text" not in columns and not set(COLUMNS["text"]) & set(header):
        raise BadInputError(
            f'The file has no column "text"; say which it is, as text=Description does. Its columns: {has}.'
        )


def _digest(line: bytes) -> str:
    return blake2b(line.strip(), digest_size=8).hexdigest()
