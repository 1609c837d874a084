"""What work at the tracker changes here, in the transaction that marks the work done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from dedupe.values import ProblemId
from escalation import kinds
from escalation.desk_rules import RulesOf
from escalation.follow import follow, take_over
from escalation.gone import mark_gone
from escalation.live import live_problem
from escalation.outbox import Effect
from escalation.ports import UnitOfWork
from escalation.reassess import queue_opening, reassess
from escalation.status import queue_ticket_move
from escalation.ticket_facts import LEFT, TicketFacts
from escalation.values import Problem, Ticket, TicketDraft, TicketKey, TicketState, TicketStatus


class TicketEffects:
    """Makes the effects. They run in the critical section of the problem's desk."""

    def __init__(self, *, tracker: str, rules: RulesOf, clock: Callable[[], datetime]) -> None:
        self._tracker = tracker
        self._rules = rules
        self._clock = clock

    def looked_again(self, problem: Problem) -> Effect:
        """Decide again, for what came in while the work was done."""

        async def effect(work: UnitOfWork) -> None:
            await self._look_again(work, problem)

        return effect

    def followed(self, state: TicketState) -> Effect:
        """Take over the ticket's state."""

        async def effect(work: UnitOfWork) -> None:
            await follow(work, state, tracker=self._tracker, rules=self._rules, now=self._clock())

        return effect

    def kept(self, state: TicketState) -> Effect:
        """Keep the state that we brought the ticket to: its problem stands there already."""

        async def effect(work: UnitOfWork) -> None:
            ticket = await work.tickets.by_key(self._tracker, state.key)
            taken_over = None if ticket is None else take_over(ticket, state)
            if taken_over is not None:
                await work.tickets.save(taken_over)

        return effect

    def told(self, facts: TicketFacts, state: TicketState) -> Effect:
        """The ticket knows the counts in `facts` now."""

        async def effect(work: UnitOfWork) -> None:
            await follow(work, state, tracker=self._tracker, rules=self._rules, now=self._clock())
            ticket = await work.tickets.by_key(self._tracker, state.key)
            if ticket is not None:
                case = facts.case
                told = replace(
                    ticket,
                    bumped_at=self._clock(),
                    bumped_reports=case.evidence.reports,
                    asked_priority=max(ticket.asked_priority, case.urgency),
                    told=ticket.told | case.signs,
                )
                await work.tickets.save(told)
            await self._look_again(work, facts.case.problem)

        return effect

    def gone(self, problem: Problem, key: TicketKey, *, open_because: str | None = None) -> Effect:
        """The ticket was deleted: it counts as done, and by policy or for the reason given another is opened."""

        async def effect(work: UnitOfWork) -> None:
            now = self._clock()
            await mark_gone(work, self._tracker, key, now=now)
            if open_because is not None:
                await queue_opening(work, problem, reason=open_because, now=now)
            await self._look_again(work, problem)

        return effect

    def left_behind(self, problem: Problem, ticket: Ticket) -> Effect:
        """The ticket is in a tracker that is not in use now: it counts as done, and another is opened by policy."""

        async def effect(work: UnitOfWork) -> None:
            done = replace(ticket, status=TicketStatus.DONE, status_name=LEFT, changed_at=self._clock())
            await work.tickets.save(done)
            await self._look_again(work, problem)

        return effect

    def opened_instead(self, problem: Problem, reason: str) -> Effect:
        """The ended ticket stays ended: a new one is opened and linked to it."""

        async def effect(work: UnitOfWork) -> None:
            await queue_opening(work, problem, reason=reason, now=self._clock())

        return effect

    def opened(self, facts: TicketFacts, draft: TicketDraft, state: TicketState) -> Effect:
        """Keep the new ticket, renew the reporters' cards, and decide again.

        If the problem was merged into another meanwhile the ticket goes along; where that one has a ticket already,
        one of the two ends as a duplicate.
        """

        async def effect(work: UnitOfWork) -> None:
            now = self._clock()
            problem = facts.case.problem
            home = await live_problem(work.problems, problem.id)
            rival = await work.tickets.of_problem(home.id)
            is_rival_live = rival is not None and rival.status is not TicketStatus.DONE
            keeper = problem if is_rival_live else home
            await work.tickets.add(_fresh(facts, draft, state, problem=keeper.id, tracker=self._tracker))
            await follow(work, state, tracker=self._tracker, rules=self._rules, now=now)
            if rival is not None and is_rival_live:
                lesser, greater = (state.key, rival.key) if home.id != problem.id else (rival.key, state.key)
                payload = {"key": lesser, "of": greater}
                await work.outbox.add(kinds.ticket_work(home, kinds.TICKET_CLOSE_DUPLICATE, payload, now=now), now=now)
            if draft.linked_from is not None:
                payload = {"key": state.key, "to": draft.linked_from}
                await work.outbox.add(kinds.ticket_work(home, kinds.TICKET_RELATE, payload, now=now), now=now)
            if home.status.is_ended:
                await queue_ticket_move(work, home, state.key, by_name=None, now=now)
            await work.outbox.add(kinds.refresh(home.id, now=now), now=now)
            await self._look_again(work, home)

        return effect

    async def _look_again(self, work: UnitOfWork, problem: Problem) -> None:
        home = await live_problem(work.problems, problem.id)
        await reassess(work, home.id, policy=self._rules(home.desk).policy, now=self._clock())


def _fresh(facts: TicketFacts, draft: TicketDraft, state: TicketState, *, problem: ProblemId, tracker: str) -> Ticket:
    """The ticket as it was opened, before anybody moved it: following its state then tells what they did."""
    return Ticket(
        problem=problem,
        tracker=tracker,
        key=state.key,
        url=state.url,
        status=TicketStatus.TO_DO,
        status_name="",
        resolution=None,
        priority=draft.priority,
        opened_at=facts.case.now,
        changed_at=state.changed_at,
        bumped_reports=facts.case.evidence.reports,
        linked_from=draft.linked_from,
        asked_priority=draft.priority,
        told=facts.case.signs,
        noted_at=state.changed_at,
    )
