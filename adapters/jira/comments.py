"""Comments: our own, each known by its mark, and those in which people note something for the agents."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from adapters.jira.connection import JiraClient, Server
from adapters.jira.issues import moment
from adapters.jira.texts import is_from_us, is_signed, read_words, signed
from bot.jira_desk import JiraDesk
from escalation.values import TicketNote, TicketNoteKind

ROLLING = "kept up to date"
"""The mark of the one comment that tells how things stand now."""

_PAGE = 100
_LONGEST_NOTE = 500
_LONGEST_COMMENT = 2_000


def find_comment(jira: JiraClient, key: str, mark: str) -> str | None:
    """The id of our comment with this mark. Raises JIRAError."""
    for each in _comments(jira, key):
        ours = is_ours(each.get("author"), jira.server) or not jira.server.account
        if ours and is_signed(each.get("body"), mark):
            return str(each["id"])
    return None


def add_comment(jira: JiraClient, key: str, text: str, mark: str) -> str:
    """Write a comment; gives its id. Not idempotent. Raises JIRAError."""
    comment = jira.add_comment(key, signed(text, mark, jira.server.version))
    return str(comment.id)


def edit_comment(jira: JiraClient, key: str, comment: str, text: str, mark: str) -> None:
    """Write the comment anew. Raises JIRAError."""
    jira.ask("PUT", f"issue/{key}/comment/{comment}", body={"body": signed(text, mark, jira.server.version)})


def noted_in_comments(jira: JiraClient, key: str, desk: JiraDesk, since: datetime) -> list[TicketNote]:
    """What people wrote or edited since then that begins with one of the desk's marks, and what else they wrote since
    then for everybody to read.
    """
    notes = []
    for each in _comments(jira, key):
        words = read_words(each.get("body"))
        kind, text = read_note(words, desk)
        at = moment(each["created"] if kind is None else each["updated"])
        if at <= since or is_ours(each.get("updateAuthor"), jira.server):
            continue
        if kind is None:
            kind, text = TicketNoteKind.COMMENT, words.strip()[:_LONGEST_COMMENT]
            if not text or not is_public(each) or is_ours(each.get("author"), jira.server) or is_from_us(words):
                continue
        name = (each.get("author") or {}).get("displayName")
        notes.append(TicketNote(at=at, kind=kind, text=text, by_name=name))
    return notes


def is_public(comment: Mapping[str, Any]) -> bool:
    """Whether everybody who sees the issue may read it: neither internal in a service project, nor for a role only."""
    properties = comment.get("properties") or []
    kept = [each.get("value") or {} for each in properties if each.get("key") == "sd.public.comment"]
    is_internal = comment.get("jsdPublic") is False or any(value.get("internal") in {True, "true"} for value in kept)
    return not is_internal and not comment.get("visibility")


def noted_in_fields(raw: Mapping[str, Any], desk: JiraDesk, server: Server, since: datetime) -> list[TicketNote]:
    """What people changed since then in the fields that the desk reads, by the issue's changelog."""
    kinds = {name.casefold(): kind for kind, name in desk.note_fields.items()}
    notes = []
    for change in (raw.get("changelog") or {}).get("histories") or []:
        at = moment(change["created"])
        if at <= since or is_ours(change.get("author"), server):
            continue
        for item in change.get("items") or []:
            names = {str(item.get("fieldId", "")).casefold(), str(item.get("field", "")).casefold()}
            for kind in {kinds[name] for name in names if name in kinds}:
                text = read_words(item.get("toString")).strip()[:_LONGEST_NOTE]
                name = (change.get("author") or {}).get("displayName")
                notes.append(TicketNote(at=at, kind=kind, text=text, by_name=name))
    return notes


def read_note(words: str, desk: JiraDesk) -> tuple[TicketNoteKind | None, str]:
    """Which mark the words begin with, whatever their case, and what follows it."""
    said = " ".join(words.split())
    for kind, mark in desk.marks.items():
        if mark and said.casefold().startswith(mark.casefold()):
            return kind, said[len(mark) :].strip()[:_LONGEST_NOTE]
    return None, ""


def is_ours(author: Mapping[str, Any] | None, server: Server) -> bool:
    """Whether our own account did it, by its id, since names can be changed to anybody's."""
    if not author or not server.account:
        return False
    return server.account in {author.get("accountId"), author.get("name"), author.get("key")}


def _comments(jira: JiraClient, key: str) -> Iterator[Mapping[str, Any]]:
    """All comments, newest first, a page at a time."""
    start = 0
    while True:
        params = {"startAt": start, "maxResults": _PAGE, "orderBy": "-created", "expand": "properties"}
        answer = jira.ask("GET", f"issue/{key}/comment", params=params)
        comments = answer.get("comments") or []
        yield from comments
        start += len(comments)
        if not comments or start >= int(answer.get("total", 0)):
            return
