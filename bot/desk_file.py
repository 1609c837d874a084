"""`techissue.toml`: the desks, and how each matches and escalates."""

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
from dedupe.weights import load_weights


def read_desks(settings: Settings) -> dict[str, Desk]:
    """The desks of the settings file, the `default` one always among them. Raises SettingsError.

    Without a file there is only the default desk. A file that was named in the settings must be there.
    """
    path, weights = settings.config_file, load_weights()
    if not path.exists() and "config_file" not in settings.model_fields_set:
        return {DEFAULT_DESK: DeskTable().desk(DEFAULT_DESK, weights)}
    try:
        tables = SettingsFile.model_validate(_parse(path), context=weights).desks
    except ValidationError as error:
        raise SettingsError(f"{_sentence(error)} (from {path}).") from error
    return {name: table.desk(name, weights) for name, table in ({DEFAULT_DESK: DeskTable()} | tables).items()}


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
