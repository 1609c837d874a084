"""Slack's published structure of blocks and views. Where it is not at hand a test says so."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match

from tests.slack_limits import message_faults, view_faults

CONTRACTS = Path(__file__).parents[2] / "shared/rigs/contracts"


def has_contract() -> bool:
    """Whether the published structure is at hand."""
    return all(_file(kind).exists() for kind in ("Blocks", "Modal", "Home"))


def refused_message(text: str, blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why Slack would refuse the message."""
    return [*_against("Blocks", {"blocks": list(blocks)}), *message_faults(text, blocks)]


def refused_view(view: Mapping[str, Any]) -> list[str]:
    """Why Slack would refuse the form or the Home tab."""
    return [*_against("Home" if view["type"] == "home" else "Modal", view), *view_faults(view)]


def _against(kind: str, value: object) -> list[str]:
    if not has_contract():
        return []
    fault = best_match(_validator(kind).iter_errors(value))
    return [] if fault is None else [f"{kind}: {fault.message[:300]}"]


@cache
def _validator(kind: str) -> Any:
    return jsonschema.Draft7Validator(json.loads(_file(kind).read_text()))


def _file(kind: str) -> Path:
    return CONTRACTS / f"slack-{kind}.schema.json"
