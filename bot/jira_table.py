"""The `jira` table of a desk in `techissue.toml`."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bot.jira_desk import BumpStyle, JiraDesk
from bot.setting_shapes import PRIORITY, Table, shape
from escalation.values import DeclineReason, Priority, TicketNoteKind, TicketStatus

_DESK = JiraDesk(project="KEY")
_Name = Annotated[str, Field(min_length=1, max_length=255), shape("a name as Jira's pages show it")]
_Names = Annotated[dict[_Name, _Name], shape("a table from names to names")]
_Labels = Annotated[
    tuple[Annotated[str, Field(pattern=r"^\S{1,255}$")], ...], shape("a list of labels without blanks in them")
]
_Priorities = Annotated[
    dict[Annotated[Priority, PRIORITY], _Name],
    shape('a table from "low", "medium", "high" and "highest" to Jira\'s priorities'),
]
_PLACES = frozenset({each.value for each in (*TicketStatus, *DeclineReason)})
_ENDS = frozenset({"fixed", *(each.value for each in DeclineReason)})


def _keys(known: frozenset[str]) -> BeforeValidator:
    def check(table: object) -> object:
        if not isinstance(table, dict) or set(table) - known:
            raise ValueError
        return table

    return BeforeValidator(check)


_Statuses = Annotated[
    dict[str, _Name],
    _keys(_PLACES),
    shape(f"a table to Jira's statuses from any of {', '.join(sorted(_PLACES))}"),
]
_Resolutions = Annotated[
    dict[str, _Name],
    _keys(_ENDS),
    shape(f"a table to Jira's resolutions from any of {', '.join(sorted(_ENDS))}"),
]
_NoteMarks = Annotated[
    dict[TicketNoteKind, str], shape('a table from "workaround", "customer" and "cause" to what a comment begins with')
]
_NoteFields = Annotated[
    dict[TicketNoteKind, _Name], shape('a table from "workaround", "customer" and "cause" to fields of Jira\'s')
]


class JiraTable(Table):
    """Where the desk's tickets go and how they look there. `project` has no default."""

    project: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]+$"), shape('the key of a Jira project, such as "OPS"')]
    issue_type: _Name = _DESK.issue_type
    priorities: _Priorities = Field(default_factory=lambda: dict(_DESK.priorities))
    components: _Names = Field(default_factory=dict)
    labels: _Labels = ()
    fields: Annotated[dict[_Name, Any], shape("a table from fields of Jira's to their values")] = Field(
        default_factory=dict
    )
    bump: Annotated[BumpStyle, shape('"comment" or "description"')] = _DESK.bump
    reports_field: _Name | None = None
    statuses: _Statuses = Field(default_factory=dict)
    resolutions: _Resolutions = Field(default_factory=dict)
    close_duplicates: Annotated[bool, shape("true or false")] = _DESK.close_duplicates
    duplicate_link: _Name = _DESK.duplicate_link
    related_link: _Name = _DESK.related_link
    marks: _NoteMarks = Field(default_factory=dict)
    note_fields: _NoteFields = Field(default_factory=dict)

    def jira_desk(self) -> JiraDesk:
        """The value. What a table of names leaves out is as by default."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        for name in ("priorities", "resolutions", "marks"):
            given[name] = {**getattr(_DESK, name), **given[name]}
        return JiraDesk(**given)


def shared_projects(tables: dict[str, JiraTable]) -> str | None:
    """What is wrong where two desks share a project, if anything: a ticket there is read in one way only."""
    own = {"issue_type", "components", "labels", "fields"}
    seen: dict[str, tuple[str, JiraTable]] = {}
    for name, table in tables.items():
        other, known = seen.setdefault(table.project, (name, table))
        if known.model_dump(exclude=own) != table.model_dump(exclude=own):
            return (
                f"has desks {other} and {name} share the Jira project {table.project}; they may differ there only in "
                f"{', '.join(sorted(own))}"
            )
    return None
