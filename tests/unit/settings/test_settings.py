import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, read_settings

ROOT = Path(__file__).parents[3]


def refusal(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    return str(refused.value)


def test_without_any_setting_only_this_machine_is_served() -> None:
    settings = read_settings()
    assert settings.is_loopback_only
    assert settings.address == "http://127.0.0.1:8080"


def test_a_wrong_number_is_one_sentence_with_its_name_its_shape_and_where_it_came_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refusal(monkeypatch, "TECHISSUE_PORT", "eighty") == (
        'TECHISSUE_PORT must be a whole number from 1 to 65535, not "eighty" (from the environment).'
    )


def test_a_wrong_setting_of_the_env_file_is_traced_to_it(tmp_path: Path) -> None:
    env_file = tmp_path / "here.env"
    env_file.write_text("TECHISSUE_WEB_CHAT=maybe\n")
    with pytest.raises(
        SettingsError, match=r'TECHISSUE_WEB_CHAT must be "on", "off" or "auto", not "maybe" \(from .*here'
    ):
        read_settings(env_file)


@pytest.mark.parametrize(
    ("name", "value"),
    [("TECHISSUE_SECRET_KEY", "hunter2"), ("TECHISSUE_DATABASE_URL", "mysql://ana:hunter2@host/name")],
)
def test_a_wrong_secret_is_described_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)
    assert f"a text of {len(value)} characters" in str(refused.value)
    assert refused.value.__suppress_context__


def test_secrets_do_not_show_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHISSUE_SECRET_KEY", "a secret of thirty-two characters")
    monkeypatch.setenv("TECHISSUE_DATABASE_URL", "postgresql://ana:hunter2@host/name")
    shown = repr(read_settings())
    assert "thirty-two" not in shown
    assert "hunter2" not in shown


def test_a_mistyped_name_is_refused_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, "TECHISSUE_PROT", "80") == (
        'There is no setting "TECHISSUE_PROT"; did you mean "TECHISSUE_PORT" (from the environment).'
    )


def test_a_mistyped_name_in_the_env_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TECHISSUE_HOTS=0.0.0.0\n")
    with pytest.raises(SettingsError, match=r'"techissue_hots"; did you mean "TECHISSUE_HOST" \(from \.env\)'):
        read_settings()


def test_the_environment_goes_before_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TECHISSUE_PORT=1111\nTECHISSUE_LOG_LEVEL=error\nPATH_OF_ANOTHER=1\n")
    monkeypatch.setenv("TECHISSUE_PORT", "2222")
    settings = read_settings()
    assert (settings.port, settings.log_level) == (2222, "error")


@pytest.mark.parametrize(
    ("value", "model"), [("", None), ("off", "off"), ("models/mine", Path("models/mine")), ("./off", Path("off"))]
)
def test_the_model_is_the_packages_own_a_folder_or_off(
    monkeypatch: pytest.MonkeyPatch, value: str, model: Path | str | None
) -> None:
    monkeypatch.setenv("TECHISSUE_MODEL", value)
    assert read_settings().model == model


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHISSUE_SECRET_KEY", "")
    assert read_settings().secret_key is None


@pytest.mark.parametrize(
    ("host", "address", "loopback"),
    [
        ("localhost", "http://localhost:8080", True),
        ("::1", "http://[::1]:8080", True),
        ("127.0.0.9", "http://127.0.0.9:8080", True),
        ("0.0.0.0", "http://127.0.0.1:8080", False),  # noqa: S104 - only read
        ("::", "http://[::1]:8080", False),
        ("192.168.1.7", "http://192.168.1.7:8080", False),
        ("desk.example.com", "http://desk.example.com:8080", False),
    ],
)
def test_the_address_is_one_that_a_browser_can_open(host: str, address: str, *, loopback: bool) -> None:
    settings = Settings(host=host)
    assert (settings.address, settings.is_loopback_only) == (address, loopback)


@pytest.mark.parametrize("host", ["http://127.0.0.1", "127.0.0.1:8080", "two words", "-x"])
def test_a_host_with_more_than_a_host_is_refused(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    assert "without a port" in refusal(monkeypatch, "TECHISSUE_HOST", host)


def test_the_base_url_is_what_people_see() -> None:
    assert Settings(base_url="https://help.example.com/tech/").address == "https://help.example.com/tech"


@pytest.mark.parametrize(
    ("web_chat", "has_real_platform", "served"),
    [("auto", False, True), ("auto", True, False), ("on", True, True), ("off", False, False)],
)
def test_the_web_chat_gives_way_to_a_real_platform(
    monkeypatch: pytest.MonkeyPatch, web_chat: str, *, has_real_platform: bool, served: bool
) -> None:
    monkeypatch.setenv("TECHISSUE_WEB_CHAT", web_chat)
    assert read_settings().serves_web_chat(has_real_platform=has_real_platform) is served


def test_an_env_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TECHISSUE_PORT=\xff\xfe\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings()


def test_the_example_has_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text()
    names = re.findall(r"^TECHISSUE_(\w+)=", example, re.MULTILINE)
    assert sorted(name.lower() for name in names) == sorted(Settings.model_fields)


def test_the_example_says_what_holds_if_nothing_is_set() -> None:
    assert read_settings(ROOT / ".env.example") == Settings()
