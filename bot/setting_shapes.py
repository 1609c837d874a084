"""The shapes that settings have, and the words that say what is wrong with one."""

import json
from collections.abc import Collection
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.durations import SHAPE as DURATION_SHAPE
from bot.durations import read_duration
from escalation.values import Priority, Severity

_LONGEST_SHOWN = 40


def shape(words: str) -> WrapValidator:
    """Whatever is wrong with the value, the error says that it must be `words`."""

    def check(value: object, validate: ValidatorFunctionWrapHandler) -> object:
        try:
            return validate(value)
        except (ValidationError, ValueError, TypeError, LookupError):
            # The inner error repeats the value, which may be a secret.
            raise PydanticCustomError("shape", "must be {shape}", {"shape": words}) from None

    return WrapValidator(check)


def _duration(value: object) -> timedelta:
    found = read_duration(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError
    return found


def _duration_or_off(value: object) -> timedelta | None:
    return None if value == "off" else _duration(value)


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (OSError, LookupError) as error:
        raise ValueError from error


def _severity(value: object) -> Severity | None:
    return None if value is None else Severity[_lower(value).upper()]


def _priority(value: object) -> Priority:
    return Priority[_lower(value).upper()]


def _lower(value: object) -> str:
    if not isinstance(value, str) or value != value.lower():
        raise TypeError
    return value


def _off(value: object) -> object:
    return None if value == "off" else value


def _whole(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise TypeError
    return value


OFF = BeforeValidator(_off)
"""The word "off" stands for no value."""
WHOLE = BeforeValidator(_whole)
"""Neither true nor 3.0 is a whole number."""
SEVERITY = BeforeValidator(_severity)
PRIORITY = BeforeValidator(_priority)
Duration = Annotated[timedelta, BeforeValidator(_duration), shape(f"{DURATION_SHAPE}, in quotes")]
DurationOrOff = Annotated[
    timedelta | None, BeforeValidator(_duration_or_off), shape(f'{DURATION_SHAPE}, in quotes, or "off"')
]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone), shape('the name of a time zone, such as "Europe/London"')]


class Table(BaseModel):
    """A table of the settings file: no key but its own, and a word about the nearest one for any other."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _know_every_key(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            raise PydanticCustomError("shape", "must be a table")
        for key in data:
            if key not in cls.model_fields:
                raise PydanticCustomError("rule", "has no setting {why}", {"why": unknown(key, cls.model_fields)})
        return data


def rule(why: str) -> PydanticCustomError:
    """Values that are each well formed do not go together."""
    return PydanticCustomError("rule", "{why}", {"why": why})


def unknown(name: str, known: Collection[str]) -> str:
    """The unknown name, and the known one that was probably meant."""
    near = get_close_matches(name.casefold(), [each.casefold() for each in known], n=1, cutoff=0.7)
    meant = next((each for each in known if near and each.casefold() == near[0]), None)
    return f'"{name}"; did you mean "{meant}"?' if meant else f'"{name}"'


def described(value: object, *, secret: bool = False) -> str:
    """What a value looks like, short, and for a secret one no more than its length."""
    match value:
        case SecretStr():
            return described(value.get_secret_value(), secret=True)
        case str() if secret or len(value) > _LONGEST_SHOWN:
            return f"a text of {len(value)} characters"
        case str():
            return f'"{value}"'
    shown = json.dumps(value, default=str, ensure_ascii=False)
    if len(shown) <= _LONGEST_SHOWN:
        return shown
    return f"a list of {len(value)}" if isinstance(value, list) else "a table"
