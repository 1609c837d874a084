"""The part of Jira's REST API that the fake has."""

import re
from collections.abc import Callable
from typing import Any

from tests.fakes.jira.issues import ALL_PERMISSIONS, BOT, PRIORITIES
from tests.fakes.jira.json_form import JsonForm, stamp
from tests.fakes.jira.state import JiraState, RefusedError
from tests.fakes.jira.workflow import STATUSES

Answer = tuple[int, Any]
Handle = Callable[..., Answer]


class Routes:
    """Finds what a request asks and does it. One of them for each version of the API."""

    def __init__(self, state: JiraState, address: str, *, version: int, cloud: bool) -> None:
        self._state = state
        self._form = JsonForm(state, address, cloud=cloud)
        self._version = version
        self._cloud = cloud
        self._routes: list[tuple[str, re.Pattern[str], Handle]] = []
        handles: dict[str, Handle] = {
            "GET serverInfo": self._server_info,
            "GET myself": lambda **_: (200, self._form.user(BOT)),
            "GET mypermissions": self._permissions,
            "GET priority": lambda **_: (200, [self._form.priority(each) for each in PRIORITIES]),
            "GET resolution": self._resolutions,
            "GET issueLinkType": self._link_types,
            "GET project/(?P<key>[^/]+)": self._project,
            "GET project/(?P<key>[^/]+)/components": self._components,
            "GET project/(?P<key>[^/]+)/statuses": self._statuses,
            "GET issue/createmeta/(?P<key>[^/]+)/issuetypes": self._issue_types,
            "GET issue/createmeta/(?P<key>[^/]+)/issuetypes/(?P<kind>[^/]+)": self._screen,
            "POST issue": self._create,
            "POST issue/bulkfetch": self._bulk_fetch,
            "GET issue/(?P<key>[^/]+)": self._read,
            "PUT issue/(?P<key>[^/]+)": self._edit,
            "GET issue/(?P<key>[^/]+)/transitions": self._transitions,
            "POST issue/(?P<key>[^/]+)/transitions": self._transition,
            "GET issue/(?P<key>[^/]+)/comment": self._comments,
            "POST issue/(?P<key>[^/]+)/comment": self._comment,
            "PUT issue/(?P<key>[^/]+)/comment/(?P<comment>[^/]+)": self._edit_comment,
            "POST issueLink": self._link,
            "POST search/jql": self._search,
            "POST search": self._old_search,
        }
        for pattern, handle in handles.items():
            method, _, path = pattern.partition(" ")
            self._routes.append((method, re.compile(path), handle))

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        with self._state.lock:
            for known, pattern, handle in self._routes:
                found = pattern.fullmatch(path)
                if known == method and found:
                    try:
                        return handle(query=query, body=body or {}, **found.groupdict())
                    except RefusedError as error:
                        return error.status, error.body
        return 404, {"errorMessages": [f"No such address: {path}"], "errors": {}}

    def _server_info(self, **_: Any) -> Answer:
        kind = "Cloud" if self._cloud else "Server"
        return 200, {"baseUrl": "http://jira.test", "version": "1001.0.0", "deploymentType": kind}

    def _permissions(self, query: dict[str, str], **_: Any) -> Answer:
        project = self._state.projects.get(query.get("projectKey", ""))
        if project is None:
            return 404, {"errorMessages": ["No project could be found."], "errors": {}}
        asked = query.get("permissions", "").split(",") if query.get("permissions") else ALL_PERMISSIONS
        named = {
            each: {
                "id": "1",
                "key": each,
                "name": each,
                "type": "PROJECT",
                "havePermission": each in project.permissions,
            }
            for each in asked
        }
        return 200, {"permissions": named}

    def _resolutions(self, **_: Any) -> Answer:
        names = ("Done", "Won't Do", "Duplicate", "Cannot Reproduce")
        return 200, [{"id": str(i), "name": name, "description": ""} for i, name in enumerate(names)]

    def _link_types(self, **_: Any) -> Answer:
        types = [
            {"id": "1", "name": "Duplicate", "inward": "is duplicated by", "outward": "duplicates"},
            {"id": "2", "name": "Relates", "inward": "relates to", "outward": "relates to"},
        ]
        return 200, {"issueLinkTypes": types}

    def _project(self, key: str, **_: Any) -> Answer:
        project = self._state.projects.get(key)
        if project is None or not project.may_browse:
            raise RefusedError(404, f"No project could be found with key '{key}'.")
        return 200, self._form.project(project)

    def _components(self, key: str, **_: Any) -> Answer:
        names = sorted(self._state.projects[key].components)
        return 200, [{"id": str(i), "name": name} for i, name in enumerate(names)]

    def _statuses(self, key: str, **_: Any) -> Answer:
        project = self._state.projects[key]
        statuses = [each.json("http://jira.test") for each in STATUSES.values()]
        return 200, [
            {"id": str(i), "name": name, "self": "http://jira.test", "subtask": False, "statuses": statuses}
            for i, name in enumerate(project.issue_types, 1)
        ]

    def _issue_types(self, key: str, query: dict[str, str], **_: Any) -> Answer:
        project = self._state.projects.get(key)
        if project is None or not project.may_browse:
            raise RefusedError(404, "No project could be found.")
        may = "CREATE_ISSUES" in project.permissions
        types = [{"id": str(i), "name": name, "subtask": False} for i, name in enumerate(project.issue_types, 1)]
        return 200, self._page("issueTypes", types if may else [], query)

    def _screen(self, key: str, query: dict[str, str], **_: Any) -> Answer:
        return 200, self._page("fields", self._state.projects[key].screen, query)

    def _page(self, name: str, items: list[Any], query: dict[str, str]) -> dict[str, Any]:
        start, most = int(query.get("startAt", 0)), min(int(query.get("maxResults", 50)), 50)
        shown = items[start : start + most]
        paging = {"startAt": start, "maxResults": most, "total": len(items)}
        return {**paging, name if self._cloud else "values": shown}

    def _create(self, body: Any, **_: Any) -> Answer:
        self._check_text(body["fields"].get("description"), "description")
        issue = self._state.create(body["fields"])
        shown = self._form.issue(issue)
        return 201, {"id": shown["id"], "key": shown["key"], "self": shown["self"]}

    def _bulk_fetch(self, body: Any, **_: Any) -> Answer:
        if not self._cloud:
            raise RefusedError(404, "No such address.")
        wanted, found, missing = set(body.get("fields") or []), [], []
        for key in body["issueIdsOrKeys"]:
            issue = self._state.issues.get(key)
            if issue is not None and self._state.projects[issue.project].may_browse:
                found.append(self._form.issue(issue, wanted))
            else:
                missing.append({"id": key, "errorMessage": "Issue does not exist"})
        return 200, {"issues": found, "issueErrors": missing}

    def _read(self, key: str, query: dict[str, str], **_: Any) -> Answer:
        wanted = set(filter(None, query.get("fields", "").split(",")))
        issue = self._state.find(key)
        return 200, self._form.issue(issue, wanted, changelog="changelog" in query.get("expand", ""))

    def _edit(self, key: str, body: Any, **_: Any) -> Answer:
        self._check_text(body["fields"].get("description"), "description")
        self._state.edit(self._state.find(key), body["fields"])
        return 204, None

    def _transitions(self, key: str, query: dict[str, str], **_: Any) -> Answer:
        issue = self._state.find(key)
        workflow = self._state.projects[issue.project].workflow
        ways = []
        for way, to in workflow.ways(issue.status):
            shown: dict[str, Any] = {"id": way, "name": f"Go to {to.name}", "to": to.json("http://jira.test")}
            if "fields" in query.get("expand", ""):
                allowed = [{"id": str(i), "name": name} for i, name in enumerate(workflow.screen)]
                resolution = screen_resolution(allowed)
                shown["fields"] = {"resolution": resolution} if to.category == "done" and allowed else {}
            ways.append(shown)
        return 200, {"transitions": ways}

    def _transition(self, key: str, body: Any, **_: Any) -> Answer:
        self._state.transition(self._state.find(key), body["transition"]["id"], body.get("fields") or {})
        return 204, None

    def _comments(self, key: str, query: dict[str, str], **_: Any) -> Answer:
        issue = self._state.find(key)
        ordered = issue.comments[::-1] if query.get("orderBy") == "-created" else issue.comments
        start, most = int(query.get("startAt", 0)), int(query.get("maxResults", 50))
        shown = [self._form.comment(issue, each) for each in ordered[start : start + most]]
        return 200, {"startAt": start, "maxResults": most, "total": len(ordered), "comments": shown}

    def _comment(self, key: str, body: Any, **_: Any) -> Answer:
        self._check_text(body["body"], "comment")
        issue = self._state.find(key)
        return 201, self._form.comment(issue, self._state.comment(issue, body["body"]))

    def _edit_comment(self, key: str, comment: str, body: Any, **_: Any) -> Answer:
        self._check_text(body["body"], "comment")
        issue = self._state.find(key)
        found = next((each for each in issue.comments if each.id == comment), None)
        if found is None:
            raise RefusedError(404, "Can not find a comment for the id.")
        self._state.edit_comment(issue, found, body["body"])
        return 200, self._form.comment(issue, found)

    def _link(self, body: Any, **_: Any) -> Answer:
        source, target = (self._state.find(body[each]["key"]) for each in ("inwardIssue", "outwardIssue"))
        self._state.link(body["type"]["name"], source, target)
        return 201, None

    def _search(self, body: Any, **_: Any) -> Answer:
        if not self._cloud:
            raise RefusedError(404, "No such address.")
        return 200, {"issues": self._found(body), "isLast": True}

    def _old_search(self, body: Any, **_: Any) -> Answer:
        if self._cloud:
            raise RefusedError(410, "The requested API has been removed. Please migrate to /rest/api/3/search/jql.")
        issues = self._found(body)
        return 200, {"startAt": 0, "maxResults": 50, "total": len(issues), "issues": issues}

    def _found(self, body: Any) -> list[dict[str, Any]]:
        asked = re.match(r'labels = "([^"]+)"', body["jql"])
        if asked is None:
            raise RefusedError(400, f"The fake does not know this JQL: {body['jql']}")
        now, wanted = self._state.clock(), set(body.get("fields") or [])
        shown = [each for each in self._state.issues.values() if each.shown_from <= now]
        found = sorted((each for each in shown if asked[1] in each.fields.get("labels", [])), key=lambda i: int(i.id))
        return [self._form.issue(each, wanted) for each in found[: body.get("maxResults", 50)]]

    def _check_text(self, text: Any, name: str) -> None:
        """Version 3 wants documents, version 2 wants text."""
        if text is not None and isinstance(text, dict) != (self._version == 3):
            wanted = "Operation value must be an Atlassian Document" if self._version == 3 else "must be a string"
            raise RefusedError(400, **{name: wanted})


def screen_resolution(allowed: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "required": False,
        "name": "Resolution",
        "key": "resolution",
        "schema": {"type": "resolution", "system": "resolution"},
        "operations": ["set"],
        "allowedValues": allowed,
    }


__all__ = ["Routes", "stamp"]
