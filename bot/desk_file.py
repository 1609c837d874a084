"""`techissue.toml`: the desks, how each matches and escalates, and what holds for Slack."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.catalogue import DEFAULT_DESK
from bot.desk_tables import DeskTable, SettingsFile
from bot.desks import Desk
from bot.errors import SettingsError
from bot.setting_shapes import described
from bot.settings import PREFIX, Settings
from bot.slack_table import SlackRules
from dedupe.weights import Weights, load_weights


def read_desks(settings: Settings) -> dict[str, Desk]:
    """The desks of the settings file, the `default` one always among them. Raises SettingsError.

    Without a file there is only the default desk. A file that was named in the settings must be there.
    """
    weights = load_weights()
    tables = {DEFAULT_DESK: DeskTable()} | _read_file(settings, weights).desks
    return {name: table.desk(name, weights) for name, table in tables.items()}


def read_slack_rules(settings: Settings) -> SlackRules:
    """What the settings file says of Slack. Raises SettingsError."""
    return _read_file(settings, load_weights()).slack.rules()


def _read_file(settings: Settings, weights: Weights) -> SettingsFile:
    path = settings.config_file
    if not path.exists() and "config_file" not in settings.model_fields_set:
        return SettingsFile()
    try:
        return SettingsFile.model_validate(_parse(path), context=weights)
    except ValidationError as error:
        raise SettingsError(f"{_sentence(error)} (from {path}).") from error


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise SettingsError(f"{PREFIX}CONFIG_FILE names {path}, which cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not a UTF-8 text file.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from error


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    path = ".".join(_key(part) for part in first["loc"] if part != "[key]") or "The file"
    if first["type"] == "rule":
        return f"{path} {first['msg']}"
    if first["type"] == "missing":
        return f"{path} must be given"
    wrong = first["msg"] if first["type"] == "shape" else "must be a table"
    return f"{path} {wrong}, not {described(first['input'])}"


def _key(part: str | int) -> str:
    return str(part) if re.fullmatch(r"[A-Za-z0-9_-]+", str(part)) else json.dumps(part, ensure_ascii=False)
