"""Links between issues."""

from collections.abc import Mapping
from typing import Any

from adapters.jira.connection import JiraClient
from adapters.jira.issues import is_linked


def link_once(jira: JiraClient, raw: Mapping[str, Any], kind: str, to: str) -> None:
    """Link the issue to the other, unless it is. Of a duplicate, it is this one that duplicates the other.

    Raises JIRAError. The library's own `create_issue_link` sends an empty comment that the contract does not take.
    """
    if is_linked(raw, kind, to):
        return
    body = {"type": {"name": kind}, "inwardIssue": {"key": str(raw["key"])}, "outwardIssue": {"key": to}}
    jira.ask("POST", "issueLink", body=body)
