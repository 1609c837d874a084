"""Moving issues: the way through a workflow is chosen by where it leads, since names and ids differ everywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.jira.connection import JiraClient
from adapters.jira.errors import refused_fields
from adapters.jira.issues import category_of
from bot.jira_desk import JiraDesk
from escalation.errors import NoWayThereError, TicketRejectedError
from escalation.values import DeclineReason, TicketStatus

FIXED = "fixed"


def choose_transition(
    transitions: Sequence[Mapping[str, Any]], wanted: TicketStatus, desk: JiraDesk, declined: DeclineReason | None
) -> Mapping[str, Any] | None:
    """The transition to a status of the wanted category: the configured one, or else the first that Jira offers."""
    ways = [each for each in transitions if category_of(each["to"]) is wanted]
    names = [declined.value] if declined else []
    for name in [*names, wanted.value]:
        status = desk.statuses.get(name, "").casefold()
        for way in ways:
            if status and str(way["to"]["name"]).casefold() == status:
                return way
    return ways[0] if ways else None


def move_issue(
    jira: JiraClient, key: str, wanted: TicketStatus, desk: JiraDesk, declined: DeclineReason | None = None
) -> None:
    """Take the one step that leads there. Raises NoWayThereError, and JIRAError.

    The library's own `transition_issue` sends an id of the wrong type, and matches the transition's name and not where
    it leads.
    """
    way = find_way(jira, key, wanted, desk, declined)
    body: dict[str, Any] = {"transition": {"id": str(way["id"])}}
    if wanted is TicketStatus.DONE and (resolution := _resolution(way, desk, declined)) is not None:
        body["fields"] = {"resolution": {"name": resolution}}
    jira.ask("POST", f"issue/{key}/transitions", body=body)


def find_way(
    jira: JiraClient, key: str, wanted: TicketStatus, desk: JiraDesk, declined: DeclineReason | None = None
) -> Mapping[str, Any]:
    """The transition that leads there from where the issue is now. Raises NoWayThereError, and JIRAError."""
    way = choose_transition(jira.transitions(key, expand="transitions.fields"), wanted, desk, declined)
    if way is None:
        raise NoWayThereError(f"The workflow of {key} has no way from where it is to a status of “{wanted.value}”.")
    return way


def explain_refused_move(error: TicketRejectedError, key: str) -> TicketRejectedError:
    """A transition that asks for fields is one that only a person can take."""
    wanted = ", ".join(refused_fields(error))
    return NoWayThereError(f"The workflow of {key} asks for {wanted} there.") if wanted else error


def _resolution(way: Mapping[str, Any], desk: JiraDesk, declined: DeclineReason | None) -> str | None:
    """The resolution to give, where the transition takes one: the mapped one, if Jira has it."""
    field = (way.get("fields") or {}).get("resolution")
    if field is None:
        return None
    wanted = desk.resolutions.get(declined.value if declined else FIXED, "")
    offered = [str(each.get("name")) for each in field.get("allowedValues") or []]
    for name in offered:
        if name.casefold() == wanted.casefold():
            return name
    return wanted if not offered and wanted else None
