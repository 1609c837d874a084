"""What a desk's triagers see of each problem in their channel: one message, and in its thread what happened since."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from bot.desks import Desk
from bot.messages import Message, Quote
from bot.ports import OpenUnitOfWork, TriageChannel, UnitOfWork
from bot.ticket_acts import COMMENT
from bot.ticket_notes import COMMENTED
from bot.triage_card import triage_card
from dedupe.values import ProblemId
from escalation import ports as escalation
from escalation.outbox import Effect, no_effect
from escalation.values import AuditEntry, OutboxItem, PersonId, Problem

_MOST_TOLD = 100
_UNTOLD = frozenset(
    {"report", "undo report", "same", "none of these", "works now", "bump ticket", "ask to link ticket", COMMENT}
)
"""Acts that the message shows by its counts, or that were done in the thread."""
_WORDS = {
    "take": "took it",
    "wake": "woke it",
    "snooze": "snoozed it",
    "merge": "merged",
    "split": "split",
    "not the same": "took a report out",
    "still broken": "says that it is still broken",
    "open ticket": "opens a ticket",
    "reopen ticket": "reopens the ticket",
    "ticket moved": "moved the ticket",
    "note workaround": "noted a workaround",
    "note customer": "noted what to tell the customer",
}
_NOTED = ("workaround", "customer_text")


class TriageChannels:
    """Carries out the outbox's `triage`. Composed when it is delivered, from how things stand then."""

    def __init__(
        self,
        *,
        open_work: OpenUnitOfWork,
        channel: TriageChannel | None,
        desk_named: Callable[[str], Desk],
        clock: Callable[[], datetime],
        home: str | None = None,
    ) -> None:
        self._open_work = open_work
        self._channel = channel
        self._desk_named = desk_named
        self._clock = clock
        self._home = home

    async def show(self, item: OutboxItem) -> Effect:
        """Show the problem, and tell in its thread what was done since the last time."""
        if self._channel is None:
            return no_effect
        problem_id, now = ProblemId(int(item.payload["problem"] or 0)), self._clock()
        async with self._open_work(read_only=True) as work:
            problem = await work.problems.get(problem_id)
            desk = self._desk_named(problem.desk) if problem is not None else None
            if problem is None or desk is None or desk.triage_channel is None:
                return no_effect
            told = await work.triage_threads.told_upto(problem.id)
            if told is None and not await _is_to_be_shown(work, problem):
                return no_effect
            message = await triage_card(work, problem, desk, now=now, home=self._home)
            acts = await work.audit.of_problem(problem.id, _MOST_TOLD)
            names = await work.people.names([act.actor for act in acts])
        await self._channel.show(desk.name, problem.number, message)
        # A problem is shown as it stands; what was done before that needs no telling.
        news = [act for act in reversed(acts) if told is not None and act.id > told and act.act not in _UNTOLD]
        for act in news:
            await self._channel.add(desk.name, problem.number, say_act(act, names), mark=f"act:{act.id}")
        return _telling(problem.id, upto=acts[0].id if acts else 0)


def say_act(act: AuditEntry, names: Mapping[PersonId, str]) -> Message:
    """An act as a line of the thread."""
    detail = act.detail
    if act.act == COMMENTED:
        who = f"{detail['by']} in {detail['ticket']}" if detail.get("by") else f"In {detail['ticket']}"
        return Message(title=who, quotes=(Quote(text=str(detail["reason"])),))
    moved = f"{detail['ticket']}: {detail['from']} → {detail['to']}" if "from" in detail else ""
    undone = " (taken back)" if act.undone else ""
    words = _WORDS.get(act.act) or act.act.replace("status ", "set it to ", 1)
    title = f"{names.get(act.actor, act.actor)} {words}{undone}"
    return Message(title=title, text=str(detail.get("reason") or moved or _noted(act)))


def _noted(act: AuditEntry) -> str:
    """The text of a note, as it is kept to be taken back."""
    after = act.undo.get("after")
    return next((str(after[each]) for each in _NOTED if after.get(each)), "") if isinstance(after, dict) else ""


async def _is_to_be_shown(work: UnitOfWork, problem: Problem) -> bool:
    """Not while its agent is still asked where it belongs, and not where nothing counts."""
    if problem.merged_into is not None or await work.problems.open_question(problem.id):
        return False
    return problem.id in await work.problems.counts([problem.id])


def _telling(problem: ProblemId, *, upto: int) -> Effect:
    async def tell(work: escalation.UnitOfWork) -> None:
        await cast("UnitOfWork", work).triage_threads.tell_upto(problem, upto)

    return tell
