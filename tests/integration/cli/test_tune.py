"""`techissue tune`, and what the doctor says of weights and thresholds."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from dedupe.trial import FEWEST


@pytest.fixture
def home(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with a database of its own, matched by words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TECHISSUE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TECHISSUE_MODEL", "off")
    return tmp_path


@pytest.fixture
def decided_home(home: Path, decided_file: Path) -> Path:
    """The same with a desk whose people objected to everything."""
    shutil.copyfile(decided_file, home / "techissue.db")
    return home


def run(*words: str, said: str | None = None) -> Result:
    return CliRunner().invoke(app, words, input=said)


def run_json(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def finding(check: str) -> dict[str, Any]:
    return next(each for each in run_json("doctor") if each["check"] == check)


def test_what_is_learned_is_shown_before_and_after_and_used_once_somebody_says_so(decided_home: Path) -> None:
    result = run("tune", said="y\n")
    shown = result.stdout.replace("│", " ").split()
    wrong = shown.index("wrongly")
    before, after = (int(word) for word in shown[wrong + 1 : wrong + 3])
    assert after < before / 2
    assert "Recommended" in result.stdout
    assert "its own, learned from" in finding("weights")["finding"]


@pytest.mark.parametrize("said", ["n\n", "\n", ""])
def test_what_nobody_agreed_to_is_not_used(decided_home: Path, said: str) -> None:
    run("tune", said=said)
    assert "default: as shipped" in finding("weights")["finding"]


def test_with_yes_what_is_recommended_is_used_without_a_question(decided_home: Path) -> None:
    result = run("tune", "--yes")
    assert result.exit_code == 0
    assert "Use them?" not in result.stdout
    assert "its own" in finding("weights")["finding"]


def test_with_yes_what_is_not_recommended_is_not_used(home: Path) -> None:
    run("report", "card declined at checkout")
    result = run("tune", "--yes")
    assert result.exit_code == 0
    assert f"Not recommended: with fewer than {FEWEST} decisions" in result.stdout
    assert result.stdout.endswith("Nothing was changed.\n")


def test_for_a_program_the_figures_are_numbers_and_nothing_is_used_without_yes(decided_home: Path) -> None:
    found = run_json("tune")
    assert found["recommended"] is True
    assert found["used"] is False
    assert found["before"]["joined_wrong"] > found["after"]["joined_wrong"]
    assert found["decisions"] > found["tried"] >= FEWEST - 10
    assert run_json("tune", "--yes")["used"] is True


def test_a_reset_goes_back_to_the_shipped_weights(decided_home: Path) -> None:
    run("tune", "--yes")
    assert run("tune", "--reset").stdout == "The desk default judges by the shipped weights again.\n"
    assert "default: as shipped" in finding("weights")["finding"]
    assert run("tune", "--reset").stdout == "The desk default judges by the shipped weights anyway.\n"


def test_the_doctor_says_which_own_weights_hold_no_more_and_what_to_do(
    decided_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("tune", "--yes")
    monkeypatch.delenv("TECHISSUE_MODEL")
    found = finding("weights")
    assert found["ok"] is False
    assert "default: as shipped, since its own are of other weights or another model" in found["finding"]
    assert "`techissue tune --desk default`" in found["finding"]
    assert "and not used" in run("tune", said="n\n").stdout.replace("\n", " ")


def test_the_doctor_says_what_the_thresholds_of_each_desk_mean(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TECHISSUE_MODEL")
    (home / "techissue.toml").write_text("[desks.cards.matching]\njoin_precision = 0.97\nnew_asked = 0.2\n")
    cards = finding("thresholds")["finding"].split("; ")[1]
    assert cards.startswith("cards: joins from ")
    assert "about 97% of such joins are right" in cards
    assert "about 20% of new failures" in cards


def test_a_share_that_was_never_measured_stops_the_command_in_one_sentence(home: Path) -> None:
    (home / "techissue.toml").write_text("[desks.cards.matching]\njoin_precision = 0.999\n")
    (failed,) = [each for each in run_json("doctor") if not each["ok"]]
    assert failed["finding"].startswith("desks.cards.matching.join_precision must be from ")
