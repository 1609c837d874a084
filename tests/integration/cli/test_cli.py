import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from bot.bootstrap import opened, utc_now
from bot.cli import app
from bot.errors import BadInputError, BotError, SettingsError
from bot.settings import read_settings
from dedupe.meaning import load_model
from dedupe.values import ReportId

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


def matching_found() -> str:
    found: str = next(each["finding"] for each in run_json("doctor") if each["check"] == "matching")
    return found


async def count_unread(home: Path) -> int:
    """How many stored reports the package's own model has not read."""
    engine = make_engine(f"sqlite:///{home / 'techissue.db'}")
    async with SqlWork(engine)(read_only=True) as work:
        unread = await work.reports.unread_by(load_model().digest, after=ReportId(0), limit=10)
    await engine.dispose()
    return len(unread)


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
    assert any("4012" in each["words"] and each["weight"] > 0 for each in shown["members"][1]["reasons"])
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
        (
            *("settings", "database", "desks", "matching", "thresholds", "weights"),
            *("tracker", "outbound work", "doors", "slack"),
        ),
        True,
    )


def test_the_doctor_names_the_model_that_is_run(home: Path) -> None:
    assert re.fullmatch(
        r"by words and by meaning, read by the model that comes with techissue \([0-9a-f]{12}\)", matching_found()
    )


def test_the_doctor_says_where_matching_is_by_words_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHISSUE_MODEL", "off")
    assert matching_found() == "by words only, since TECHISSUE_MODEL=off"


def test_a_folder_without_a_model_stops_the_command_in_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TECHISSUE_MODEL", str(home / "nowhere"))
    result = run("problems")
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception).startswith("TECHISSUE_MODEL: ")
    assert str(home / "nowhere") in str(result.exception)
    assert "\n" not in str(result.exception)
    failed = [each for each in run_json("doctor") if not each["ok"]]
    assert [each["finding"] for each in failed] == [str(result.exception)]


def test_an_import_first_reads_what_was_stored_without_a_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_lines(home)
    with monkeypatch.context() as without:
        without.setenv("TECHISSUE_MODEL", "off")
        run("import", file)
    run("import", file)
    assert asyncio.run(count_unread(home)) == 0


def test_why_weighs_the_evidence_for_a_report(home: Path) -> None:
    run("import", write_lines(home))
    result = run("why", "r2", "#1")
    assert "r2 is in #1" in result.stdout
    assert "both say ERR-4012" in result.stdout


def test_why_gives_programs_the_weights_as_numbers(home: Path) -> None:
    run("import", write_lines(home))
    why = run_json("why", "2")
    assert (why["report"], why["problem"], why["then"]["verdict"], why["now"]["verdict"]) == (2, 1, "same", "same")
    assert why["near"][0]["problem"] == 1
    code = next(each for each in why["near"][0]["reasons"] if each["words"] == "both say ERR-4012")
    assert code["weight"] > 0


@pytest.mark.parametrize("name", ["r99", "seven"])
def test_why_of_a_report_that_is_not_there_is_one_sentence(home: Path, name: str) -> None:
    result = run("why", name)
    assert isinstance(result.exception, BotError)


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


def suspect() -> None:
    """What the nightly look does."""

    async def look() -> None:
        async with opened(read_settings()) as product:
            await product.housekeeping.suspect(utc_now())

    asyncio.run(look())


@pytest.fixture
def suspected(home: Path) -> Path:
    """A desk with two problems that look like one: they came when nothing was joined."""
    desks = home / "techissue.toml"
    desks.write_text("[desks.default.matching]\nsame = 0.999999999\nask = 0.999999999\n", encoding="utf-8")
    run("import", write_lines(home))
    desks.unlink()
    suspect()
    return home


def test_triage_lists_what_waits_with_the_answers_there_are(suspected: Path) -> None:
    shown = run("triage").stdout
    assert "1. #1 and #2 look like one problem" in shown
    assert "[Merge] [Not the same]" in shown
    (choice,) = run_json("triage")["message"]["choices"]
    assert [action["label"] for action in choice["actions"]] == ["Merge", "Not the same"]


def test_a_line_of_the_triage_list_is_answered_and_the_answer_taken_back(suspected: Path) -> None:
    assert "Nothing waits." in run("triage", "1", "merge", "--as", "tess").stdout
    assert [each["reports"] for each in run_json("problems")] == [2, 1]

    assert "Taken back: merge" in run("report", "undo", "--as", "tess").stdout
    assert [each["reports"] for each in run_json("problems")] == [1, 1, 1]


@pytest.mark.parametrize("words", [("1", "perhaps"), ("9", "merge"), ("1",)])
def test_an_answer_that_the_triage_list_does_not_offer_is_refused_in_one_sentence(
    suspected: Path, words: tuple[str, ...]
) -> None:
    result = run("triage", *words)
    assert isinstance(result.exception, BotError)
    assert [each["reports"] for each in run_json("problems")] == [1, 1, 1]
