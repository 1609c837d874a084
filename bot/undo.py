"""Taking back one's last act."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.errors import NotFoundError, TooLateError
from bot.ports import LinkRule
from bot.regroup import settle, show_to_triagers
from bot.turn import Act
from dedupe.values import ProblemId, ReportId
from escalation import kinds
from escalation.live import live_problem
from escalation.status import TICKET_STATUS, queue_ticket_move
from escalation.values import AuditEntry, Problem, TicketKey

UNDO_WITHIN = timedelta(hours=12)
_PROBLEM = TypeAdapter(Problem)


def undo_of_fields(before: Problem, after: Problem) -> Mapping[str, object]:
    """What takes the writing of a problem's fields back: those that differ, as they were and as they are since, as
    plain JSON values.
    """
    names = [field.name for field in fields(Problem) if getattr(before, field.name) != getattr(after, field.name)]
    then, since = (_PROBLEM.dump_python(problem, mode="json") for problem in (before, after))
    return {
        "problem": after.id,
        "before": {name: then[name] for name in names},
        "after": {name: since[name] for name in names},
    }


async def undo_last(act: Act) -> AuditEntry:
    """Take back the person's newest act that can be taken back. Gives the act.

    Raises NotFoundError if there is none, TooLateError if others have built on it since.
    """
    entry = await act.work.audit.latest_undoable(act.desk.name, act.person.id, since=act.now - UNDO_WITHIN)
    if entry is None:
        raise NotFoundError("There is nothing of yours to take back from the last 12 hours.")
    undo: Mapping[str, Any] = entry.undo
    if "withdraw" in undo:
        await _withdraw(act, ReportId(undo["withdraw"]))
    if "before" in undo:
        await _put_fields_back(act, undo)
    if "still_broken" in undo:
        await act.work.reports.say_still_broken(ReportId(undo["still_broken"]), at=None)
    if "moves" in undo:
        await _move_back(act, undo)
    await act.work.audit.mark_undone(entry.id)
    await act.work.audit.add(
        AuditEntry(
            at=act.now,
            desk=act.desk.name,
            actor=act.person.id,
            act=f"undo {entry.act}",
            problem=entry.problem,
            report=entry.report,
        )
    )
    return entry


async def _withdraw(act: Act, report: ReportId) -> None:
    await act.work.reports.withdraw(report, at=act.now)
    stored = await act.work.reports.get(report)
    if stored is not None:
        await settle(act, stored.problem)


async def _put_fields_back(act: Act, undo: Mapping[str, Any]) -> None:
    problem = await act.work.problems.get(ProblemId(undo["problem"]))
    if problem is None or problem.merged_into is not None:
        raise TooLateError("The problem was merged into another since, so this cannot be taken back.")
    now = _PROBLEM.dump_python(problem, mode="json")
    if any(now[name] != value for name, value in undo["after"].items()):
        raise TooLateError(f"#{problem.number} was changed again since, so this cannot be taken back.")
    restored = _PROBLEM.validate_python(now | undo["before"])
    await act.work.problems.save(restored)
    ticket = await act.work.tickets.of_problem(problem.id)
    if ticket is not None and TICKET_STATUS.get(restored.status, ticket.status) is not ticket.status:
        await queue_ticket_move(act.work, restored, ticket.key, by_name=act.person.name, now=act.now)
    await act.work.outbox.add(kinds.refresh(problem.id, now=act.now), now=act.now)


async def _move_back(act: Act, undo: Mapping[str, Any]) -> None:
    moves = [(ReportId(report), ProblemId(back), ProblemId(here)) for report, back, here in undo["moves"]]
    for report, _, here in moves:
        stored = await act.work.reports.get(report)
        if stored is None or stored.problem != here:
            raise TooLateError(f"Report r{report} was moved again since, so this cannot be taken back.")
    await _unmerge(act, undo)
    for report, back, _ in moves:
        await act.work.reports.move([report], (await live_problem(act.work.problems, back)).id)
    await _put_rules_back(act, undo["rules"])
    if undo.get("question") is not None:
        await act.work.questions.reopen(ReportId(undo["question"]))
    for _, back, here in moves:
        await _close_if_empty(act, here, back)
    await settle(act, *{place for _, back, here in moves for place in (back, here)})


async def _put_rules_back(act: Act, rules: Sequence[Sequence[Any]]) -> None:
    """The last first, since one act may have decided of a pair twice."""
    for a, b, before in reversed(rules):
        if before is None:
            await act.work.links.remove(act.desk.name, ReportId(a), ReportId(b))
            continue
        rule = LinkRule(a=ReportId(a), b=ReportId(b), same=before)
        await act.work.links.put(act.desk.name, rule, by=act.person.id, at=act.now)


async def _unmerge(act: Act, undo: Mapping[str, Any]) -> None:
    """Let the lesser problems be problems again, each with the ticket it brought along."""
    for lesser in undo["merged"]:
        problem = await act.work.problems.get(ProblemId(lesser))
        if problem is not None:
            await act.work.problems.save(replace(problem, merged_into=None))
    for tracker, key, back in undo["tickets"]:
        ticket = await act.work.tickets.by_key(tracker, TicketKey(key))
        if ticket is not None:
            await act.work.tickets.save(replace(ticket, problem=ProblemId(back)))


async def _close_if_empty(act: Act, here: ProblemId, back: ProblemId) -> None:
    """A problem that was made by the act has nothing left: its number leads to where its reports went."""
    problem = await act.work.problems.get(here)
    if problem is None or problem.merged_into is not None or await act.work.reports.of_problem(here):
        return
    await act.work.problems.save(replace(problem, merged_into=(await live_problem(act.work.problems, back)).id))
    await show_to_triagers(act, here)
