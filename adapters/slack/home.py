"""A person's own page as Slack's Home tab."""

from typing import Any

from adapters.slack import limits
from adapters.slack.blocks import Block, Numbering, Room, blocks_of
from adapters.slack.modal import FormPlace, form_view
from bot.messages import Home


def home_view(home: Home, *, desk: str) -> dict[str, Any]:
    """The page: its sections one below the other, and the wishes at its end."""
    numbers, room = Numbering(), Room(blocks=limits.VIEW_BLOCKS, weight=limits.VIEW_WEIGHT)
    groups: list[list[Block]] = [
        [*blocks_of(each, desk=desk, most=limits.BLOCKS, weight=limits.WEIGHT, numbers=numbers), {"type": "divider"}]
        for each in home.sections
    ]
    inputs = [
        {**block, "dispatch_action": True} for block in form_view(home.preferences, FormPlace(desk=desk))["blocks"]
    ]
    return {"type": "home", "blocks": [*room.take_groups(groups), *inputs]}
