"""What triagers do to problems: merge, split, snooze, note, take. Each act can be taken back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.errors import BadInputError, NotFoundError, TooLateError
from bot.ports import LinkRule
from bot.regroup import Undo, decide_link, make_problem, merge, move, record, settle
from bot.reports import Report
from bot.turn import Act
from bot.undo import undo_of_fields
from dedupe.values import ReportId
from escalation import kinds
from escalation.policy import Level
from escalation.reassess import queue_opening
from escalation.values import Problem, ProblemStatus, Snooze, TicketStatus

_NOTE_LENGTH = 500


async def merge_problems(act: Act, lesser_number: int, into_number: int) -> Problem:
    """Put everything of one problem into another. Gives the problem that has it all.

    Raises NotAllowedError, NotFoundError, TooLateError, BadInputError.
    """
    act.require_triager("merge problems")
    lesser, into = await act.problem(lesser_number), await act.problem(into_number)
    if lesser.id == into.id:
        if lesser_number == into_number:
            raise BadInputError("A problem cannot be merged into itself. Name two: merge #12 #15.", field="into")
        raise TooLateError(f"#{lesser_number} and #{into_number} are one problem already: #{into.number}.")
    await act.indexes.bring_back(act.work, act.desk, {into.id})
    undo = Undo()
    movers = await act.work.reports.of_problem(lesser.id)
    stayers = await act.work.reports.of_problem(into.id)
    for rule in await act.work.links.between(lesser.id, into.id):
        if not rule.same:
            await act.work.links.remove(act.desk.name, rule.a, rule.b)
            undo.ruled(rule.a, rule.b, before=rule.same)
    await merge(act, lesser, into, undo)
    if movers and stayers:
        await decide_link(act, [LinkRule(a=movers[0].id, b=stayers[0].id, same=True)], undo)
    reason = f"#{lesser.number} into #{into.number}"
    await record(act, "merge", problem=into, undo=undo.as_mapping(), detail={"reason": reason})
    await settle(act, into.id)
    return into


async def split_problem(act: Act, number: int, report_ids: Sequence[ReportId]) -> Problem:
    """Take some reports out of a problem into one of their own. Gives the new problem. Where the problem has a ticket,
    the new one is given its own.

    Raises NotAllowedError, NotFoundError, BadInputError.
    """
    act.require_triager("split problems")
    problem = await act.problem(number)
    members = {report.id: report for report in await act.work.reports.of_problem(problem.id)}
    leavers = _leavers(problem, members, report_ids)
    stayers = [report for report in members.values() if report not in leavers]
    undo = Undo()
    new = await make_problem(act, leavers[0].text, leavers[0].service)
    await move(act, leavers, new, undo)
    apart = [LinkRule(a=leaver.id, b=stayers[0].id, same=False) for leaver in leavers]
    together = [LinkRule(a=leavers[0].id, b=leaver.id, same=True) for leaver in leavers[1:]]
    await decide_link(act, [*apart, *together], undo)
    reason = f"{len(leavers)} out of #{problem.number} into #{new.number}"
    await record(act, "split", problem=problem, undo=undo.as_mapping(), detail={"reason": reason})
    await settle(act, problem.id, new.id)
    await _open_own_ticket(act, new, split_off=problem)
    return new


async def snooze_problem(act: Act, number: int, snooze: Snooze) -> Problem:
    """Let a problem sleep until one of the snooze's conditions comes true.

    The counts to compare with are filled in here. Raises NotAllowedError, NotFoundError, BadInputError, TooLateError.
    """
    act.require_triager("snooze problems")
    problem = await act.problem(number)
    if problem.status.is_ended:
        raise TooLateError(f"#{problem.number} is {problem.status.value} already; there is nothing to snooze.")
    if snooze.until is not None and snooze.until <= act.now:
        raise BadInputError("That time has passed. Name a later one, such as 3d or a date.", field="until")
    counts = (await act.work.problems.counts([problem.id])).get(problem.id)
    asleep = replace(
        problem,
        status=ProblemStatus.SNOOZED,
        status_since=act.now,
        snooze=replace(
            snooze,
            since=act.now,
            by=act.person.id,
            reports_then=counts.reports if counts else 0,
            agents_then=counts.agents if counts else 0,
            status_then=problem.snooze.status_then if problem.snooze else problem.status,
        ),
    )
    await change(act, problem, asleep, "snooze")
    return asleep


async def wake_problem(act: Act, number: int) -> Problem:
    """End a snooze by hand. Raises NotAllowedError, NotFoundError, TooLateError."""
    act.require_triager("wake problems")
    problem = await act.problem(number)
    if problem.snooze is None:
        raise TooLateError(f"#{problem.number} is awake already.")
    awake = replace(problem, status=problem.snooze.status_then, status_since=act.now, snooze=None)
    await change(act, problem, awake, "wake")
    await settle(act, problem.id)
    return awake


async def note_problem(act: Act, number: int, *, kind: str, text: str) -> Problem:
    """Note a workaround, or what to tell the customer; an empty text takes the note away.

    Raises NotAllowedError, NotFoundError, BadInputError.
    """
    act.require_triager("write notes")
    if len(text) > _NOTE_LENGTH:
        raise BadInputError(f"A note has {_NOTE_LENGTH} characters at most; this one has {len(text)}.", field="text")
    problem = await act.problem(number)
    note = text.strip() or None
    is_workaround = kind == "workaround"
    noted = replace(problem, workaround=note) if is_workaround else replace(problem, customer_text=note)
    await change(act, problem, noted, f"note {kind}")
    return noted


async def take_problem(act: Act, number: int) -> Problem:
    """Say that one is on it: the problem has an owner and is acknowledged. Raises NotAllowedError, NotFoundError."""
    act.require_triager("take problems")
    problem = await act.problem(number)
    taken = replace(problem, owner=act.person.id)
    if problem.status is ProblemStatus.OPEN:
        taken = replace(taken, status=ProblemStatus.ACKNOWLEDGED, status_since=act.now)
    await change(act, problem, taken, "take")
    return taken


async def change(act: Act, before: Problem, after: Problem, what: str) -> None:
    """Write a problem's new fields, so that they can be put back, and renew its reporters' cards."""
    await act.work.people.remember(act.person)
    await act.work.problems.save(after)
    await record(act, what, problem=after, undo=undo_of_fields(before, after))
    await act.work.outbox.add(kinds.refresh(after.id, now=act.now), now=act.now)


async def _open_own_ticket(act: Act, new: Problem, *, split_off: Problem) -> None:
    """The agents of these reports were told of a ticket, which is for another failure now."""
    ticket = await act.work.tickets.of_problem(split_off.id)
    is_queued = kinds.TICKET_OPEN in await act.work.outbox.pending(kinds.ticket_queue(new.id))
    if ticket is None or ticket.status is TicketStatus.DONE or is_queued or act.desk.policy.level < Level.TICKETS:
        return
    reason = f"split off #{split_off.number}, whose ticket is {ticket.key}"
    await queue_opening(act.work, new, reason=reason, now=act.now)


def _leavers(problem: Problem, members: dict[ReportId, Report], wanted: Sequence[ReportId]) -> list[Report]:
    strangers = [f"r{each}" for each in wanted if each not in members]
    if strangers:
        raise NotFoundError(f"{', '.join(strangers)} not in #{problem.number}. See: reports #{problem.number}")
    leavers = [members[each] for each in dict.fromkeys(wanted)]
    if not leavers:
        nothing = f"Name the reports to split off, such as: split #{problem.number} r7 r9."
        raise BadInputError(nothing, field="reports")
    if len(leavers) == len(members):
        all_of_them = f"Those are all the reports of #{problem.number}; leave at least one where it is."
        raise BadInputError(all_of_them, field="reports")
    return leavers
