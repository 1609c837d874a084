import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BadInputError
from bot.import_file import ImportLine, RefusedLine, read_import
from bot.import_line import parse_columns
from escalation.values import Severity

NONE: Mapping[str, str] = {}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(
    path: Path, content: str | bytes, columns: Mapping[str, str] = NONE, zone: str = "UTC"
) -> list[ImportLine | RefusedLine]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_import(path, columns=columns, zone=ZoneInfo(zone)))


def read_one(path: Path, content: str | bytes, columns: Mapping[str, str] = NONE, zone: str = "UTC") -> ImportLine:
    (line,) = read(path, content, columns, zone)
    assert isinstance(line, ImportLine), line
    return line


def refusals(lines: list[ImportLine | RefusedLine]) -> list[tuple[int, str]]:
    return [(line.number, line.why) for line in lines if isinstance(line, RefusedLine)]


def test_a_json_line_is_read_with_all_it_says(folder: Path) -> None:
    said = {
        "id": "r-1",
        "desk": "bank",
        "text": " card declined ",
        "service": "Cards",
        "agent": 7,
        "customer": "C-9",
        "severity": "high",
        "created_at": "2026-03-02T15:47:59+01:00",
    }
    line = read_one(folder / "a.jsonl", json.dumps(said) + "\n")
    at = datetime(2026, 3, 2, 14, 47, 59, tzinfo=UTC)
    assert line == ImportLine(
        number=1,
        key="r-1",
        text="card declined",
        read=line.read,
        desk="bank",
        service="Cards",
        agent="7",
        customer="C-9",
        severity=Severity.HIGH,
        occurred_at=at,
        reported_at=at,
    )


def test_the_same_line_in_csv_gives_the_same_report(folder: Path) -> None:
    from_json = read_one(folder / "a.jsonl", '{"id": "1", "text": "a, \\"b\\"", "reported_at": "2026-03-02T10:00"}')
    from_csv = read_one(folder / "a.csv", 'id,text,reported_at\n1,"a, ""b""",2026-03-02T10:00\n')
    assert (from_csv.key, from_csv.text, from_csv.reported_at) == (from_json.key, from_json.text, from_json.reported_at)


def test_columns_that_are_not_ours_are_never_read(folder: Path) -> None:
    plain = read_one(folder / "a.jsonl", '{"id": "1", "text": "dead"}')
    with_group = read_one(folder / "a.jsonl", '{"id": "1", "text": "dead", "group": "answer", "error_codes": [1]}')
    assert "answer" not in repr(with_group)
    assert (with_group.key, with_group.text, with_group.service) == (plain.key, plain.text, plain.service)


def test_a_mapping_says_where_to_read_from(folder: Path) -> None:
    columns = parse_columns(["text=Description", "occurred_at=When"])
    line = read_one(folder / "a.csv", "Description;When;text\nbroken;2026-03-02;no\n", columns)
    assert (line.text, line.occurred_at) == ("broken", datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_tells_the_delimiter(folder: Path, delimiter: str) -> None:
    content = delimiter.join(["id", "text", "desk"]) + "\n" + delimiter.join(["1", "dead", "bank"]) + "\n"
    assert read_one(folder / "a.csv", content).desk == "bank"


def test_when_it_occurred_and_when_it_was_reported_are_kept_apart(folder: Path) -> None:
    content = '{"text": "x", "occurred_at": "2026-03-01T00:00Z", "reported_at": "2026-03-02T00:00Z"}'
    line = read_one(folder / "a.jsonl", content)
    assert (line.occurred_at, line.reported_at) == (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))


def test_a_time_without_a_zone_is_in_the_zone_that_was_named(folder: Path) -> None:
    line = read_one(folder / "a.jsonl", '{"text": "x", "created_at": "2026-07-01T12:00"}', zone="Europe/Berlin")
    assert line.reported_at == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_each_line_that_is_no_report_is_refused_with_why_and_the_others_are_read(folder: Path) -> None:
    lines = [
        b'{"text": "good"}',
        b"{not json}",
        b'["text"]',
        b'{"text": "caf\xe9"}',
        b"",
        b'{"service": "Cards"}',
        b'{"text": "  "}',
        b'{"text": 42}',
        b'{"text": "x", "created_at": "yesterday"}',
        b'{"text": "x", "created_at": "0001-01-01T00:00+14:00"}',
        b'{"text": "x", "severity": "P9"}',
        b'{"text": "x", "severity": 9}',
        b'{"text": "x", "service": {"name": "Cards"}}',
        b'{"text": "x \\ud800"}',
        b"[" * 100_000,
        b'{"text": "last"}',
    ]
    read_lines = read(folder / "a.jsonl", b"\n".join(lines))
    assert refusals(read_lines) == [
        (2, "It is not valid JSON."),
        (3, "It is not a JSON object."),
        (4, "It is not UTF-8."),
        (6, "There is no text."),
        (7, "There is no text."),
        (8, "Its text is not a text."),
        (9, '"yesterday" is not a time such as 2026-03-02T14:05:00Z.'),
        (10, '"0001-01-01T00:00+14:00" is not a time such as 2026-03-02T14:05:00Z.'),
        (11, '"P9" is not a severity: low, normal, high, critical.'),
        (12, '"9" is not a severity: low, normal, high, critical.'),
        (13, "Its service is not a text."),
        (14, "Its text is not valid Unicode."),
        (15, "It is not valid JSON."),
    ]
    assert [line.text for line in read_lines if isinstance(line, ImportLine)] == ["good", "last"]


def test_csv_lines_that_are_no_report_are_refused_with_why(folder: Path) -> None:
    content = b'id,text\n1,good\n2,caf\xe9\n3,a,b\n4,"x"y\n5,"two\nlines"\n\n6\n7,last\n'
    read_lines = read(folder / "a.csv", content)
    assert refusals(read_lines) == [
        (3, "It is not UTF-8."),
        (4, "It has 3 columns, and the header has 2."),
        (5, "It is not valid CSV, up to line 5: ',' expected after '\"'."),
        (9, "There is no text."),
    ]
    texts = [(line.number, line.text) for line in read_lines if isinstance(line, ImportLine)]
    assert texts == [(2, "good"), (6, "two\nlines"), (10, "last")]


def test_a_quotation_mark_that_never_ends_is_told_with_the_lines_it_took(folder: Path) -> None:
    read_lines = read(folder / "a.csv", 'text\ngood\n"open\nlost\nlost\n')
    assert refusals(read_lines) == [(3, "It is not valid CSV, up to line 5: unexpected end of data.")]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_byte_order_mark_is_no_part_of_the_first_line(folder: Path, name: str) -> None:
    content = {"a.jsonl": '{"text": "dead"}', "a.csv": "text\ndead\n"}[name]
    assert read_one(folder / name, b"\xef\xbb\xbf" + content.encode()).text == "dead"


def test_lines_without_an_id_have_keys_that_last_and_differ(folder: Path) -> None:
    content = '{"text": "dead"}\n{"text": "dead"}\n'
    first, second = (
        [line.key for line in read(folder / "a.jsonl", content) if isinstance(line, ImportLine)] for _ in "12"
    )
    assert first == second
    assert len(set(first)) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", '{"text": "a"}\n\n{no}\n{"text": "b"}\n'), ("a.csv", 'text\na\n\n"b\nc"\n')],
)
def test_each_line_tells_how_much_of_the_file_was_read(folder: Path, name: str, content: str) -> None:
    positions = [line.read for line in read(folder / name, b"\xef\xbb\xbf" + content.encode())]
    assert positions == sorted(positions)
    assert positions[-1] == (folder / name).stat().st_size


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"id,note\n1,x\n", 'no column "text".*id, note'),
        ("a.csv", b"", 'no column "text".*none'),
        ("a.json", b'[{"text": "x"}]', "one JSON object a line"),
        ("a.csv", "text\nx\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_is_refused_at_once(
    folder: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(BadInputError, match=why):
        read(folder / name, content)


def test_a_file_that_is_not_there_is_one_sentence(folder: Path) -> None:
    with pytest.raises(BadInputError, match=r"gone\.csv cannot be read: No such file"):
        list(read_import(folder / "gone.csv", columns={}, zone=ZoneInfo("UTC")))


def test_a_mapped_column_must_be_there(folder: Path) -> None:
    with pytest.raises(BadInputError, match='no column "Words" to read the text from; its columns: text'):
        read(folder / "a.csv", "text\nx\n", {"text": "Words"})


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        ("text", "does not say which column"),
        ("text=", "does not say which column"),
        ("txet=A", 'did you mean "text"'),
        ("group=A", "it reads id, desk, text"),
    ],
)
def test_a_wrong_mapping_is_refused(pair: str, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        parse_columns([pair])


def test_a_large_file_is_read_line_by_line(folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_text('{"text": "dead"}\n' * 5000 + "{")
    lines = read_import(path, columns={}, zone=ZoneInfo("UTC"))
    first = next(lines)
    assert first.read == 17
