"""Addresses and secrets, from `TECHISSUE_…` environment variables and from `.env`. Read once, at the start."""

import os
from collections.abc import Iterable
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from bot.setting_shapes import described, shape, unknown

PREFIX = "TECHISSUE_"
_SECRET = frozenset(
    {
        *("secret_key", "database_url", "jira_token", "jira_webhook_secret", "jira_webhook_path_secret"),
        *("slack_bot_token", "slack_app_token", "slack_signing_secret"),
    }
)
_ADDRESS = r"^https?://[^\s/?#]+(/[^\s?#]*)?$"


def _begins(prefix: str) -> AfterValidator:
    def check(secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value().startswith(prefix):
            raise ValueError
        return secret

    return AfterValidator(check)


class WebChat(StrEnum):
    """Whether the web chat is served. `auto`: unless a real chat platform is configured."""

    ON = "on"
    OFF = "off"
    AUTO = "auto"


class JiraApiVersion(StrEnum):
    """Version 2 takes wiki text, 3 takes documents. `auto`: 3 on Jira Cloud, 2 on Data Center."""

    AUTO = "auto"
    WIKI = "2"
    DOCUMENTS = "3"


class SlackMode(StrEnum):
    """How Slack's requests come in: over a connection that we open, or to an address of ours that Slack can reach."""

    SOCKET = "socket"
    HTTP = "http"


class LogLevel(StrEnum):
    """The least important events that are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How events are written. `auto`: for people where a terminal shows them, as JSON elsewhere."""

    CONSOLE = "console"
    JSON = "json"
    AUTO = "auto"


class Settings(BaseSettings):
    """Every setting that is not about a desk. `.env.example` says what each is for.

    `database_url` may hold a password, and `secret_key` is one: neither shows in a `repr` or an error.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: Annotated[
        str,
        Field(pattern=r"^(sqlite(\+aiosqlite)?:///.+|postgresql(\+psycopg)?://.+)$", repr=False),
        shape('an address such as "sqlite:///var/techissue.db" or "postgresql://user:password@host/name"'),
    ] = "sqlite:///var/techissue.db"
    host: Annotated[
        str,
        Field(pattern=r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$"),
        shape('an IP address or a host name without a port, such as "127.0.0.1"'),
    ] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535), shape("a whole number from 1 to 65535")] = 8080
    base_url: Annotated[
        str | None,
        Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$"),
        shape('an address such as "https://techissue.example.com"'),
    ] = None
    secret_key: Annotated[SecretStr | None, Field(min_length=32), shape("a text of at least 32 characters")] = None
    web_chat: Annotated[WebChat, shape('"on", "off" or "auto"')] = WebChat.AUTO
    config_file: Annotated[Path, shape("the path of a file")] = Path("techissue.toml")
    model: Annotated[
        Literal["off"] | Path | None, Field(union_mode="left_to_right"), shape('the path of a folder, or "off"')
    ] = None
    log_level: Annotated[LogLevel, shape('"debug", "info", "warning" or "error"')] = LogLevel.INFO
    log_format: Annotated[LogFormat, shape('"console", "json" or "auto"')] = LogFormat.AUTO

    jira_url: Annotated[
        str | None, Field(pattern=_ADDRESS), shape('an address such as "https://example.atlassian.net"')
    ] = None
    jira_api_url: Annotated[
        str | None,
        Field(pattern=_ADDRESS),
        shape('an address such as "https://api.atlassian.com/ex/jira/0a1b2c3d-…"'),
    ] = None
    jira_email: Annotated[
        str | None, Field(pattern=r"^\S+@\S+$"), shape('an e-mail address such as "techissue@example.com"')
    ] = None
    jira_token: Annotated[SecretStr | None, Field(min_length=8), shape("a text of at least 8 characters")] = None
    jira_api_version: Annotated[JiraApiVersion, shape('"auto", "2" or "3"')] = JiraApiVersion.AUTO
    jira_webhook_secret: Annotated[
        SecretStr | None, Field(min_length=16), shape("a text of at least 16 characters")
    ] = None
    jira_webhook_path_secret: Annotated[
        SecretStr | None,
        Field(min_length=32),
        shape("a text of at least 32 letters, digits, hyphens and underscores"),
    ] = None

    slack_bot_token: Annotated[SecretStr | None, _begins("xoxb-"), shape('a bot token, which begins with "xoxb-"')] = (
        None
    )
    slack_app_token: Annotated[
        SecretStr | None, _begins("xapp-"), shape('an app-level token, which begins with "xapp-"')
    ] = None
    slack_signing_secret: Annotated[
        SecretStr | None, Field(min_length=16), shape("a text of at least 16 characters")
    ] = None
    slack_mode: Annotated[SlackMode, shape('"socket" or "http"')] = SlackMode.SOCKET
    slack_api_url: Annotated[str, Field(pattern=_ADDRESS), shape('an address such as "https://slack.com/api/"')] = (
        "https://slack.com/api/"
    )

    @property
    def has_jira_webhook(self) -> bool:
        """Whether Jira can tell us of changes."""
        return bool(self.jira_webhook_secret or self.jira_webhook_path_secret)

    @property
    def address(self) -> str:
        """Where a browser finds the service, without a slash at the end: `base_url`, or else what it listens on."""
        if self.base_url:
            return self.base_url.rstrip("/")
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - read, not bound
        return f"http://[{host}]:{self.port}" if ":" in host and "[" not in host else f"http://{host}:{self.port}"

    @property
    def is_loopback_only(self) -> bool:
        """Whether nobody but this machine can reach what is served."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.casefold() == "localhost"

    def serves_web_chat(self, *, has_real_platform: bool) -> bool:
        """Whether the web chat is served, given whether Slack or Teams is configured."""
        return self.web_chat is WebChat.ON or (self.web_chat is WebChat.AUTO and not has_real_platform)


def read_settings(env_file: Path = Path(".env")) -> Settings:
    """The settings of the environment, and where it says nothing, of `env_file`. Raises SettingsError."""
    try:
        written = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file} cannot be read as a UTF-8 text file.") from error
    _refuse_unknown(os.environ, "the environment")
    _refuse_unknown(written, str(env_file))
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg] # it is no field, so mypy does not know it
    except ValidationError as error:
        raise SettingsError(_sentence(error, env_file)) from None  # its cause repeats the values, secrets included


def _refuse_unknown(names: Iterable[str], source: str) -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in names:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"There is no setting {unknown(name, known).rstrip('?')} (from {source}).")


def _sentence(error: ValidationError, env_file: Path) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0])
    name = PREFIX + field.upper()
    in_environment = any(each.upper() == name and value for each, value in os.environ.items())
    source = "the environment" if in_environment else str(env_file)
    return f"{name} {first['msg']}, not {described(first['input'], secret=field in _SECRET)} (from {source})."
