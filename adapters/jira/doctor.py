"""Is Jira set up so that a ticket can be opened, bumped, moved and followed? Found out before one is needed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jira import JIRAError

from adapters.jira.connection import JiraClient, JiraConnection
from adapters.jira.createmeta import CreateMeta, read_createmeta
from adapters.jira.issues import category_of
from adapters.jira.new_issue import compose_fields
from adapters.jira.search import can_see_project
from bot.findings import Finding
from bot.jira_desk import JiraDesk
from escalation.errors import EscalationError, TicketRejectedError
from escalation.values import Priority, TicketDraft, TicketKey, TicketStatus

_PERMISSIONS = {
    "CREATE_ISSUES": "Create Issues",
    "ADD_COMMENTS": "Add Comments",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "EDIT_ISSUES": "Edit Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "RESOLVE_ISSUES": "Resolve Issues",
    "LINK_ISSUES": "Link Issues",
}
_SAMPLE = "techissue-doctor"


async def examine_jira(
    connection: JiraConnection, desks: Mapping[str, JiraDesk | None], tickets: Mapping[str, TicketKey]
) -> list[Finding]:
    """The connection, then each desk's project. `tickets` has a ticket of each desk that has one, whose ways through
    the workflow are looked at. Nothing is written.
    """
    try:
        findings = [Finding(check="jira", ok=True, finding=await connection.run(_meet))]
    except EscalationError as error:
        return [Finding(check="jira", ok=False, finding=_advice(error))]
    for name, desk in desks.items():
        check = f"jira, desk {name}"
        if desk is None:
            sentence = f"has no Jira project, so its tickets cannot be opened; set project under desks.{name}.jira"
            findings.append(Finding(check=check, ok=False, finding=sentence))
            continue
        try:
            found = await connection.run(_examining(desk, tickets.get(name)))
        except EscalationError as error:
            found = [(False, _advice(error))]
        findings += [Finding(check=check, ok=ok, finding=words) for ok, words in found]
    return findings


def examine_webhook(address: str, *, has_secret: bool, is_reachable_name: bool) -> Finding:
    """Whether Jira can tell us of changes, as far as it can be known from here."""
    if not has_secret:
        sentence = (
            "no secret is set, so Jira is asked every 5 minutes; with TECHISSUE_JIRA_WEBHOOK_SECRET it tells at once"
        )
        return Finding(check="jira webhook", ok=True, finding=sentence)
    if not is_reachable_name:
        sentence = f"{address} is this machine's own name, which Jira cannot reach; set TECHISSUE_BASE_URL"
        return Finding(check="jira webhook", ok=False, finding=sentence)
    sentence = (
        f"{address}/jira/webhook, signed; from here nobody can see whether Jira reaches it: move a ticket and look for "
        "jira_webhook in the log"
    )
    return Finding(check="jira webhook", ok=True, finding=sentence)


def _meet(jira: JiraClient) -> str:
    server = jira.server
    kind = "Jira Cloud" if server.is_cloud else "Jira Data Center"
    who = f"as {server.account}" if server.account else "by a token that may not ask who it is"
    return f"{kind}, version {server.version} of its API, {who}"


def _examining(desk: JiraDesk, ticket: TicketKey | None) -> Callable[[JiraClient], list[tuple[bool, str]]]:
    def examine(jira: JiraClient) -> list[tuple[bool, str]]:
        if not can_see_project(jira, desk.project):
            return [(False, f"cannot see project {desk.project}; check its key, or give the account Browse Projects")]
        checks = (
            _permissions(jira, desk),
            _create_screen(jira, desk),
            _names(jira, desk),
            _statuses(jira, desk),
            _ways(jira, ticket),
        )
        return [finding for found in checks for finding in found]

    return examine


def _permissions(jira: JiraClient, desk: JiraDesk) -> Iterable[tuple[bool, str]]:
    asked = {"projectKey": desk.project, "permissions": ",".join(_PERMISSIONS)}
    answer = jira.ask("GET", "mypermissions", params=asked)["permissions"]
    lacking = [name for key, name in _PERMISSIONS.items() if not (answer.get(key) or {}).get("havePermission")]
    if lacking:
        yield False, f"the account lacks in {desk.project}: {', '.join(lacking)}; add them in the permission scheme"
    else:
        yield True, f"project {desk.project}, with every permission that is needed"


def _create_screen(jira: JiraClient, desk: JiraDesk) -> Iterable[tuple[bool, str]]:
    """What a ticket would be refused for, found by composing one."""
    draft = TicketDraft(desk="", label=_SAMPLE, title=_SAMPLE, body=_SAMPLE, service=None, priority=Priority.MEDIUM)
    try:
        meta = read_createmeta(jira, desk)
        fields = compose_fields(draft, desk, meta, jira)
    except TicketRejectedError as error:
        yield False, error.notice or str(error)
        return
    yield True, f"issue type {meta.issue_type}, {len(fields)} fields, none missing"
    yield from _values(meta, desk)


def _values(meta: CreateMeta, desk: JiraDesk) -> Iterable[tuple[bool, str]]:
    """Values that are given to fields of which Jira names the ones that it takes."""
    for name, value in desk.fields.items():
        field = meta.field(name)
        given = [str(each) for each in (value if isinstance(value, list) else [value]) if not isinstance(each, dict)]
        strange = [
            each for each in given if field and field.allowed and each.partition(">")[0].strip() not in field.allowed
        ]
        if field and strange:
            yield False, f"field {field.name} has no value {', '.join(strange)}; it has: {', '.join(field.allowed)}"
    for name in filter(None, (desk.reports_field,)):
        if meta.field(name) is None:
            yield False, f"has no field “{name}” for the number of reports on its create screen; change reports_field"


def _names(jira: JiraClient, desk: JiraDesk) -> Iterable[tuple[bool, str]]:
    """Names that the settings give and Jira has not."""
    links = jira.ask("GET", "issueLinkType")["issueLinkTypes"]
    known: dict[str, tuple[Iterable[str], Iterable[Any]]] = {
        "priority": (desk.priorities.values(), jira.ask("GET", "priority")),
        "component": (desk.components.values(), jira.ask("GET", f"project/{desk.project}/components")),
        "link type": ((desk.duplicate_link, desk.related_link), links),
    }
    for what, (wanted, there) in known.items():
        names = {str(each["name"]).casefold() for each in there}
        if strange := sorted({each for each in wanted if each.casefold() not in names}):
            shown = ", ".join(str(each["name"]) for each in there)
            yield False, f"Jira has no {what} {', '.join(strange)}; it has: {shown}; change the desk's jira settings"
    resolutions = {str(each["name"]).casefold() for each in jira.ask("GET", "resolution")}
    if strange := sorted({each for each in desk.resolutions.values() if each.casefold() not in resolutions}):
        yield False, f"Jira has no resolution {', '.join(strange)}; set the desk's jira.resolutions to those it has"


def _statuses(jira: JiraClient, desk: JiraDesk) -> Iterable[tuple[bool, str]]:
    """Whether there is a status for each place that a ticket may be brought to."""
    types = jira.ask("GET", f"project/{desk.project}/statuses")
    statuses = [
        status for each in types if each["name"].casefold() == desk.issue_type.casefold() for status in each["statuses"]
    ]
    categories = {category_of(each) for each in statuses}
    names = {str(each["name"]).casefold() for each in statuses}
    for lacking in [each for each in TicketStatus if each not in categories]:
        yield False, f"the workflow of {desk.issue_type} has no status that counts as “{lacking.value}”; add one"
    for place, name in desk.statuses.items():
        if name.casefold() not in names:
            yield False, f"the workflow has no status “{name}” for “{place}”; change the desk's jira.statuses"


def _ways(jira: JiraClient, ticket: TicketKey | None) -> Iterable[tuple[bool, str]]:
    """Where a ticket that is there can be brought. Without one Jira does not tell."""
    if ticket is None:
        yield True, "the ways through the workflow are seen when there is a first ticket"
        return
    try:
        ways = jira.transitions(ticket)
    except JIRAError:
        return
    named = ", ".join(sorted({str(each["to"]["name"]) for each in ways})) or "nowhere"
    is_stuck = not ways
    yield not is_stuck, f"{ticket} can be brought to: {named}"


def _advice(error: EscalationError) -> str:
    notice: str | None = getattr(error, "notice", None)
    return notice or f"{error} Check TECHISSUE_JIRA_URL and the network."
