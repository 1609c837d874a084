"""What a bump changes of an issue beside its comment."""

from http import HTTPStatus
from typing import Any

import structlog
from jira import JIRAError

from adapters.jira.connection import JiraClient
from adapters.jira.createmeta import CreateMetas
from adapters.jira.issues import priority_of, read_issue
from adapters.jira.new_issue import compose_description
from adapters.jira.texts import written
from bot.jira_desk import BumpStyle, JiraDesk
from escalation.values import Priority, TicketBump, TicketKey

_log = structlog.get_logger(__name__)


def rewrite_fields(jira: JiraClient, key: TicketKey, bump: TicketBump, desk: JiraDesk, metas: CreateMetas) -> None:
    """Bring the number field up to date, and the description where the desk wants that. Raises JIRAError."""
    fields: dict[str, Any] = {}
    if desk.bump is BumpStyle.DESCRIPTION:
        fields["description"] = written(compose_description(bump.page, desk), jira.server.version)
    if desk.reports_field and (counter := metas.of(jira, desk).field(desk.reports_field)) is not None:
        fields[counter.id] = bump.reports
    if fields:
        jira.ask("PUT", f"issue/{key}", body={"fields": fields})


def raise_priority(jira: JiraClient, key: TicketKey, least: Priority, desk: JiraDesk) -> dict[str, Any]:
    """The issue, its priority raised to this if it is one of the desk's and lower. It is never lowered."""
    raw = read_issue(jira, key)
    present = priority_of(raw["fields"].get("priority"), desk)
    if present is None or present >= least:
        return raw
    try:
        jira.ask("PUT", f"issue/{key}", body={"fields": {"priority": {"name": desk.priorities[least]}}})
    except JIRAError as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        # Not on the edit screen, or not in this project's scheme: the ticket has its comment all the same.
        _log.warning("jira_priority_refused", ticket=key)
    return read_issue(jira, key)
