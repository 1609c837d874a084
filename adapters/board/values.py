"""The board's tickets as values, and its fixed workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from adapters.board.errors import BadMoveError
from escalation.values import PersonId, Priority, TicketKey, TicketStatus

TO_DO = "To do"
IN_PROGRESS = "In progress"
DONE = "Done"
DUPLICATE = "Duplicate"

STATUSES: Mapping[str, TicketStatus] = MappingProxyType(
    {TO_DO: TicketStatus.TO_DO, IN_PROGRESS: TicketStatus.IN_PROGRESS, DONE: TicketStatus.DONE},
)
"""The columns, in order, with what they mean."""

RESOLUTIONS = ("Fixed", "Won't do", "Not a fault", DUPLICATE, "Cannot reproduce")
"""How a ticket can end."""


class EntryKind(StrEnum):
    """What an entry of the timeline tells."""

    OPENED = "opened"
    MOVED = "moved"
    PRIORITY = "priority"
    COMMENT = "comment"
    BUMP = "bump"
    """The one rolling comment: how often it is reported by now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardEntry:
    """A line of a ticket's timeline. Without `by` it was the bot."""

    at: datetime
    kind: EntryKind
    text: str
    by: PersonId | None = None
    by_name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardTicket:
    """A ticket. `changed_by` is who moved it last, None if that was the bot. `entries` come oldest first.

    `status` is one of STATUSES; `resolution` one of RESOLUTIONS where that is Done, else None.
    """

    key: TicketKey
    label: str
    desk: str
    title: str
    body: str
    service: str | None
    status: str
    resolution: str | None
    priority: Priority
    linked_from: TicketKey | None
    duplicate_of: TicketKey | None
    opened_at: datetime
    changed_at: datetime
    changed_by: PersonId | None
    entries: tuple[BoardEntry, ...] = ()


def check_move(status: str, resolution: str | None) -> str | None:
    """The resolution that goes with the status: none but for Done, and Fixed where none was named.

    Raises BadMoveError.
    """
    if status not in STATUSES:
        raise BadMoveError(f"There is no status “{status}” on the board, only {', '.join(STATUSES)}.")
    if status != DONE:
        return None
    if resolution and resolution not in RESOLUTIONS:
        raise BadMoveError(f"There is no resolution “{resolution}” on the board, only {', '.join(RESOLUTIONS)}.")
    return resolution or RESOLUTIONS[0]


def say_standing(status: str, resolution: str | None, duplicate_of: TicketKey | None = None) -> str:
    """Such as "In progress", "Done (Fixed)", "Done (Duplicate of TI-3)"."""
    if resolution is None:
        return status
    return f"{status} ({resolution} of {duplicate_of})" if duplicate_of else f"{status} ({resolution})"
