"""How a desk's tickets look in Jira, as configured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from escalation.values import Priority, TicketNoteKind

_PRIORITIES = {each: each.name.capitalize() for each in Priority}
_MARKS = {
    TicketNoteKind.WORKAROUND: "workaround:",
    TicketNoteKind.CUSTOMER: "tell the customer:",
    TicketNoteKind.CAUSE: "cause:",
}
_RESOLUTIONS = {
    "fixed": "Done",
    "won't fix": "Won't Do",
    "not a fault": "Won't Do",
    "duplicate": "Duplicate",
    "cannot reproduce": "Cannot Reproduce",
}


class BumpStyle(StrEnum):
    """Where a bump is written: in one rolling comment, or in the description (and the number field, if one is set)."""

    COMMENT = "comment"
    DESCRIPTION = "description"


@dataclass(frozen=True, kw_only=True, slots=True)
class JiraDesk:
    """A desk's project and what its tickets are given there. Names are Jira's own, as its pages show them.

    `components` are by service. `fields` are further fields by name or id, with the values that every ticket gets.
    `statuses` names the status to choose, where the workflow offers several, for "to do", "in progress", "done" or one
    of the reasons of a decline. `resolutions` are by "fixed" and those reasons. `marks` begin a comment that agents
    should know of; `note_fields` are fields that say the same.
    """

    project: str
    issue_type: str = "Bug"
    priorities: Mapping[Priority, str] = field(default_factory=lambda: MappingProxyType(_PRIORITIES))
    components: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    bump: BumpStyle = BumpStyle.COMMENT
    reports_field: str | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)
    resolutions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(_RESOLUTIONS))
    close_duplicates: bool = True
    duplicate_link: str = "Duplicate"
    related_link: str = "Relates"
    marks: Mapping[TicketNoteKind, str] = field(default_factory=lambda: MappingProxyType(_MARKS))
    note_fields: Mapping[TicketNoteKind, str] = field(default_factory=dict)
