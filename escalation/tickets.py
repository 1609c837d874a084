"""Work on tickets: what the outbox's `ticket.*` kinds do at the tracker, and what follows from it here."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from escalation import kinds
from escalation.desk_rules import RulesOf
from escalation.errors import NoWayThereError, TicketGoneError
from escalation.outbox import Effect, Handler, no_effect
from escalation.ports import OpenUnitOfWork, TicketTracker
from escalation.ticket_effects import TicketEffects
from escalation.ticket_facts import TicketFacts, earlier_ticket, read_ticket_facts
from escalation.ticket_text import compose_bump, compose_page, compose_reopening
from escalation.ticket_writing import compose_draft
from escalation.values import (
    DeclineReason,
    OutboxItem,
    Priority,
    TicketBump,
    TicketKey,
    TicketMove,
    TicketStatus,
)

_log = structlog.get_logger()


class TicketWork:
    """The handlers of the `ticket.*` kinds and of `reassess`. Texts are composed when they are sent, from fresh data.

    All of them may be called again after an uncertain outcome: opening looks for its label first, and the tracker's
    other calls do no harm twice. `home` is where the bot's own pages are, for the tickets to link to.
    """

    def __init__(
        self,
        *,
        open_work: OpenUnitOfWork,
        tracker: TicketTracker,
        rules: RulesOf,
        clock: Callable[[], datetime],
        home: str | None = None,
    ) -> None:
        self._open_work = open_work
        self._tracker = tracker
        self._rules = rules
        self._clock = clock
        self._home = home
        self._effects = TicketEffects(tracker=tracker.name, rules=rules, clock=clock)

    def handlers(self) -> Mapping[str, Handler]:
        """By kind, for the worker."""
        return {
            kinds.TICKET_OPEN: self.open,
            kinds.TICKET_BUMP: self.bump,
            kinds.TICKET_REOPEN: self.reopen,
            kinds.TICKET_MOVE: self.move,
            kinds.TICKET_COMMENT: self.comment,
            kinds.TICKET_RELATE: self.relate,
            kinds.TICKET_CLOSE_DUPLICATE: self.close_duplicate,
            kinds.REASSESS: self.reassess,
        }

    async def open(self, item: OutboxItem) -> Effect:
        """Open the problem's ticket, unless an earlier attempt did, or nobody wants it any more."""
        facts = await self._read(item)
        rules = self._rules(facts.case.problem.desk)
        draft = compose_draft(
            facts,
            label=_text(item, "label"),
            reason=_text(item, "reason"),
            zone=rules.zone,
            home=self._home,
            earlier=earlier_ticket(facts.case.ticket, self._tracker.name),
        )
        state = await self._tracker.find(draft.label) if item.attempts > 1 else None
        if state is None:
            if not facts.wants_ticket:
                return no_effect
            state = await self._tracker.open(draft)
        return self._effects.opened(facts, draft, state)

    async def bump(self, item: OutboxItem) -> Effect:
        """Bring the ticket's rolling comment up to date, and its priority up if there is a reason that is new."""
        facts = await self._read(item)
        case = facts.case
        ticket = case.live_ticket
        if ticket is None:
            return self._effects.looked_again(case.problem)
        if ticket.tracker != self._tracker.name:
            return self._effects.left_behind(case.problem, ticket)
        is_news = case.urgency > ticket.asked_priority
        reason, zone = _text(item, "reason"), self._rules(case.problem.desk).zone
        bump = TicketBump(
            text=compose_bump(case.evidence, reason=reason, zone=zone, trend=facts.trend(zone)),
            priority=case.priority if is_news else Priority.LOW,
            page=compose_page(facts.account(zone), reason=reason, zone=zone, home=self._home),
            reports=case.evidence.reports,
        )
        try:
            state = await self._tracker.bump(ticket.key, bump)
        except TicketGoneError:
            return self._effects.gone(case.problem, ticket.key)
        return self._effects.told(facts, state)

    async def reopen(self, item: OutboxItem) -> Effect:
        """Bring the ticket back; if it is gone, or its workflow has no way back, another one takes its place."""
        facts = await self._read(item)
        problem = facts.case.problem
        key, reason = TicketKey(_text(item, "key")), _text(item, "reason")
        text = compose_reopening(facts.case.evidence, facts.texts, reason=reason, zone=self._rules(problem.desk).zone)
        try:
            state = await self._tracker.reopen(key, text)
        except TicketGoneError:
            return self._effects.gone(problem, key, open_because=reason)
        except NoWayThereError:
            _log.info("ticket_reopened_by_another", item=item.id, problem=item.problem)
            return self._effects.opened_instead(problem, reason)
        return self._effects.told(facts, state)

    async def move(self, item: OutboxItem) -> Effect:
        """Bring the ticket to where its problem was put in the chat. A workflow that has no way there is told why."""
        key, declined = TicketKey(_text(item, "key")), item.payload["declined"]
        move = TicketMove(
            status=TicketStatus(_text(item, "status")),
            declined=None if declined is None else DeclineReason(str(declined)),
            mark=_text(item, "mark"),
            text=_text(item, "text"),
        )
        try:
            return self._effects.kept(await self._tracker.move(key, move))
        except TicketGoneError:
            _log.warning("ticket_gone", item=item.id, problem=item.problem)
        except NoWayThereError:
            _log.warning("ticket_move_refused", item=item.id, problem=item.problem)
            await self._tracker.comment(key, move.mark, move.text)
        return no_effect

    async def comment(self, item: OutboxItem) -> Effect:
        """Say in the ticket what a person said here."""
        try:
            await self._tracker.comment(TicketKey(_text(item, "key")), f"comment {item.id}", _text(item, "text"))
        except TicketGoneError:
            _log.warning("ticket_gone", item=item.id, problem=item.problem)
        return no_effect

    async def relate(self, item: OutboxItem) -> Effect:
        """Link a ticket to the one it goes on from."""
        try:
            await self._tracker.relate(TicketKey(_text(item, "key")), TicketKey(_text(item, "to")))
        except TicketGoneError:
            _log.warning("ticket_gone", item=item.id, problem=item.problem)
        return no_effect

    async def close_duplicate(self, item: OutboxItem) -> Effect:
        """End a ticket as a duplicate, unless the merge was taken back and its problem has no other."""
        key = TicketKey(_text(item, "key"))
        async with self._open_work(read_only=True) as work:
            ticket = await work.tickets.by_key(self._tracker.name, key)
            problem = None if ticket is None else await work.problems.get(ticket.problem)
            present = None if ticket is None else await work.tickets.of_problem(ticket.problem)
        if problem is not None and problem.merged_into is None and present is not None and present.key == key:
            return no_effect
        try:
            state = await self._tracker.close_as_duplicate(key, TicketKey(_text(item, "of")))
        except TicketGoneError:
            _log.warning("ticket_gone", item=item.id, problem=item.problem)
            return no_effect
        return self._effects.followed(state)

    async def reassess(self, item: OutboxItem) -> Effect:
        """Nothing outside: decide again about the problem."""
        return self._effects.looked_again((await self._read(item)).case.problem)

    async def _read(self, item: OutboxItem) -> TicketFacts:
        async with self._open_work(read_only=True) as work:
            return await read_ticket_facts(work, item, self._rules, now=self._clock())


def _text(item: OutboxItem, key: str) -> str:
    return str(item.payload[key])
