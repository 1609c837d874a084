"""The one complete call that opens an issue: its fields, from the draft, the desk's settings and the create screen."""

from collections.abc import Mapping
from typing import Any

from adapters.jira.connection import JiraClient
from adapters.jira.createmeta import CreateMeta, FieldMeta
from adapters.jira.errors import refused_fields
from adapters.jira.texts import written
from bot.jira_desk import JiraDesk
from escalation.errors import TicketRejectedError
from escalation.page import Page, Paragraph, paragraphs
from escalation.values import TicketDraft

_SUMMARY_LENGTH = 255
_GIVEN = frozenset({"project", "issuetype", "summary", "reporter"})
"""What every issue has anyway: Jira takes the account itself for the reporter."""

_RICH = ("textarea",)


def compose_fields(draft: TicketDraft, desk: JiraDesk, meta: CreateMeta, jira: JiraClient) -> dict[str, Any]:
    """The issue's fields. Raises TicketRejectedError, naming the fields, where the create screen asks for more."""
    component = desk.components.get(draft.service or "")
    wanted: dict[str, Any] = {
        "project": {"key": desk.project},
        "issuetype": {"id": meta.issue_type_id},
        "summary": " ".join(draft.title.split())[:_SUMMARY_LENGTH],
        "description": written(compose_description(draft.page or paragraphs(draft.body), desk), jira.server.version),
        "labels": [draft.label, *desk.labels],
    }
    if meta.field("priority"):
        wanted["priority"] = {"name": desk.priorities[draft.priority]}
    if component and meta.field("components"):
        wanted["components"] = [{"name": component}]
    if desk.reports_field and (counter := meta.field(desk.reports_field)):
        wanted[counter.id] = draft.reports
    for name, value in desk.fields.items():
        field = meta.field(name)
        if field is None:
            raise refusal(desk, meta, f"has no field “{name}” on its create screen, though the settings give it one")
        wanted[field.id] = shape_value(value, field, jira)
    if missing := missing_fields(meta, wanted):
        raise refusal(desk, meta, f"asks for {', '.join(missing)}")
    if meta.field("labels") is None:
        raise refusal(desk, meta, "has no Labels on its create screen, by which a ticket is found again")
    return wanted


def compose_description(page: Page, desk: JiraDesk) -> Page:
    """The page, and how to answer the agents from here."""
    marks = ", ".join(f"“{mark}”" for mark in desk.marks.values() if mark)
    hint = Paragraph(f"Agents read a comment that begins with one of these: {marks}.")
    return (*page, hint) if marks else page


def missing_fields(meta: CreateMeta, given: Mapping[str, Any]) -> list[str]:
    """The names of the required fields that nothing is given for."""
    return [each.name for each in meta.fields if each.is_required and each.id not in {*given, *_GIVEN}]


def refusal(desk: JiraDesk, meta: CreateMeta, what: str) -> TicketRejectedError:
    """The error for an issue that cannot be opened like this, with what somebody should do."""
    sentence = f"Jira opens no ticket: {meta.issue_type} in project {desk.project} {what}."
    mend = "Give the field a value under the desk's jira.fields, or take it off the create screen; then press Retry."
    return TicketRejectedError(sentence, notice=f"{sentence} {mend}")


def explain_refusal(error: TicketRejectedError, desk: JiraDesk, meta: CreateMeta) -> TicketRejectedError:
    """Jira's own refusal, with the fields by the names that its pages show."""
    refused = refused_fields(error)
    if not refused:
        return TicketRejectedError(
            str(error), notice=error.notice or f"Jira opens no ticket in {desk.project}: {error}"
        )
    named = [(meta.field(name), name, said) for name, said in refused.items()]
    words = "; ".join(f"{field.name if field else name}: {said}" for field, name, said in named)
    return refusal(desk, meta, f"was refused for {words.rstrip('.')}")


def shape_value(value: Any, field: FieldMeta, jira: JiraClient) -> Any:  # noqa: PLR0911 - one line for each type that Jira has
    """The value as the field's type wants it. A table is sent as it is written."""
    schema = field.schema
    if isinstance(value, dict):
        return value
    match schema.get("type"):
        case "array":
            items = value if isinstance(value, list) else [value]
            inner = FieldMeta(id=field.id, name=field.name, is_required=False, schema={"type": schema.get("items")})
            return [shape_value(each, inner, jira) for each in items]
        case "option":
            return {"value": str(value)}
        case "option-with-child":
            parent, _, child = (part.strip() for part in str(value).partition(">"))
            return {"value": parent, "child": {"value": child}} if child else {"value": parent}
        case "user":
            return {"accountId" if jira.server.is_cloud else "name": str(value)}
        case "component" | "version" | "priority" | "resolution" | "group" | "securitylevel":
            return {"name": str(value)}
        case "number":
            return float(value)
        case "string" if str(schema.get("custom", "")).endswith(_RICH):
            return written((Paragraph(str(value)),), jira.server.version)
    return value
