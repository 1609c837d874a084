"""Making a ticket that exists a problem's ticket: said by a person, or in the place of one that duplicates it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from dedupe.values import ProblemId
from escalation import kinds
from escalation.desk_rules import RulesOf
from escalation.errors import TicketRejectedError
from escalation.live import live_problem
from escalation.outbox import Effect, Handler
from escalation.ports import TicketTracker, UnitOfWork
from escalation.reassess import TECHISSUE
from escalation.status import StatusChange, change_status
from escalation.values import (
    AuditEntry,
    DeclineReason,
    OutboxItem,
    PersonId,
    Problem,
    ProblemStatus,
    Ticket,
    TicketKey,
    TicketState,
    TicketStatus,
)


class TicketAttaching:
    """The handler of `ticket.attach`. Called again it does no more."""

    def __init__(self, *, tracker: TicketTracker, rules: RulesOf, clock: Callable[[], datetime]) -> None:
        self._tracker = tracker
        self._rules = rules
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """By kind, for the worker."""
        return {kinds.TICKET_ATTACH: self.attach}

    async def attach(self, item: OutboxItem) -> Effect:
        """Read the ticket, and make it the problem's. A person who named one that cannot be had is told."""
        key = TicketKey(str(item.payload["key"]))
        refusal = f"There is no ticket {key} in {self._tracker.name}, or techissue may not see it."
        try:
            states = await self._tracker.states([key])
        except TicketRejectedError as error:
            states, refusal = [], str(error)
        return self._attached(item, states[0]) if states else self._not_attached(item, refusal)

    def _attached(self, item: OutboxItem, state: TicketState) -> Effect:
        async def effect(work: UnitOfWork) -> None:
            now, by = self._clock(), _person(item)
            problem = await live_problem(work.problems, _problem_of(item))
            known = await work.tickets.by_key(self._tracker.name, state.key)
            if known is not None and known.problem != problem.id:
                await _tell(work, by, f"{state.key} is the ticket of another problem", "Nothing was changed.", now)
                return
            before = await work.tickets.of_problem(problem.id)
            await self._keep(work, problem, known, before, state)
            if (
                before is not None
                and before.key != state.key
                and by is not None
                and before.tracker == self._tracker.name
            ):
                payload = {"key": before.key, "of": state.key}
                close = kinds.ticket_work(problem, kinds.TICKET_CLOSE_DUPLICATE, payload, now=now)
                await work.outbox.add(close, now=now)
            await self._follow(work, problem, state, by)
            reason = {"reason": f"#{problem.number} is told of in this ticket from now on"}
            if state.status is not TicketStatus.DONE:
                await work.outbox.add(kinds.ticket_work(problem, kinds.TICKET_BUMP, reason, now=now), now=now)
            await work.outbox.add(kinds.refresh(problem.id, now=now), now=now)
            await _tell(work, by, f"{state.key} is #{problem.number}'s ticket now", f"It is {state.status_name}.", now)

        return effect

    def _not_attached(self, item: OutboxItem, refusal: str) -> Effect:
        """A duplicate's target that cannot be had leaves the problem declined as a duplicate."""

        async def effect(work: UnitOfWork) -> None:
            now, by = self._clock(), _person(item)
            problem = await live_problem(work.problems, _problem_of(item))
            if by is not None:
                await _tell(work, by, refusal, f"#{problem.number} keeps the ticket it has.", now)
                return
            change = StatusChange(status=ProblemStatus.DECLINED, reason=DeclineReason.DUPLICATE, at=now)
            await change_status(work, problem, change, level=self._rules(problem.desk).policy.level, now=now)

        return effect

    async def _keep(
        self, work: UnitOfWork, problem: Problem, known: Ticket | None, before: Ticket | None, state: TicketState
    ) -> None:
        now = self._clock()
        if known is not None:
            await work.tickets.save(replace(known, opened_at=now))
            return
        ticket = Ticket(
            problem=problem.id,
            tracker=self._tracker.name,
            key=state.key,
            url=state.url,
            status=state.status,
            status_name=state.status_name,
            resolution=state.resolution,
            priority=state.priority,
            opened_at=now,
            changed_at=state.changed_at,
            linked_from=before.key if before is not None else None,
            asked_priority=state.priority,
            noted_at=state.changed_at,
        )
        await work.tickets.add(ticket)

    async def _follow(self, work: UnitOfWork, problem: Problem, state: TicketState, by: PersonId | None) -> None:
        rules, now = self._rules(problem.desk), self._clock()
        status, reason = rules.statuses.read(state.status, state.status_name, state.resolution)
        change = StatusChange(status=status, reason=reason, at=state.status_since or state.changed_at, by=by)
        await change_status(work, problem, change, level=rules.policy.level, now=now)
        detail = {"reason": f"{state.key} is its ticket"}
        await work.audit.add(
            AuditEntry(
                at=now, desk=problem.desk, actor=by or TECHISSUE, act="link ticket", problem=problem.id, detail=detail
            )
        )


def _problem_of(item: OutboxItem) -> ProblemId:
    return ProblemId(item.problem or 0)


def _person(item: OutboxItem) -> PersonId | None:
    by = item.payload["by"]
    return None if by is None else PersonId(str(by))


async def _tell(work: UnitOfWork, person: PersonId | None, title: str, text: str, now: datetime) -> None:
    if person is not None:
        await work.outbox.add(kinds.notice(person, title, text, now=now), now=now)
