"""The fake's issues as Jira's REST API shows them."""

from datetime import datetime
from typing import Any

from tests.fakes.jira.issues import PEOPLE, PRIORITIES, Comment, Issue, Project
from tests.fakes.jira.state import JiraState


def stamp(at: datetime | None) -> str | None:
    """Such as 2026-03-12T09:30:00.000+0000."""
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


class JsonForm:
    """`address` is that of the REST API's version, which is what every `self` begins with."""

    def __init__(self, state: JiraState, address: str, *, cloud: bool) -> None:
        self._state = state
        self._address = address
        self._cloud = cloud

    def user(self, account: str) -> dict[str, Any]:
        name = PEOPLE[account]
        if not self._cloud:
            return {"self": f"{self._address}/user", "name": account, "key": account, "displayName": name}
        return {
            "self": f"{self._address}/user?accountId={account}",
            "accountId": account,
            "accountType": "atlassian",
            "displayName": name,
            "active": True,
            "timeZone": "Etc/UTC",
            "avatarUrls": {},
        }

    def issue(self, issue: Issue, wanted: set[str] | None = None, *, changelog: bool = False) -> dict[str, Any]:
        fields = self._fields(issue)
        shown = fields if not wanted or "*all" in wanted else {k: v for k, v in fields.items() if k in wanted}
        answer = {"id": issue.id, "key": issue.key, "self": f"{self._address}/issue/{issue.id}", "fields": shown}
        if changelog:
            answer["changelog"] = self._changelog(issue)
        return answer

    def comment(self, issue: Issue, comment: Comment) -> dict[str, Any]:
        return {
            "self": f"{self._address}/issue/{issue.id}/comment/{comment.id}",
            "id": comment.id,
            "author": self.user(comment.author),
            "updateAuthor": self.user(comment.author),
            "body": comment.body,
            "created": stamp(comment.created),
            "updated": stamp(comment.updated),
            "jsdPublic": comment.public,
            **({"visibility": {"type": "role", "value": comment.only_for}} if comment.only_for else {}),
        }

    def project(self, project: Project) -> dict[str, Any]:
        return {
            "self": f"{self._address}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.key,
            "avatarUrls": {},
        }

    def priority(self, name: str) -> dict[str, Any]:
        return {"self": f"{self._address}/priority/{PRIORITIES[name]}", "id": PRIORITIES[name], "name": name}

    def _fields(self, issue: Issue) -> dict[str, Any]:
        resolution = {"self": f"{self._address}/resolution/1", "id": "1", "name": issue.resolution}
        return {
            **issue.fields,
            "project": self.project(self._state.projects[issue.project]),
            "status": issue.status.json(self._address),
            "resolution": resolution if issue.resolution else None,
            "resolutiondate": stamp(issue.resolved_at),
            **({"statuscategorychangedate": stamp(issue.status_since)} if self._cloud else {}),
            "priority": self.priority(issue.priority),
            "created": stamp(issue.created),
            "updated": stamp(issue.updated),
            "issuelinks": [self._link(each) for each in issue.links],
        }

    def _link(self, link: tuple[str, str, str]) -> dict[str, Any]:
        kind, direction, key = link
        words = {"Duplicate": ("is duplicated by", "duplicates")}.get(kind, ("relates to", "relates to"))
        other = self._state.issues.get(key)
        return {
            "id": "1",
            "type": {"id": "1", "name": kind, "inward": words[0], "outward": words[1]},
            f"{direction}Issue": {"id": other.id if other else "0", "key": key},
        }

    def _changelog(self, issue: Issue) -> dict[str, Any]:
        histories = [
            {"id": str(i), "author": self.user(each["by"]), "created": stamp(each["at"]), "items": each["items"]}
            for i, each in enumerate(issue.history)
        ]
        return {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories}
