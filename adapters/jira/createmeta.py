"""What a project asks of a new issue: read from the endpoints for one project, in Cloud's shape and Data Center's."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.jira.connection import JiraClient
from bot.jira_desk import JiraDesk
from escalation.errors import TicketRejectedError

_PAGE = 100
_FRESH_FOR = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldMeta:
    """A field of the create screen. `schema` says what its values look like."""

    id: str
    name: str
    is_required: bool
    schema: Mapping[str, Any]
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CreateMeta:
    """The create screen of one type of issue in one project."""

    project: str
    issue_type_id: str
    issue_type: str
    fields: tuple[FieldMeta, ...]

    def field(self, name: str) -> FieldMeta | None:
        """The field of this id or name, whatever the case."""
        wanted = name.casefold()
        by_id = (each for each in self.fields if each.id.casefold() == wanted)
        return next(by_id, None) or next((each for each in self.fields if each.name.casefold() == wanted), None)


def read_createmeta(jira: JiraClient, desk: JiraDesk) -> CreateMeta:
    """Raises TicketRejectedError where the project has no such type of issue, and JIRAError.

    The library's own methods for this refuse to work on Cloud.
    """
    path = f"issue/createmeta/{desk.project}/issuetypes"
    types = list(_pages(jira, path, "issueTypes"))
    wanted = next((each for each in types if each["name"].casefold() == desk.issue_type.casefold()), None)
    if wanted is None:
        names = ", ".join(str(each["name"]) for each in types) or "none that this account may create"
        sentence = f"Project {desk.project} has no issue type “{desk.issue_type}”; it has: {names}."
        raise TicketRejectedError(sentence, notice=f"{sentence} Set issue_type in the desk's jira table.")
    fields = tuple(_field(each) for each in _pages(jira, f"{path}/{wanted['id']}", "fields"))
    return CreateMeta(
        project=desk.project, issue_type_id=str(wanted["id"]), issue_type=str(wanted["name"]), fields=fields
    )


class CreateMetas:
    """What was read is kept for a while, and dropped when Jira refuses an issue that should have been right."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[datetime, CreateMeta]] = {}

    def of(self, jira: JiraClient, desk: JiraDesk) -> CreateMeta:
        """As `read_createmeta`."""
        place, now = (desk.project, desk.issue_type), self._clock()
        with self._lock:
            known = self._known.get(place)
        if known is not None and now - known[0] < _FRESH_FOR:
            return known[1]
        meta = read_createmeta(jira, desk)
        with self._lock:
            self._known[place] = (now, meta)
        return meta

    def drop(self, desk: JiraDesk) -> None:
        """Read it anew the next time."""
        with self._lock:
            self._known.pop((desk.project, desk.issue_type), None)


def _field(raw: Mapping[str, Any]) -> FieldMeta:
    allowed = [str(each.get("value") or each.get("name") or "") for each in raw.get("allowedValues") or []]
    return FieldMeta(
        id=str(raw.get("fieldId") or raw.get("key")),
        name=str(raw.get("name", "")),
        is_required=bool(raw.get("required")) and not raw.get("hasDefaultValue"),
        schema=raw.get("schema") or {},
        allowed=tuple(filter(None, allowed)),
    )


def _pages(jira: JiraClient, path: str, cloud_name: str) -> Iterator[Mapping[str, Any]]:
    """The items of all pages: Cloud names them after what they are, Data Center calls them values."""
    start = 0
    while True:
        answer = jira.ask("GET", path, params={"startAt": start, "maxResults": _PAGE})
        items = answer.get(cloud_name) or answer.get("values") or []
        yield from items
        start += len(items)
        if not items or start >= int(answer.get("total", start)):
            return
