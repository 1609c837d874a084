"""Looking at a problem again, after anything that may change what is to be done about its ticket."""

from dataclasses import dataclass, replace
from datetime import datetime

from dedupe.values import ProblemId
from escalation import kinds
from escalation.case import Case
from escalation.decision import Decision, decide
from escalation.desk_rules import RulesOf
from escalation.errors import UnknownProblemError
from escalation.evidence import read_recurrence
from escalation.policy import Action, Policy
from escalation.ports import OpenUnitOfWork, UnitOfWork
from escalation.recurrence import Recurrence
from escalation.snooze import wake_reason
from escalation.status import StatusChange, change_status
from escalation.values import AuditEntry, PersonId, Problem, ProblemStatus, Ticket

TECHISSUE = PersonId("techissue")
"""Who the audit trail names for what happens by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """How the problem stands after the look at it. `queued` is the kind of outbound work that came of it, if any."""

    problem: Problem
    ticket: Ticket | None
    recurrence: Recurrence
    decision: Decision
    woken: str | None = None
    queued: str | None = None


async def reassess(work: UnitOfWork, problem_id: ProblemId, *, policy: Policy, now: datetime) -> Assessment:
    """Wake the problem if it is time, decide, and queue what follows, in the caller's transaction.

    The transaction must be the desk's critical section. Called twice, the second call does nothing more: what is
    queued, leased or parked for the problem's ticket is not queued again. Raises UnknownProblemError.
    """
    problem = await work.problems.get(problem_id)
    if problem is None:
        raise UnknownProblemError(f"No problem is stored with the id {problem_id}.")
    return await reassess_as_read(work, problem, policy=policy, now=now)


async def reassess_as_read(work: UnitOfWork, problem: Problem, *, policy: Policy, now: datetime) -> Assessment:
    """The same for a problem as it was read in this transaction and not written since."""
    evidence = await read_recurrence(work.problems, problem, policy, now=now)
    woken = wake_reason(problem, evidence, now=now)
    if woken is not None:
        problem = await _wake(work, problem, woken, now=now)
    case = Case(
        evidence=evidence,
        problem=problem,
        ticket=await work.tickets.of_problem(problem.id),
        policy=policy,
        now=now,
        asking=await work.problems.open_question(problem.id),
    )
    decision = decide(case)
    problem, queued = await _act(work, case, decision)
    return Assessment(
        problem=problem, ticket=case.ticket, recurrence=evidence, decision=decision, woken=woken, queued=queued
    )


async def wake_sleepers(open_work: OpenUnitOfWork, rules: RulesOf, *, now: datetime) -> int:
    """Reassess the snoozed problems whose date has come; how many. The other conditions are met by new reports."""
    async with open_work(read_only=True) as work:
        sleeping = await work.problems.sleeping()
    due = [each for each in sleeping if each.snooze and each.snooze.until and each.snooze.until <= now]
    for problem in due:
        async with open_work(problem.desk) as work:
            await reassess(work, problem.id, policy=rules(problem.desk).policy, now=now)
    return len(due)


async def queue_opening(work: UnitOfWork, problem: Problem, *, reason: str, now: datetime) -> None:
    """Queue the opening of a ticket. Its label is made here, once, so that every attempt has the same."""
    payload = {"label": f"techissue-{problem.id}-{now:%Y%m%d%H%M%S}", "reason": reason}
    await work.outbox.add(kinds.ticket_work(problem, kinds.TICKET_OPEN, payload, now=now), now=now)


async def _wake(work: UnitOfWork, problem: Problem, reason: str, *, now: datetime) -> Problem:
    status = problem.snooze.status_then if problem.snooze is not None else ProblemStatus.OPEN
    awake = replace(problem, status=status, status_since=now, snooze=None)
    await work.problems.save(awake)
    await _record(work, awake, "wake", reason, now=now)
    await work.outbox.add(kinds.refresh(awake.id, now=now), now=now)
    return awake


async def _act(work: UnitOfWork, case: Case, decision: Decision) -> tuple[Problem, str | None]:
    """Carry the decision as far as the transaction goes. Gives the problem then, and the kind of work queued."""
    if decision.action is Action.NONE:
        return case.problem, None
    if decision.action is Action.PROPOSE_REOPEN:
        return await _propose(work, case, decision), None
    problem = case.problem
    if problem.status.is_ended:
        change = StatusChange(status=ProblemStatus.OPEN, at=case.now)
        problem = await change_status(work, problem, change, level=case.policy.level, now=case.now)
    pending = await work.outbox.pending(kinds.ticket_queue(problem.id))
    if decision.action is Action.BUMP:
        return problem, await _queue_bump(work, case, decision, pending)
    if pending & {kinds.TICKET_OPEN, kinds.TICKET_REOPEN}:
        return problem, None
    await _record(work, problem, f"{decision.action.value} ticket", decision.reason, now=case.now)
    if decision.action is Action.REOPEN and case.ticket is not None:
        payload = {"key": case.ticket.key, "reason": decision.reason}
        await work.outbox.add(kinds.ticket_work(problem, kinds.TICKET_REOPEN, payload, now=case.now), now=case.now)
        return problem, kinds.TICKET_REOPEN
    await queue_opening(work, problem, reason=decision.reason, now=case.now)
    return problem, kinds.TICKET_OPEN


async def _propose(work: UnitOfWork, case: Case, decision: Decision) -> Problem:
    """Mark the signs of a return, once, for a triager to see."""
    if case.problem.regressed_at is not None:
        return case.problem
    marked = replace(case.problem, regressed_at=case.now)
    await work.problems.save(marked)
    await _record(work, marked, Action.PROPOSE_REOPEN.value, decision.reason, now=case.now)
    return marked


async def _queue_bump(work: UnitOfWork, case: Case, decision: Decision, pending: frozenset[str]) -> str | None:
    """A bump that comes too soon becomes a later look: by then it tells what has come in the meantime, too."""
    if pending & {kinds.TICKET_OPEN, kinds.TICKET_REOPEN, kinds.TICKET_BUMP}:
        return None
    if decision.not_before is not None:
        await work.outbox.add(kinds.later_look(case.problem, at=decision.not_before), now=case.now)
        return kinds.REASSESS
    payload = {"reason": decision.reason}
    await work.outbox.add(kinds.ticket_work(case.problem, kinds.TICKET_BUMP, payload, now=case.now), now=case.now)
    await _record(work, case.problem, "bump ticket", decision.reason, now=case.now)
    return kinds.TICKET_BUMP


async def _record(work: UnitOfWork, problem: Problem, act: str, reason: str, *, now: datetime) -> None:
    await work.audit.add(
        AuditEntry(at=now, desk=problem.desk, actor=TECHISSUE, act=act, problem=problem.id, detail={"reason": reason}),
    )
