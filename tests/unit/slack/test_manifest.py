import json
from zoneinfo import ZoneInfo

import pytest

from adapters.slack.manifest import manifest, needs_of, scopes_for
from bot.cli import main
from bot.desks import Desk
from bot.people import Role
from bot.settings import SlackMode
from bot.slack_table import SlackRules
from escalation.values import PersonId

DESK = Desk(name="default", title="Northwind", zone=ZoneInfo("UTC"))
PLAIN = needs_of(SlackRules(reaction=None), [DESK], [None])


def test_only_what_the_settings_use_is_asked_for() -> None:
    group = Desk(
        name="d", title="D", zone=ZoneInfo("UTC"), roles={PersonId("slack:S0TRIAGE"): frozenset({Role.TRIAGER})}
    )
    full = needs_of(SlackRules(reaction="tools"), [group], ["https://help.example.com", "https://jira.example.com/x"])
    assert set(scopes_for(full)) - set(scopes_for(PLAIN)) == {
        *("reactions:read", "usergroups:read", "links:read", "links:write")
    }


def test_no_scope_reads_or_writes_more_than_the_bot_is_told() -> None:
    assert [name for name in scopes_for(PLAIN) if "admin" in name or name.startswith(("files", "search"))] == []
    assert {"chat:write.public", "chat:write.customize"} & set(scopes_for(PLAIN)) == set()


def test_socket_mode_needs_no_address() -> None:
    written = manifest(PLAIN, mode=SlackMode.SOCKET, address=None)
    assert written["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(written)


def test_in_http_mode_every_request_goes_to_the_one_door() -> None:
    written = manifest(PLAIN, mode=SlackMode.HTTP, address="https://help.example.com/")
    door = "https://help.example.com/slack/events"
    assert written["settings"]["socket_mode_enabled"] is False
    assert json.dumps(written).count(door) == 4
    assert written["features"]["slash_commands"][0]["url"] == door


def test_links_on_this_machine_get_no_card() -> None:
    assert needs_of(SlackRules(), [DESK], ["http://127.0.0.1:8080", "http://localhost", None]).domains == ()


def test_the_app_has_its_home_its_command_and_both_shortcuts() -> None:
    features = manifest(PLAIN, mode=SlackMode.SOCKET, address=None)["features"]
    assert features["app_home"]["home_tab_enabled"] is True
    assert [each["command"] for each in features["slash_commands"]] == ["/techissue"]
    assert sorted(each["type"] for each in features["shortcuts"]) == ["global", "message"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--mode", "http"], "In HTTP mode Slack needs an address"),
        (["--mode", "http", "--url", "http://help.example.com"], "begins with https://"),
    ],
)
def test_an_address_that_slack_cannot_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    monkeypatch.setattr("sys.argv", ["techissue", "slack", "manifest", *arguments])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert sentence in capsys.readouterr().err
