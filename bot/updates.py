"""What reporters hear: composed when it is delivered, from how things stand then, so that ten changes are told once."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.card_facts import read_all_card_facts
from bot.cards import outcome_actions, report_card, standing
from bot.customer_words import words_for_customer
from bot.desks import Desk
from bot.messages import Link, Message, Quote, Tone
from bot.people import WantedUpdates
from bot.ports import ChatPlatform, OpenUnitOfWork
from bot.reports import Report
from dedupe.values import ProblemId
from escalation import kinds
from escalation.live import live_problem
from escalation.outbox import Effect, no_effect
from escalation.ports import UnitOfWork
from escalation.values import OutboxItem, PersonId, Problem, ProblemStatus, Ticket
from escalation.wording import shorten

_QUOTE_LENGTH = 140
_HEADINGS = {
    ProblemStatus.IN_PROGRESS: ("is being worked on", Tone.KNOWN),
    ProblemStatus.FIXED: ("is fixed", Tone.FIXED),
    ProblemStatus.CLOSED: ("is closed", Tone.FIXED),
    ProblemStatus.DECLINED: ("will not be changed", Tone.NEUTRAL),
}
_CAME_BACK = ("came back after the fix", Tone.BACK)


class ReporterUpdates:
    """Carries out the outbox's `tell` and `refresh`. `platforms` are by the first part of a person's id."""

    def __init__(
        self,
        *,
        open_work: OpenUnitOfWork,
        platforms: Mapping[str, ChatPlatform],
        desk_named: Callable[[str], Desk],
        clock: Callable[[], datetime],
    ) -> None:
        self._open_work = open_work
        self._platforms = platforms
        self._desk_named = desk_named
        self._clock = clock

    async def tell(self, item: OutboxItem) -> Effect:
        """Tell one reporter where the problem stands, and close their loop if that is the outcome."""
        person = PersonId(str(item.payload["person"]))
        platform = self._platform_of(person)
        if platform is None:
            return no_effect
        now = self._clock()
        async with self._open_work(read_only=True) as work:
            wanted = await work.people.wanted_updates(person)
            problem = await live_problem(work.problems, ProblemId(int(item.payload["problem"] or 0)))
            ticket = await work.tickets.of_problem(problem.id)
            theirs = [
                report
                for report in await work.reports.of_problem(problem.id)
                if report.reporter == person and report.withdrawn_at is None
            ]
        if not theirs or not _wants(wanted, problem):
            return no_effect
        message = update_message(problem, ticket, theirs, self._desk_named(problem.desk), now=now)
        if message is None:
            return no_effect
        await platform.tell(person, message, about=theirs[-1].id, mark=f"tell:{item.id}")
        return _closing_loop(problem, person, now) if problem.status.is_ended else no_effect

    async def refresh(self, item: OutboxItem) -> Effect:
        """Renew the cards of everyone who reported the problem, and then what its triagers see of it."""
        now = self._clock()
        async with self._open_work(read_only=True) as work:
            problem = await live_problem(work.problems, ProblemId(int(item.payload["problem"] or 0)))
            shown = await read_all_card_facts(work, problem)
        desk = self._desk_named(problem.desk)
        for facts in shown:
            platform = self._platform_of(facts.report.reporter)
            if platform is not None:
                card = report_card(facts, desk, now=now)
                await platform.renew(facts.report.reporter, facts.report.id, card)
        return no_effect if desk.triage_channel is None else _showing_triagers(problem, now)

    def _platform_of(self, person: PersonId) -> ChatPlatform | None:
        return self._platforms.get(person.partition(":")[0])


def update_message(
    problem: Problem, ticket: Ticket | None, theirs: list[Report], desk: Desk, *, now: datetime
) -> Message | None:
    """What one reporter is told, or None where the status is none that reporters are told of."""
    heading = _HEADINGS.get(problem.status)
    if heading is None and problem.regressed_at is not None:
        heading = _CAME_BACK
    if heading is None:
        return None
    words, tone = heading
    return Message(
        title=f"#{problem.number} {words}",
        text=standing(problem, ticket, desk, now=now),
        tone=tone,
        say=words_for_customer(problem, has_ticket=ticket is not None),
        quotes=(Quote(text=shorten(theirs[-1].text, _QUOTE_LENGTH), source="your report"),),
        link=Link(label=ticket.key, url=ticket.url) if ticket else None,
        actions=outcome_actions(theirs[-1]) if problem.status is ProblemStatus.FIXED else (),
    )


def _wants(wanted: WantedUpdates, problem: Problem) -> bool:
    """Who hears only outcomes also hears that one did not last."""
    if wanted is WantedUpdates.OUTCOME:
        return problem.status.is_ended or problem.regressed_at is not None
    return wanted is WantedUpdates.ALL


def _showing_triagers(problem: Problem, at: datetime) -> Effect:
    async def show(work: UnitOfWork) -> None:
        await work.outbox.add(kinds.triage(problem.id, now=at), now=at)

    return show


def _closing_loop(problem: Problem, person: PersonId, at: datetime) -> Effect:
    async def close(work: UnitOfWork) -> None:
        await work.problems.close_loop(problem.id, person, at=at)

    return close
