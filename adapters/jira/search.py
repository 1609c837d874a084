"""Looking for issues: by the label of an opening, and many at once by key."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from jira import JIRAError

from adapters.jira.connection import JiraClient
from adapters.jira.issues import FIELDS, read_issue
from escalation.errors import TicketRejectedError

_AT_ONCE = 50


def find_labelled(jira: JiraClient, label: str) -> dict[str, Any] | None:
    """The oldest issue with this label that the search shows by now. Raises JIRAError.

    Cloud's search lags by seconds to minutes, and its old address is gone; Data Center has only the old one.
    """
    body = {"jql": f'labels = "{label}" ORDER BY created ASC', "fields": FIELDS.split(","), "maxResults": 2}
    path = "search/jql" if jira.server.is_cloud else "search"
    issues = jira.ask("POST", path, body=body).get("issues") or []
    return dict(issues[0]) if issues else None


def read_issues(jira: JiraClient, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The issues by the key that was asked for. Those that are gone are left out. Raises JIRAError, and
    TicketRejectedError where a whole project cannot be seen: its issues are not gone, we are shut out.
    """
    found: dict[str, Mapping[str, Any]] = {}
    if jira.server.is_cloud:
        for start in range(0, len(keys), _AT_ONCE):
            body = {"issueIdsOrKeys": list(keys[start : start + _AT_ONCE]), "fields": FIELDS.split(",")}
            issues = jira.ask("POST", "issue/bulkfetch", body=body).get("issues") or []
            found |= {str(issue["key"]): issue for issue in issues if issue["key"] in keys}
    missing = [key for key in keys if key not in found]
    gone = []
    for key in missing:
        # Asked for one by one, an issue that was moved is given under its new key.
        try:
            found[key] = read_issue(jira, key)
        except JIRAError as error:
            if error.status_code not in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}:
                raise
            gone.append(key)
    _refuse_unseen_projects(jira, {key.rpartition("-")[0] for key in gone})
    return found


def can_see_project(jira: JiraClient, project: str) -> bool:
    """Whether our account may see this project. Raises JIRAError."""
    try:
        jira.ask("GET", f"project/{project}")
    except JIRAError as error:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return False
        raise
    return True


def refuse_if_unseen(jira: JiraClient, key: str) -> None:
    """Raises TicketRejectedError if the issue's whole project cannot be seen."""
    _refuse_unseen_projects(jira, {key.rpartition("-")[0]})


def _refuse_unseen_projects(jira: JiraClient, projects: Iterable[str]) -> None:
    for project in sorted(filter(None, projects)):
        if not can_see_project(jira, project):
            sentence = f"Jira shows techissue's account no project {project}."
            raise TicketRejectedError(sentence, notice=f"{sentence} Give the account Browse Projects there.")
