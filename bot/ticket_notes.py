"""What people note in a ticket, carried to the agents who reported the problem."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.masking import mask
from bot.ports import UnitOfWork
from escalation import kinds
from escalation.reassess import TECHISSUE
from escalation.values import AuditEntry, Problem, TicketKey, TicketNote, TicketNoteKind

COMMENTED = "comment in ticket"
"""What the audit trail calls a comment that people wrote in a ticket."""


async def take_notes(
    work: UnitOfWork, problem: Problem, key: TicketKey, notes: Sequence[TicketNote], *, now: datetime
) -> Problem:
    """Keep the notes with the problem, the later over the earlier, and renew its reporters' cards.

    An empty note takes the earlier one away. A cause and what else was said are kept in the audit trail. Gives the
    problem as it is then.
    """
    noted = problem
    for note in notes:
        if note.kind is TicketNoteKind.COMMENT:
            await _record_comment(work, problem, key, note, now=now)
            continue
        text = mask(" ".join(note.text.split())) or None
        if note.kind is TicketNoteKind.WORKAROUND:
            noted = replace(noted, workaround=text)
        elif note.kind is TicketNoteKind.CUSTOMER:
            noted = replace(noted, customer_text=text)
        elif text is None:
            continue
        await _record(work, problem, note, text, now=now)
    if noted != problem:
        await work.problems.save(noted)
        await work.outbox.add(kinds.refresh(noted.id, now=now), now=now)
    return noted


async def _record(work: UnitOfWork, problem: Problem, note: TicketNote, text: str | None, *, now: datetime) -> None:
    said = f"{text}{f' ({note.by_name})' if note.by_name else ''}" if text else "taken away"
    entry = AuditEntry(
        at=now,
        desk=problem.desk,
        actor=TECHISSUE,
        act=f"note {note.kind.value} in ticket",
        problem=problem.id,
        detail={"reason": said},
    )
    await work.audit.add(entry)


async def _record_comment(
    work: UnitOfWork, problem: Problem, key: TicketKey, note: TicketNote, *, now: datetime
) -> None:
    detail = {"ticket": key, "by": note.by_name, "reason": mask(note.text.strip())}
    await work.audit.add(
        AuditEntry(at=now, desk=problem.desk, actor=TECHISSUE, act=COMMENTED, problem=problem.id, detail=detail)
    )
