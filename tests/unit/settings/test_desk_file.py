import dataclasses
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.catalogue import Desks
from bot.desk_file import read_desks
from bot.desk_tables import DeskTable, EscalationTable
from bot.desks import Desk
from bot.errors import BadInputError, SettingsError
from bot.people import Role
from bot.setting_shapes import Table
from bot.settings import Settings
from dedupe.values import Thresholds
from escalation.policy import Level, Policy
from escalation.values import DeclineReason, PersonId, Priority, Severity
from tests.unit.settings.desk_files import read, refusal

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "techissue.example.toml"


def test_without_a_file_there_is_one_general_desk() -> None:
    desks = read_desks(Settings())
    assert list(desks) == ["default"]
    assert desks["default"].zone.key == "UTC"
    assert [service.name for service in desks["default"].services][:2] == ["Website", "Mobile app"]
    assert desks["default"].policy == Policy()


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"TECHISSUE_CONFIG_FILE names .*gone\.toml.* No such file"):
        read_desks(Settings(config_file=tmp_path / "gone.toml"))


def test_the_default_desk_is_there_beside_those_of_the_file(path: Path) -> None:
    assert list(read(path, "[desks.bank]")) == ["default", "bank"]


def test_a_desk_is_read_with_all_it_says(path: Path) -> None:
    desk = read(
        path,
        """
        [desks.bank]
        title = "Bank"
        zone = "Europe/London"
        language = "de"
        channels = ["C1"]
        ask_timeout = "1h"
        matched_after_end = "off"
        services = { Cards = ["plastic"] }
        matching = { same = 0.9, ask = 0.4 }
        roles = { triagers = ["web:ana"], supervisors = ["web:ana", "slack:U1"] }
        shorthand = { CR = "card reader" }
        statuses.declined = { "Won't Do" = "not a fault" }
        [desks.bank.escalation]
        level = 2
        open_agents = "off"
        open_severity = "off"
        agents_window = "2h"
        bump_steps = [2, 4]
        priority_steps = { 7 = "highest" }
        """,
    )["bank"]
    assert (desk.title, desk.zone.key, desk.language, desk.channels) == ("Bank", "Europe/London", "de", ("C1",))
    assert desk.ask_timeout == timedelta(hours=1)
    assert desk.matched_after_end is None
    assert desk.service_named("PLASTIC") == desk.services[0]
    assert desk.thresholds == Thresholds(same=0.9, ask=0.4)
    assert desk.roles[PersonId("web:ana")] == {Role.AGENT, Role.TRIAGER, Role.SUPERVISOR}
    assert desk.roles[PersonId("slack:U1")] == {Role.AGENT, Role.SUPERVISOR}
    assert desk.shorthand == {"cr": "card reader"}
    assert desk.statuses.declined == {"won't do": DeclineReason.NOT_A_FAULT}
    assert desk.policy == Policy(
        level=Level.TICKETS,
        open_agents=None,
        open_severity=None,
        agents_window=timedelta(hours=2),
        bump_steps=(2, 4),
        priority_steps={7: Priority.HIGHEST},
    )


def test_a_severity_is_named_in_words(path: Path) -> None:
    desk = read(path, '[desks.default.escalation]\nopen_severity = "high"')["default"]
    assert desk.policy.open_severity is Severity.HIGH


ZONE = 'the name of a time zone, such as "Europe/London"'
SPAN = "a span of time such as 15m, 24h, 3d or 2w, in quotes"
COUNT = "a whole number of at least 1"
STEPS = "a list of whole numbers, each larger than the one before"
SEVERITY = '"low", "normal", "high" or "critical", or "off"'
PEOPLE = 'a list of people written as platform and id, such as "web:ana"'
NAMED = "named by at most 32 lower-case letters, digits, hyphens and underscores"


@pytest.mark.parametrize(
    ("text", "setting", "shape", "value"),
    [
        ("desks.a = 1", "a", "a table", "1"),
        ("[desks.'A b']", '"A b"', NAMED, '"A b"'),
        ("[desks.a]\nzone = 'Mars'", "a.zone", ZONE, '"Mars"'),
        ("[desks.a]\nzone = 'Europe'", "a.zone", ZONE, '"Europe"'),
        ("[desks.a]\nask_timeout = 15", "a.ask_timeout", SPAN, "15"),
        ("[desks.a]\nask_timeout = '0m'", "a.ask_timeout", SPAN, '"0m"'),
        ("[desks.a]\nmatched_after_end = 'ever'", "a.matched_after_end", f'{SPAN}, or "off"', '"ever"'),
        ("[desks.a.escalation]\nlevel = 9", "a.escalation.level", "1, 2 or 3", "9"),
        (
            "[desks.a.escalation]\nspike_least = true",
            "a.escalation.spike_least",
            "a whole number of at least 1",
            "true",
        ),
        ("[desks.a.escalation]\nbump_steps = [5, 3]", "a.escalation.bump_steps", STEPS, "[5, 3]"),
        ("[desks.a.escalation]\nopen_severity = 'bad'", "a.escalation.open_severity", SEVERITY, '"bad"'),
        ("[desks.a.roles]\ntriagers = ['ana']", "a.roles.triagers", PEOPLE, '["ana"]'),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_place_and_its_shape(
    path: Path, text: str, setting: str, shape: str, value: str
) -> None:
    assert refusal(path, text) == f"desks.{setting} must be {shape}, not {value}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("desk = 1", 'The file has no setting "desk"; did you mean "desks"?'),
        ("[desks.a.roles]\ntriager = []", 'desks.a.roles has no setting "triager"; did you mean "triagers"?'),
    ],
)
def test_an_unknown_or_missing_setting_is_named(path: Path, text: str, sentence: str) -> None:
    assert refusal(path, text) == sentence


def test_two_services_of_one_name_are_refused(path: Path) -> None:
    sentence = refusal(path, "[desks.a.services]\nApp = ['x']\nSite = ['X']")
    assert sentence == 'desks.a has two services called "x": App and Site'


def test_a_channel_in_two_desks_is_refused(path: Path) -> None:
    sentence = refusal(path, "[desks.a]\nchannels = ['1']\n[desks.b]\nchannels = ['1']")
    assert sentence == 'The file has the channel "1" in two desks: a and b'


def test_a_file_that_is_no_toml_is_refused_with_the_place(path: Path) -> None:
    assert "is not valid TOML" in refusal(path, "[desks.a]\nzone = ")


def test_a_file_that_is_no_text_is_refused(path: Path) -> None:
    path.write_bytes(b"title = '\xff'")
    with pytest.raises(SettingsError, match="not a UTF-8 text file"):
        read_desks(Settings(config_file=path))


def test_a_desk_that_is_not_configured_has_defaults_and_takes_any_service() -> None:
    desk = Desks({}).named("card-services")
    assert (desk.title, desk.zone.key, desk.services) == ("Card services", "UTC", ())


@pytest.mark.parametrize("name", ["", "Two Words", "a" * 33, "x\n", "../x"])
def test_what_cannot_be_the_name_of_a_desk_is_refused(name: str) -> None:
    with pytest.raises(BadInputError, match="lower-case"):
        Desks({}).named(name)


def test_every_field_of_the_policy_can_be_set() -> None:
    assert set(EscalationTable.model_fields) == {field.name for field in dataclasses.fields(Policy)}


def test_every_field_of_a_desk_can_be_set() -> None:
    others = {"name", "thresholds", "policy"}
    tables = {"matching", "escalation"}
    assert set(DeskTable.model_fields) - tables == {field.name for field in dataclasses.fields(Desk)} - others


def test_the_example_says_what_holds_if_nothing_is_set() -> None:
    assert read_desks(Settings(config_file=EXAMPLE))["default"] == read_desks(Settings())["default"]


def test_the_example_has_every_setting_of_a_desk() -> None:
    desks = tomllib.loads(EXAMPLE.read_text())["desks"].values()
    assert missing_from(list(desks), DeskTable) == []


def missing_from(tables: list[dict[str, Any]], model: type[Table]) -> list[str]:
    missing = []
    for name, field in model.model_fields.items():
        found = [table[name] for table in tables if name in table]
        nested = next((kind for kind in Table.__subclasses__() if kind.__name__ in str(field.annotation)), None)
        if not found:
            missing.append(name)
        elif nested:
            missing += [f"{name}.{each}" for each in missing_from(found, nested)]
    return missing
