"""Jira behind the tracker's port."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from adapters.jira.attempts import Attempts
from adapters.jira.bumping import raise_priority, rewrite_fields
from adapters.jira.comments import ROLLING, add_comment, edit_comment, find_comment, noted_in_comments, noted_in_fields
from adapters.jira.connection import JiraClient, JiraConnection
from adapters.jira.createmeta import CreateMetas
from adapters.jira.errors import refused_fields
from adapters.jira.issues import read_issue, state_of
from adapters.jira.links import link_once
from adapters.jira.new_issue import compose_fields, explain_refusal
from adapters.jira.once import SendOnce
from adapters.jira.pace import WritePace
from adapters.jira.search import find_labelled, read_issues, refuse_if_unseen
from adapters.jira.workflow import explain_refused_move, find_way, move_issue
from bot.jira_desk import BumpStyle, JiraDesk
from escalation.errors import (
    NoWayThereError,
    OutboundError,
    TicketGoneError,
    TicketRejectedError,
)
from escalation.ports import TicketTracker
from escalation.values import (
    DeclineReason,
    TicketBump,
    TicketDraft,
    TicketKey,
    TicketMove,
    TicketNote,
    TicketState,
    TicketStatus,
)

_log = structlog.get_logger(__name__)

SEARCH_DELAY = timedelta(minutes=2)
"""How long Jira's search may not show an issue that is there."""

ARRIVAL = timedelta(minutes=1)
"""How long after we gave up waiting a call may still be carried out."""


class JiraTicketTracker(TicketTracker):
    """See `escalation.ports.TicketTracker`. `desks` are by name; a key's desk is the one whose project it is of."""

    name = "jira"

    def __init__(
        self,
        connection: JiraConnection,
        desks: Mapping[str, JiraDesk],
        attempts: Attempts,
        *,
        search_delay: timedelta = SEARCH_DELAY,
        arrival: timedelta = ARRIVAL,
    ) -> None:
        self._jira = connection
        self._desks = desks
        self._once = SendOnce(attempts, connection.clock)
        self._arrives = arrival + timedelta(seconds=connection.access.read_seconds)
        self._settles = self._arrives + search_delay
        self._metas = CreateMetas(connection.clock)
        self._pace = WritePace(connection.clock)

    async def open(self, draft: TicketDraft) -> TicketState:
        desk = self._desk_named(draft.desk)
        fields = await self._jira.run(lambda jira: compose_fields(draft, desk, self._metas.of(jira, desk), jira))

        async def create() -> str:
            return await self._jira.run(lambda jira: str(jira.create_issue(fields=fields, prefetch=False).key))

        try:
            key = await self._once.send(draft.label, create)
        except (OutboundError, TicketGoneError) as error:
            raise await self._explained(error, desk) from error
        return await self._state(TicketKey(key), desk)

    async def find(self, label: str) -> TicketState | None:
        if not await self._once.was_sent(label):
            return None
        key = await self._once.made_by(label)
        if key is None:
            raw = await self._jira.run(lambda jira: find_labelled(jira, label))
            if raw is None:
                await self._once.wait_out(label, self._settles)
                return None
            key = str(raw["key"])
            await self._once.found(label, key)
        try:
            # The search shows an issue as it was a while ago, so that it is read in any case.
            return await self._state(TicketKey(key), self._desk_of(key))
        except TicketGoneError:
            return None

    async def bump(self, key: TicketKey, bump: TicketBump) -> TicketState:
        desk = self._desk_of(key)
        self._pace.take(key)
        if desk.bump is BumpStyle.COMMENT:
            await self._write_comment(key, ROLLING, bump.text, anew=True)
        await self._run(key, lambda jira: rewrite_fields(jira, key, bump, desk, self._metas))
        raw = await self._run(key, lambda jira: raise_priority(jira, key, bump.priority, desk))
        return state_of(raw, self._jira.access, desk, asked=key)

    async def reopen(self, key: TicketKey, reason: str) -> TicketState:
        desk = self._desk_of(key)
        state = await self._state(key, desk)
        if state.status is not TicketStatus.DONE:
            return state
        self._pace.take(key)
        await self._run(key, lambda jira: find_way(jira, key, TicketStatus.TO_DO, desk))
        # The comment goes first: whoever takes over from here sees by the status that it is not done yet. Its mark is
        # that of this ending; where Jira does not say when that was, a ticket has one such comment.
        ended = f" {state.status_since:%Y%m%d%H%M%S}" if state.status_since else ""
        await self._write_comment(key, f"reopened {key}{ended}", reason)
        await self._move(key, TicketStatus.TO_DO, desk)
        return await self._state(key, desk)

    async def move(self, key: TicketKey, move: TicketMove) -> TicketState:
        desk = self._desk_of(key)
        self._pace.take(key)
        state = await self._state(key, desk)
        if not _stands(state, move, desk):
            await self._move(key, move.status, desk, move.declined)
        await self._write_comment(key, move.mark, move.text)
        return await self._state(key, desk)

    async def comment(self, key: TicketKey, mark: str, text: str) -> None:
        self._pace.take(key)
        await self._write_comment(key, mark, text)

    async def relate(self, key: TicketKey, to: TicketKey) -> None:
        kind = self._desk_of(key).related_link
        self._pace.take(key)
        await self._run(key, lambda jira: link_once(jira, read_issue(jira, key), kind, to))

    async def close_as_duplicate(self, key: TicketKey, of: TicketKey) -> TicketState:
        desk = self._desk_of(key)
        greater = await self._state(of, self._desk_of(of))
        self._pace.take(key)
        await self._run(key, lambda jira: link_once(jira, read_issue(jira, key), desk.duplicate_link, greater.key))
        state = await self._state(key, desk)
        if desk.close_duplicates and state.status is not TicketStatus.DONE:
            try:
                await self._move(key, TicketStatus.DONE, desk, DeclineReason.DUPLICATE)
            except NoWayThereError:
                _log.warning("jira_duplicate_stays_open", ticket=key)
        return await self._state(key, desk)

    async def states(self, keys: Sequence[TicketKey]) -> list[TicketState]:
        raws = await self._jira.run(lambda jira: read_issues(jira, keys))
        access = self._jira.access
        return [state_of(raw, access, self._desk_of(str(raw["key"])), asked=key) for key, raw in raws.items()]

    async def notes(self, key: TicketKey, *, since: datetime) -> list[TicketNote]:
        ours = self._desk_of(key)

        def read(jira: JiraClient) -> list[TicketNote]:
            notes = noted_in_comments(jira, key, ours, since)
            if ours.note_fields:
                raw = read_issue(jira, key, fields="updated", expand="changelog")
                notes += noted_in_fields(raw, ours, jira.server, since)
            return sorted(notes, key=lambda note: note.at)

        notes: list[TicketNote] = await self._run(key, read)
        return notes

    async def _state(self, key: TicketKey, desk: JiraDesk) -> TicketState:
        raw = await self._run(key, lambda jira: read_issue(jira, key))
        return state_of(raw, self._jira.access, desk, asked=key)

    async def _run(self, key: TicketKey, work: Callable[[JiraClient], Any]) -> Any:
        """Do this to an issue. What is not there is gone, unless we cannot see its whole project."""
        try:
            return await self._jira.run(work)
        except TicketGoneError:
            await self._jira.run(lambda jira: refuse_if_unseen(jira, key))
            raise

    async def _move(
        self, key: TicketKey, wanted: TicketStatus, desk: JiraDesk, declined: DeclineReason | None = None
    ) -> None:
        try:
            await self._run(key, lambda jira: move_issue(jira, key, wanted, desk, declined))
        except NoWayThereError:
            raise
        except TicketRejectedError as error:
            raise explain_refused_move(error, key) from error

    async def _write_comment(self, key: TicketKey, mark: str, text: str, *, anew: bool = False) -> None:
        """Have a comment with this mark there once; with `anew` it says this text then, otherwise what it said first.

        A comment that was sent without an answer may still arrive: until then nothing is written again.
        """
        sent = f"comment:{key}:{mark}"
        known = await self._run(key, lambda jira: find_comment(jira, key, mark))
        if known is not None:
            if anew:
                await self._run(key, lambda jira: edit_comment(jira, key, known, text, mark))
            return
        await self._once.wait_out(sent, self._arrives)
        await self._once.send(sent, lambda: self._jira.run(lambda jira: add_comment(jira, key, text, mark)))

    async def _explained(self, error: Exception, desk: JiraDesk) -> Exception:
        """Why no ticket was opened, with the fields by their names."""
        if isinstance(error, TicketGoneError):
            sentence = f"Jira shows techissue's account no project {desk.project}."
            return TicketRejectedError(sentence, notice=f"{sentence} Check the desk's jira.project, or give it access.")
        if not isinstance(error, TicketRejectedError):
            return error
        meta = await self._jira.run(lambda jira: self._metas.of(jira, desk))
        if refused_fields(error):
            self._metas.drop(desk)
        return explain_refusal(error, desk, meta)

    def _desk_named(self, name: str) -> JiraDesk:
        desk = self._desks.get(name)
        if desk is None:
            sentence = f"Desk {name} has no Jira project."
            raise TicketRejectedError(sentence, notice=f"{sentence} Set project under desks.{name}.jira, then Retry.")
        return desk

    def _desk_of(self, key: str) -> JiraDesk:
        """The desk whose project the issue is of; one that was moved elsewhere is read as the first desk reads its."""
        project = key.rpartition("-")[0]
        of_project = (desk for desk in self._desks.values() if desk.project == project)
        desk = next(of_project, None) or next(iter(self._desks.values()), None)
        return desk or JiraDesk(project=project)


def _stands(state: TicketState, move: TicketMove, desk: JiraDesk) -> bool:
    """Whether the ticket is where it should be. One that is done in another way than wanted is not moved again."""
    if state.status is not move.status:
        return False
    wanted = desk.statuses.get(move.status.value)
    return state.status is TicketStatus.DONE or wanted is None or state.status_name.casefold() == wanted.casefold()
