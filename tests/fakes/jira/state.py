"""The fake's own doings: what an administrator and people do in it, and what its API's calls change."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.fakes.jira.issues import ANA, BOT, PRIORITIES, Comment, Issue, Project
from tests.fakes.jira.workflow import STATUSES, Status

Listener = Callable[[str, Issue, str, dict[str, Any]], None]


class RefusedError(Exception):
    """The call is refused with this status, in these words."""

    def __init__(self, status: int, message: str = "", **errors: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"errorMessages": [message] if message else [], "errors": errors}


class JiraState:
    """`lag` is how long the search does not show a new issue. `listeners` hear of every change."""

    def __init__(self, clock: Callable[[], datetime], *, lag: timedelta = timedelta()) -> None:
        self.clock = clock
        self.lag = lag
        self.projects = {"OPS": Project("OPS", "10000")}
        self.issues: dict[str, Issue] = {}
        self.listeners: list[Listener] = []
        self.lock = threading.RLock()
        self._ids = count(10100)

    def find(self, key: str) -> Issue:
        """The issue of this key or id, or the one that had the key before it was moved."""
        for issue in self.issues.values():
            if key in {issue.key, issue.id, *issue.former_keys} and self.projects[issue.project].may_browse:
                return issue
        raise RefusedError(404, "Issue does not exist or you do not have permission to see it.")

    def create(self, fields: dict[str, Any], by: str = BOT) -> Issue:
        project = self.projects.get((fields.get("project") or {}).get("key", ""))
        if project is None or not project.may_browse:
            raise RefusedError(400, project="valid project is required")
        self.permit(project, "CREATE_ISSUES")
        self._check_screen(project, fields)
        project.last_number += 1
        now = self.clock()
        issue = Issue(
            id=str(next(self._ids)),
            key=f"{project.key}-{project.last_number}",
            project=project.key,
            fields=dict(fields),
            created=now,
            updated=now,
            shown_from=now + self.lag,
            creator=by,
            status_since=now,
            priority=(fields.get("priority") or {}).get("name", "Medium"),
        )
        self.issues[issue.key] = issue
        self._tell("jira:issue_created", issue, by)
        return issue

    def edit(self, issue: Issue, fields: dict[str, Any], by: str = BOT) -> None:
        self.permit(self.projects[issue.project], "EDIT_ISSUES")
        if (name := (fields.get("priority") or {}).get("name")) is not None:
            if name not in PRIORITIES:
                raise RefusedError(400, priority="The priority selected is invalid.")
            issue.priority = name
        items = [{"field": key, "fieldId": key, "toString": str(value)} for key, value in fields.items()]
        issue.fields.update(fields)
        self._changed(issue, by, items)

    def transition(self, issue: Issue, way: str, fields: dict[str, Any], by: str = BOT) -> None:
        workflow = self.projects[issue.project].workflow
        self.permit(self.projects[issue.project], "TRANSITION_ISSUES")
        to = dict(workflow.ways(issue.status)).get(way)
        if to is None:
            raise RefusedError(400, f"Transition {way} is not valid for this issue.")
        wanted = (fields.get("resolution") or {}).get("name")
        if wanted is not None and (to.category != "done" or wanted not in workflow.screen):
            raise RefusedError(400, resolution="Field 'resolution' cannot be set.")
        if to.category == "done" and (missing := {k: v for k, v in workflow.required.items() if k not in fields}):
            raise RefusedError(400, **missing)
        self._put(issue, to, wanted or ("Done" if to.category == "done" else None), by)

    def comment(self, issue: Issue, body: Any, by: str = BOT) -> Comment:
        self.permit(self.projects[issue.project], "ADD_COMMENTS")
        now = self.clock()
        comment = Comment(str(next(self._ids)), by, body, now, now)
        issue.comments.append(comment)
        self._changed(issue, by, [], event="comment_created", comment=comment)
        return comment

    def edit_comment(self, issue: Issue, comment: Comment, body: Any, by: str = BOT) -> None:
        comment.body, comment.updated = body, self.clock()
        self._changed(issue, by, [], event="comment_updated", comment=comment)

    def link(self, kind: str, source: Issue, target: Issue, by: str = BOT) -> None:
        self.permit(self.projects[source.project], "LINK_ISSUES")
        source.links.append((kind, "outward", target.key))
        target.links.append((kind, "inward", source.key))
        self._changed(source, by, [])

    def move(self, key: str, status: str, resolution: str | None = None, by: str = ANA) -> Issue:
        """A person moves an issue, by whatever way there is."""
        with self.lock:
            issue = self.find(key)
            self._put(issue, STATUSES[status], resolution, by)
            return issue

    def move_to_project(self, key: str, project: str, by: str = ANA) -> Issue:
        """A person moves an issue to another project, where it gets another key."""
        with self.lock:
            issue, home = self.find(key), self.projects.setdefault(project, Project(project, f"2{len(self.projects)}"))
            home.last_number += 1
            issue.former_keys.append(issue.key)
            del self.issues[issue.key]
            issue.key, issue.project = f"{project}-{home.last_number}", project
            self.issues[issue.key] = issue
            self._changed(issue, by, [])
            return issue

    def delete(self, key: str, by: str = ANA) -> None:
        with self.lock:
            issue = self.find(key)
            del self.issues[issue.key]
            self._tell("jira:issue_deleted", issue, by)

    def permit(self, project: Project, permission: str) -> None:
        if permission not in project.permissions:
            raise RefusedError(403, "You do not have permission to do this.")

    def _check_screen(self, project: Project, fields: dict[str, Any]) -> None:
        known = {each["fieldId"] for each in project.screen}
        if unknown := [each for each in fields if each not in known]:
            sentence = "Field cannot be set. It is not on the appropriate screen, or unknown."
            raise RefusedError(400, **dict.fromkeys(unknown, sentence))
        required = {each["fieldId"]: each["name"] for each in project.screen if each["required"]} | {}
        missing = {key: f"{name} is required." for key, name in required.items() if key not in {*fields, "reporter"}}
        if missing:
            raise RefusedError(400, **missing)
        if len(fields["summary"]) > 255 or "\n" in fields["summary"]:
            raise RefusedError(400, summary="The summary is invalid because it contains newline characters.")
        names = {each["name"] for each in fields.get("components") or []}
        if names - project.components:
            raise RefusedError(400, components=f"Component name '{min(names)}' is not valid")

    def _put(self, issue: Issue, to: Status, resolution: str | None, by: str) -> None:
        now = self.clock()
        items = [{"field": "status", "fieldId": "status", "fromString": issue.status.name, "toString": to.name}]
        issue.status, issue.status_since, issue.resolution = to, now, resolution
        issue.resolved_at = now if resolution else None
        self._changed(issue, by, items)

    def _changed(
        self,
        issue: Issue,
        by: str,
        items: list[dict[str, Any]],
        *,
        event: str = "jira:issue_updated",
        comment: Comment | None = None,
    ) -> None:
        issue.updated = self.clock()
        issue.writes += 1
        if items:
            issue.history.append({"by": by, "at": issue.updated, "items": items})
        self._tell(event, issue, by, {"comment": comment} if comment else {"items": items})

    def _tell(self, event: str, issue: Issue, by: str, more: dict[str, Any] | None = None) -> None:
        for listener in self.listeners:
            listener(event, issue, by, more or {})
