"""Moving reports between problems, so that every move can be taken back and no report is ever in none or in two."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.ports import LinkRule
from bot.reports import Report
from bot.turn import Act
from dedupe.values import ProblemId, ReportId
from escalation import kinds
from escalation.live import live_problem
from escalation.reassess import reassess
from escalation.values import AuditEntry, Problem, ProblemStatus, TicketKey
from escalation.wording import shorten

TITLE_LENGTH = 90


class Undo:
    """What takes an act back, as it is kept in the audit trail: each step with what it was before."""

    def __init__(self) -> None:
        self._moves: list[list[int]] = []
        self._rules: list[list[int | bool | None]] = []
        self._merged: list[int] = []
        self._tickets: list[list[str | int]] = []

    def moved(self, report: ReportId, *, back_to: ProblemId, now_in: ProblemId) -> None:
        self._moves.append([report, back_to, now_in])

    def ruled(self, a: ReportId, b: ReportId, *, before: bool | None) -> None:
        self._rules.append([a, b, before])

    def merged(self, lesser: ProblemId) -> None:
        self._merged.append(lesser)

    def ticket_moved(self, tracker: str, key: TicketKey, *, back_to: ProblemId) -> None:
        self._tickets.append([tracker, key, back_to])

    def as_mapping(self, **more: Any) -> Mapping[str, object]:
        """The record, with what else the act needs to be taken back."""
        return {
            "moves": self._moves,
            "rules": self._rules,
            "merged": self._merged,
            "tickets": self._tickets,
            **more,
        }


async def record(act: Act, what: str, *, problem: Problem, undo: Mapping[str, object], **about: Any) -> None:
    """Write the act to the audit trail. `about` may name a `report` and a `detail`."""
    entry = AuditEntry(
        at=act.now, desk=act.desk.name, actor=act.person.id, act=what, problem=problem.id, undo=undo, **about
    )
    await act.work.audit.add(entry)


async def make_problem(act: Act, text: str, service: str | None) -> Problem:
    """A new open problem, named by a report's words."""
    return await act.work.problems.add(
        desk=act.desk.name,
        title=shorten(text, TITLE_LENGTH),
        service=service,
        status=ProblemStatus.OPEN,
        at=act.now,
    )


async def move(act: Act, reports: Sequence[Report], to: Problem, undo: Undo) -> None:
    """Put the reports into the problem."""
    for report in reports:
        undo.moved(report.id, back_to=report.problem, now_in=to.id)
    await act.work.reports.move([report.id for report in reports], to.id)


async def merge(act: Act, lesser: Problem, into: Problem, undo: Undo) -> None:
    """Move everything of the lesser problem into the other one; its number leads there from now on.

    A ticket that only the lesser has goes along; where both have one, the lesser's is ended as a duplicate.
    """
    await move(act, await act.work.reports.of_problem(lesser.id), into, undo)
    await act.work.problems.save(replace(lesser, merged_into=into.id))
    undo.merged(lesser.id)
    await show_to_triagers(act, lesser.id)
    lesser_ticket = await act.work.tickets.of_problem(lesser.id)
    if lesser_ticket is None:
        return
    ticket = await act.work.tickets.of_problem(into.id)
    if ticket is None:
        await act.work.tickets.save(replace(lesser_ticket, problem=into.id))
        undo.ticket_moved(lesser_ticket.tracker, lesser_ticket.key, back_to=lesser.id)
        return
    payload = {"key": lesser_ticket.key, "of": ticket.key}
    work = kinds.ticket_work(lesser, kinds.TICKET_CLOSE_DUPLICATE, payload, now=act.now)
    await act.work.outbox.add(work, now=act.now)


async def show_to_triagers(act: Act, problem: ProblemId) -> None:
    """Have the desk's triagers shown how the problem stands, where they have a channel."""
    if act.desk.triage_channel is not None:
        await act.work.outbox.add(kinds.triage(problem, now=act.now), now=act.now)


async def decide_link(act: Act, rules: Iterable[LinkRule], undo: Undo) -> None:
    """Remember what a person decided of pairs of reports."""
    for rule in rules:
        before = await act.work.links.put(act.desk.name, rule, by=act.person.id, at=act.now)
        undo.ruled(rule.a, rule.b, before=before)


async def settle(act: Act, *problems: ProblemId) -> None:
    """After reports have moved: decide anew about the problems' tickets, and renew their reporters' cards."""
    for problem in {(await live_problem(act.work.problems, each)).id: None for each in problems}:
        await reassess(act.work, problem, policy=act.desk.policy, now=act.now)
        await act.work.outbox.add(kinds.refresh(problem, now=act.now), now=act.now)
