"""The card that answers a report: private, short, of fixed height, and true whenever it is renewed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.customer_words import words_for_customer
from bot.desks import Desk
from bot.messages import Action, Choice, Link, Message, Quote, Style, Tone
from bot.ports import Counts, UnitOfWork
from bot.reports import Answer, Question, Report
from bot.wording import ago, clock
from escalation import kinds
from escalation.live import live_problem
from escalation.values import Problem, ProblemStatus, Ticket
from escalation.wording import say_count, say_ordinal, say_span, shorten

SAME = "same"
NONE_OF_THESE = "none"
NOT_SAME = "not-same"
DETAILS = "details"
WORKS_NOW = "works"
STILL_BROKEN = "broken"

_QUOTE_LENGTH = 140
_ALONE = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class CardFacts:
    """What a report's card is made of, read afresh each time."""

    report: Report
    problem: Problem
    counts: Counts | None
    place: int
    ticket: Ticket | None
    opening: bool
    question: Question | None
    likely: tuple[tuple[Problem, Counts | None, str], ...]


async def read_card_facts(work: UnitOfWork, report: Report) -> CardFacts:
    """Everything the report's card shows."""
    problem = await live_problem(work.problems, report.problem)
    question = await work.questions.of_report(report.id)
    counts = await work.problems.counts([problem.id])
    return CardFacts(
        report=report,
        problem=problem,
        counts=counts.get(problem.id),
        place=await work.reports.place_of(report.id),
        ticket=await work.tickets.of_problem(problem.id),
        opening=kinds.TICKET_OPEN in await work.outbox.pending(kinds.ticket_queue(problem.id)),
        question=question,
        likely=await _likely(work, question),
    )


def report_card(facts: CardFacts, desk: Desk, *, now: datetime, repeated: bool = False) -> Message:
    """The answer to a report as things stand now."""
    if facts.report.withdrawn_at is not None:
        return Message(title="Taken back", text=f"Your report: {shorten(facts.report.text, _QUOTE_LENGTH)}")
    if facts.question is not None and facts.question.answer is None:
        return _question_card(facts, desk, now=now)
    return _standing_card(facts, desk, now=now, repeated=repeated)


def standing(problem: Problem, ticket: Ticket | None, desk: Desk, *, now: datetime) -> str:
    """Ticket and status in a line: `OPS-88 In progress since 09:10`."""
    since = clock(problem.status_since, now=now, zone=desk.zone)
    status = f"{problem.status.value.capitalize()} since {since}"
    if problem.regressed_at is not None and not problem.status.is_ended:
        status = f"Came back after a fix · {status}"
    if problem.decline_reason is not None:
        status = f"{status} ({problem.decline_reason.value})"
    return f"{ticket.key} {status}" if ticket else status


def recurrence_words(counts: Counts | None, *, place: int | None = None) -> str:
    """`7 reports in 3 days (5 agents)`; with a place `7th report in …`, or `3rd of 7 reports in …`."""
    if counts is None:
        return "no reports that count"
    if counts.reports == _ALONE:
        return "first report"
    reports = say_count(counts.reports, "report")
    if place is not None:
        is_last = place >= counts.reports
        reports = f"{say_ordinal(place)} report" if is_last else f"{say_ordinal(place)} of {reports}"
    lasting = max(counts.last_seen - counts.first_seen, timedelta(minutes=1))
    return f"{reports} in {say_span(lasting)} ({say_count(counts.agents, 'agent')})"


def _standing_card(facts: CardFacts, desk: Desk, *, now: datetime, repeated: bool) -> Message:
    problem, report = facts.problem, facts.report
    known = facts.counts is not None and facts.counts.reports > _ALONE
    heading = recurrence_words(facts.counts, place=facts.place)
    if report.is_test:
        heading = "test report, not counted"
    elif not known:
        heading = "New: first report of this"
    text = standing(problem, facts.ticket, desk, now=now)
    if facts.opening:
        text = "A ticket is being opened for our technology team."
    elif facts.ticket is None and problem.status is ProblemStatus.OPEN and not report.is_test:
        text = "On the list. A ticket is opened when more agents report it."
    if repeated:
        text = f"You sent this a moment ago; it is logged once. {text}"
    return Message(
        title=f"#{problem.number} · {heading}",
        text=text,
        tone=_tone(problem, known=known),
        say=words_for_customer(problem, has_ticket=facts.opening or facts.ticket is not None),
        quotes=(Quote(text=problem.title),) if known else (),
        link=Link(label=facts.ticket.key, url=facts.ticket.url) if facts.ticket else None,
        actions=_actions(facts, known=known),
        details=report.reasons,
    )


def _tone(problem: Problem, *, known: bool) -> Tone:
    if problem.status in {ProblemStatus.FIXED, ProblemStatus.CLOSED}:
        return Tone.FIXED
    if problem.regressed_at is not None:
        return Tone.BACK
    return Tone.KNOWN if known else Tone.NEW


def _actions(facts: CardFacts, *, known: bool) -> tuple[Action, ...]:
    value = str(facts.report.id)
    if facts.problem.status is ProblemStatus.FIXED:
        return outcome_actions(facts.report)
    not_same = Action(name=NOT_SAME, label="Not the same", value=value)
    details = Action(name=DETAILS, label="Add details", value=value)
    expired = facts.question is not None and facts.question.answer is Answer.EXPIRED
    is_it = tuple(
        Action(name=SAME, label=f"Same as #{problem.number}", value=f"{value}:{problem.number}")
        for problem, _, _ in (facts.likely if expired else ())
    )
    return (*is_it, not_same, details) if known else (*is_it, details)


def outcome_actions(report: Report) -> tuple[Action, ...]:
    """What a reporter can answer to a fix."""
    value = str(report.id)
    return (
        Action(name=WORKS_NOW, label="Works now", value=value, style=Style.PRIMARY),
        Action(name=STILL_BROKEN, label="Still broken", value=value, style=Style.DANGER),
    )


def _question_card(facts: CardFacts, desk: Desk, *, now: datetime) -> Message:
    report = facts.report
    choices = tuple(
        Choice(
            title=f"#{problem.number} · {recurrence_words(counts)} · {problem.status.value}",
            text=f"last seen {ago(counts.last_seen, now=now)}" if counts else "",
            quote=Quote(text=shorten(quote, _QUOTE_LENGTH)),
            actions=(
                Action(name=SAME, label="Same as this", value=f"{report.id}:{problem.number}", style=Style.PRIMARY),
            ),
        )
        for problem, counts, quote in facts.likely
    )
    return Message(
        title="Logged. Is it one of these?",
        text=f"Without an answer it becomes a problem of its own after {say_span(desk.ask_timeout)}.",
        tone=Tone.ASK,
        say=words_for_customer(facts.problem, has_ticket=facts.ticket is not None),
        choices=choices,
        actions=(
            Action(name=NONE_OF_THESE, label="None of these", value=str(report.id)),
            Action(name=DETAILS, label="Add details", value=str(report.id)),
        ),
        details=report.reasons,
    )


async def _likely(work: UnitOfWork, question: Question | None) -> tuple[tuple[Problem, Counts | None, str], ...]:
    """The problems asked about, each once, as they are called now, with a line of the member that was alike."""
    found: dict[int, tuple[Problem, Counts | None, str]] = {}
    for each in question.likely if question else ():
        problem = await live_problem(work.problems, each.problem)
        member = await work.reports.get(each.nearest)
        if member is not None:
            counts = (await work.problems.counts([problem.id])).get(problem.id)
            found.setdefault(problem.id, (problem, counts, member.text))
    return tuple(found.values())
