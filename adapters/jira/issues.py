"""Reading issues: how a ticket stands, in our words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.jira.access import JiraAccess
from adapters.jira.connection import JiraClient
from bot.jira_desk import JiraDesk
from escalation.values import Priority, TicketKey, TicketState, TicketStatus

FIELDS = "status,resolution,resolutiondate,statuscategorychangedate,priority,updated,created,issuelinks,project"
_CATEGORIES = {"new": TicketStatus.TO_DO, "indeterminate": TicketStatus.IN_PROGRESS, "done": TicketStatus.DONE}


def read_issue(jira: JiraClient, key: str, *, fields: str = FIELDS, expand: str | None = None) -> dict[str, Any]:
    """The issue of this key, or of the one it was moved to. Raises JIRAError."""
    return dict(jira.issue(key, fields=fields, expand=expand).raw)


def state_of(raw: Mapping[str, Any], access: JiraAccess, desk: JiraDesk, *, asked: str | None = None) -> TicketState:
    """How the ticket stands. `asked` is the key that it was asked by."""
    fields, key = raw["fields"], TicketKey(str(raw["key"]))
    status = fields["status"]
    resolution = fields.get("resolution")
    return TicketState(
        key=key,
        url=access.page_of(key),
        status=category_of(status),
        status_name=str(status.get("name", "")),
        resolution=None if resolution is None else str(resolution.get("name", "")),
        priority=priority_of(fields.get("priority"), desk) or Priority.MEDIUM,
        changed_at=moment(fields["updated"]),
        status_since=_status_since(fields, status),
        duplicate_of=_duplicate_of(fields, desk),
        moved_from=TicketKey(asked) if asked is not None and asked != key else None,
    )


def category_of(status: Mapping[str, Any]) -> TicketStatus:
    """The status by its category; one without any counts as to do."""
    return _CATEGORIES.get(str((status.get("statusCategory") or {}).get("key")), TicketStatus.TO_DO)


def priority_of(priority: Mapping[str, Any] | None, desk: JiraDesk) -> Priority | None:
    """What the desk's mapping makes of Jira's priority; None if it is none of those, and so cannot be compared."""
    name = str((priority or {}).get("name", "")).casefold()
    found = [ours for ours, theirs in desk.priorities.items() if theirs.casefold() == name]
    return max(found) if found else None


def moment(words: str) -> datetime:
    """One of Jira's times, such as `2026-03-12T09:30:00.000+0000`."""
    return datetime.fromisoformat(words)


def is_linked(raw: Mapping[str, Any], kind: str, to: str) -> bool:
    """Whether the issue has a link of this kind to the other, in whichever direction."""
    return any(
        link["type"]["name"].casefold() == kind.casefold() and _other(link) == to
        for link in raw["fields"].get("issuelinks") or []
    )


def _status_since(fields: Mapping[str, Any], status: Mapping[str, Any]) -> datetime | None:
    is_done = category_of(status) is TicketStatus.DONE
    words = (fields.get("resolutiondate") if is_done else None) or fields.get("statuscategorychangedate")
    return moment(words) if words else None


def _duplicate_of(fields: Mapping[str, Any], desk: JiraDesk) -> TicketKey | None:
    """The newest issue that this one is said to duplicate; being duplicated by another says nothing."""
    kind = desk.duplicate_link.casefold()
    links = [
        each["outwardIssue"]
        for each in fields.get("issuelinks") or []
        if each["type"]["name"].casefold() == kind and "outwardIssue" in each
    ]
    return TicketKey(str(links[-1]["key"])) if links else None


def _other(link: Mapping[str, Any]) -> str:
    return str((link.get("outwardIssue") or link.get("inwardIssue") or {}).get("key", ""))
