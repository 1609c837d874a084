"""A form given back as it was sent, with what was typed into it."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.blocks import context

_KEPT = ("type", "callback_id", "private_metadata", "title", "submit", "close")
_FILLED = {"initial_value": "value", "initial_option": "selected_option", "initial_options": "selected_options"}


def refilled(view: Mapping[str, Any], sentence: str) -> dict[str, Any]:
    """The view as it was submitted, below a sentence about what is wrong with it."""
    values: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    blocks = [_filled(block, values) for block in view.get("blocks") or () if block.get("type") != "context"]
    return {**{name: view[name] for name in _KEPT if view.get(name)}, "blocks": [context(sentence), *blocks]}


def _filled(block: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    element = block.get("element")
    if block.get("type") != "input" or not isinstance(element, dict):
        return dict(block)
    typed = values.get(str(block.get("block_id")), {}).get(str(element.get("action_id")), {})
    filled = {name: value for name, value in element.items() if name not in _FILLED}
    filled |= {initial: typed[name] for initial, name in _FILLED.items() if typed.get(name)}
    return {**block, "element": filled}
