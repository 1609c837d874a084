import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.errors import BadInputError, SettingsError

LINES = [
    {"id": "1", "text": "card declined at checkout ERR-4012", "agent": "ana", "created_at": "2026-03-02T09:00:00Z"},
    {"id": "2", "text": "card declined at checkout, ERR-4012", "agent": "ben", "created_at": "2026-03-02T09:40:00Z"},
    {"id": "3", "text": "reset mail never arrives", "agent": "ana", "created_at": "2026-03-03T10:00:00Z"},
]


@pytest.fixture
def home(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with a database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TECHISSUE_DATABASE_URL", sqlite_url)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def run_json(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def write_lines(home: Path, *more: str) -> str:
    path = home / "reports.jsonl"
    path.write_text("\n".join([*(json.dumps(line) for line in LINES), *more]) + "\n", encoding="utf-8")
    return str(path)


def test_an_import_groups_counts_and_keeps_the_times(home: Path) -> None:
    run("import", write_lines(home))
    problems = run_json("problems")
    assert [(each["number"], each["reports"], each["agents"]) for each in problems] == [(1, 2, 2), (2, 1, 1)]
    assert problems[0]["first_seen"] == "2026-03-02 09:00:00+00:00"


def test_an_import_that_is_run_again_takes_nothing_twice(home: Path) -> None:
    file = write_lines(home)
    run("import", file)
    assert run_json("import", file) == {"taken": 0, "known": 3, "refused": []}
    assert sum(each["reports"] for each in run_json("problems")) == 3


def test_lines_that_are_no_reports_are_listed_with_why_and_the_rest_is_taken(home: Path) -> None:
    result = run("import", write_lines(home, "{broken", '{"id": "5"}'))
    assert result.exit_code == 1
    assert "3 reports taken, 2 lines refused." in result.stdout
    assert "It is not valid JSON." in result.stdout


def test_an_import_opens_tickets_only_if_it_is_told_to(home: Path) -> None:
    run("import", write_lines(home))
    assert run_json("problems")[0]["ticket"] is None


def test_an_import_told_to_escalate_opens_the_tickets_that_the_policy_wants(home: Path) -> None:
    run("import", write_lines(home), "--escalate")
    assert [each["ticket"] for each in run_json("problems")] == ["TI-1", None]


def test_csv_is_read_by_the_columns_that_are_named(home: Path) -> None:
    path = home / "reports.csv"
    path.write_text("When;Description\n2026-03-02 09:00;card reader is dead\n", encoding="utf-8")
    taken = run_json("import", str(path), "--column", "text=Description", "--column", "occurred_at=When")
    assert taken["taken"] == 1
    assert run_json("problems")[0]["title"] == "card reader is dead"


def test_a_report_is_answered_as_an_agents_is(home: Path) -> None:
    run("report", "card declined at checkout ERR-4012", "--as", "ana")
    result = run("report", "card declined at checkout, ERR-4012", "--as", "ben")
    assert result.stdout.startswith("#1 · 2nd report in 1 minute (2 agents)")


def test_show_names_the_members_and_why_they_are_in_it(home: Path) -> None:
    run("import", write_lines(home))
    shown = run_json("show", "#1")
    assert [member["reporter"] for member in shown["members"]] == ["import:ana", "import:ben"]
    assert any("4012" in reason for reason in shown["members"][1]["reasons"])
    assert "card declined at checkout ERR-4012" in run("show", "1").stdout


def test_problems_of_several_desks_are_told_apart(home: Path) -> None:
    more = json.dumps({"id": "9", "desk": "bank", "text": "atm gives no cash"})
    run("import", write_lines(home, more))
    result = run("show", "1")
    assert isinstance(result.exception, BadInputError)
    assert "--desk bank" in str(result.exception)
    assert run_json("show", "1", "--desk", "bank")["title"] == "atm gives no cash"


def test_the_doctor_finds_a_fresh_set_up_in_order(home: Path) -> None:
    findings = run_json("doctor")
    assert {each["check"]: each["ok"] for each in findings} == dict.fromkeys(
        ("settings", "database", "desks", "matching", "tracker", "outbound work", "doors"), True
    )


def test_the_doctor_warns_of_a_web_chat_that_is_open_to_others(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHISSUE_HOST", "0.0.0.0")  # noqa: S104 - what it warns of
    doors = next(each for each in run_json("doctor") if each["check"] == "doors")
    assert not doors["ok"]
    assert "TECHISSUE_WEB_CHAT=off" in doors["finding"]


def test_a_wrong_setting_stops_the_command_with_its_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHISSUE_PORT", "eighty")
    result = run("problems")
    assert isinstance(result.exception, SettingsError)
    assert "TECHISSUE_PORT" in str(result.exception)


def test_the_outbox_says_when_nothing_waits(home: Path) -> None:
    assert run("outbox").stdout == "Nothing waits and nothing is parked.\n"
