"""What the fake keeps: projects with their create screens, people, issues."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.jira.workflow import TO_DO, Status, Workflow

PRIORITIES = {"Highest": "1", "High": "2", "Medium": "3", "Low": "4", "Lowest": "5"}
BOT = "5b10a2844c20165700ede21g"
ANA = "5b10ac8d82e05b22cc7d4ef5"
PEOPLE = {BOT: "techissue", ANA: "Ana Field"}
PERMISSIONS = ("BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "EDIT_ISSUES")
ALL_PERMISSIONS = (*PERMISSIONS, "TRANSITION_ISSUES", "RESOLVE_ISSUES", "CLOSE_ISSUES", "LINK_ISSUES")


def screen_field(name: str, key: str, kind: str = "string", *, required: bool = False, **more: Any) -> dict[str, Any]:
    """A field of a create screen, as Jira describes it."""
    return {
        "fieldId": key,
        "key": key,
        "name": name,
        "required": required,
        "hasDefaultValue": False,
        "operations": ["set"],
        "schema": {"type": kind, **more.pop("schema", {})},
        **more,
    }


def usual_screen() -> list[dict[str, Any]]:
    return [
        screen_field("Project", "project", "project", required=True),
        screen_field("Issue Type", "issuetype", "issuetype", required=True),
        screen_field("Summary", "summary", required=True),
        screen_field("Reporter", "reporter", "user", required=True),
        screen_field("Description", "description"),
        screen_field("Priority", "priority", "priority"),
        screen_field("Labels", "labels", "array", schema={"items": "string"}),
        screen_field("Components", "components", "array", schema={"items": "component"}),
    ]


@dataclass
class Project:
    """A project, its create screen, what our account may do there, and how its issues move."""

    key: str
    id: str
    issue_types: tuple[str, ...] = ("Bug", "Task")
    screen: list[dict[str, Any]] = field(default_factory=usual_screen)
    permissions: set[str] = field(default_factory=lambda: set(ALL_PERMISSIONS))
    workflow: Workflow = field(default_factory=Workflow)
    components: set[str] = field(default_factory=lambda: {"Checkout", "Website"})
    last_number: int = 0

    @property
    def may_browse(self) -> bool:
        return "BROWSE_PROJECTS" in self.permissions


@dataclass
class Comment:
    """Bodies are kept as they were sent."""

    id: str
    author: str
    body: Any
    created: datetime
    updated: datetime
    public: bool = True
    only_for: str | None = None


@dataclass
class Issue:
    """`former_keys` are those it had before it was moved. `shown_from` is when the search shows it."""

    id: str
    key: str
    project: str
    fields: dict[str, Any]
    created: datetime
    updated: datetime
    shown_from: datetime
    creator: str
    status: Status = TO_DO
    status_since: datetime | None = None
    resolution: str | None = None
    resolved_at: datetime | None = None
    priority: str = "Medium"
    comments: list[Comment] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    former_keys: list[str] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    writes: int = 0
