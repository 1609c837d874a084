from pathlib import Path

import pytest

from bot.desk_file import read_desks
from bot.errors import SettingsError
from bot.jira_desk import BumpStyle, JiraDesk
from bot.settings import Settings
from escalation.values import Priority, TicketNoteKind


def read(tmp_path: Path, text: str) -> JiraDesk | None:
    path = tmp_path / "desks.toml"
    path.write_text(text)
    return read_desks(Settings(config_file=path))["default"].jira


def test_a_project_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, '[desks.default.jira]\nproject = "OPS"\n') == JiraDesk(project="OPS")


def test_a_desk_without_the_table_has_no_project(tmp_path: Path) -> None:
    assert read(tmp_path, "[desks.default]\n") is None


def test_what_a_table_of_names_leaves_out_is_as_by_default(tmp_path: Path) -> None:
    text = (
        '[desks.default.jira]\nproject = "OPS"\nbump = "description"\npriorities = { highest = "Blocker" }\n'
        'marks = { cause = "" }\nresolutions = { fixed = "Solved" }\n'
    )
    desk = read(tmp_path, text)
    assert desk is not None
    assert desk.bump is BumpStyle.DESCRIPTION
    assert (desk.priorities[Priority.HIGHEST], desk.priorities[Priority.LOW]) == ("Blocker", "Low")
    assert (desk.marks[TicketNoteKind.CAUSE], desk.marks[TicketNoteKind.WORKAROUND]) == ("", "workaround:")
    assert (desk.resolutions["fixed"], desk.resolutions["duplicate"]) == ("Solved", "Duplicate")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('project = "ops"', 'desks.default.jira.project must be the key of a Jira project, such as "OPS", not "ops"'),
        ('issue_type = "Bug"', "desks.default.jira.project must be given"),
        ('project = "OPS"\nissuetype = "Bug"', 'has no setting "issuetype"; did you mean "issue_type"?'),
        (
            'project = "OPS"\nlabels = ["two words"]',
            "desks.default.jira.labels must be a list of labels",
        ),
        ('project = "OPS"\nstatuses = { finished = "Done" }', "desks.default.jira.statuses must be a table to"),
        (
            'project = "OPS"\nresolutions = { done = "Done" }',
            "desks.default.jira.resolutions must be a table to",
        ),
        ('project = "OPS"\nmarks = { workarounds = "x" }', "desks.default.jira.marks must be a table"),
        ('project = "OPS"\nbump = "both"', 'desks.default.jira.bump must be "comment" or "description", not "both"'),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, f"[desks.default.jira]\n{line}\n")
    assert sentence in str(refused.value)


def test_desks_may_share_a_project_if_they_read_its_tickets_alike(tmp_path: Path) -> None:
    shared = '[desks.{}.jira]\nproject = "OPS"\nlabels = ["{}"]\n'
    assert read(tmp_path, shared.format("default", "a") + shared.format("cards", "b")) is not None
    with pytest.raises(SettingsError, match="default and cards share the Jira project OPS"):
        read(tmp_path, shared.format("default", "a") + shared.format("cards", "b") + "close_duplicates = false\n")
