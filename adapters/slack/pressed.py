"""A button's name, value and desk, as Slack carries them and gives them back."""

import re
from dataclasses import dataclass

from adapters.slack.limits import ID, VALUE, clean, measure

_PREFIX = "press"
PATTERN = re.compile(rf"^{_PREFIX}:\d+:")
"""The action ids of the bot's buttons."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """A button that was pressed. `desk` is empty where the message was not of a desk."""

    name: str
    value: str
    desk: str


def encode(name: str, value: str, desk: str, *, place: int) -> tuple[str, str] | None:
    """A button's action id and value; `place` tells it from the others of its message. None where it does not fit:
    half a value would do something else.
    """
    action_id, carried = f"{_PREFIX}:{place}:{name}", f"{desk}|{value}"
    is_whole = clean(action_id) == action_id and clean(carried) == carried
    return (action_id, carried) if is_whole and measure(action_id) <= ID and measure(carried) <= VALUE else None


def decode(action_id: str, carried: str) -> Pressed | None:
    """What was pressed, or None if it is no button of the bot's."""
    prefix, _, rest = action_id.partition(":")
    _, _, name = rest.partition(":")
    desk, bar, value = carried.partition("|")
    if prefix != _PREFIX or not name or not bar:
        return None
    return Pressed(name=name, value=value, desk=desk)
