"""The card that answers a report: private, short, of fixed height, and true whenever it is renewed."""

from datetime import datetime, timedelta

from bot.card_facts import CardFacts, was_left_open
from bot.customer_words import words_for_customer
from bot.desks import Desk
from bot.messages import Action, Choice, Link, Message, Quote, Style, Tone
from bot.ports import Counts
from bot.reports import Report
from bot.wording import VERDICTS, ago, clock, percent, weighed
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


def report_card(facts: CardFacts, desk: Desk, *, now: datetime, repeated: bool = False) -> Message:
    """The answer to a report as things stand now."""
    if facts.report.withdrawn_at is not None:
        return Message(title="Taken back", text=f"Your report: {shorten(facts.report.text, _QUOTE_LENGTH)}")
    if facts.is_asked:
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
        details=_details(report),
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
    is_it = tuple(
        Action(name=SAME, label=f"Same as #{each.problem.number}", value=f"{value}:{each.problem.number}")
        for each in (facts.likely if was_left_open(facts.question) else ())
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
            title=f"#{each.problem.number} · {recurrence_words(each.counts)} · {each.problem.status.value}",
            text=f"last seen {ago(each.counts.last_seen, now=now)}" if each.counts else "",
            quote=Quote(text=shorten(each.quote, _QUOTE_LENGTH)),
            actions=(_same_as_this(report, each.problem),),
        )
        for each in facts.likely
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
        details=_details(report),
    )


def _same_as_this(report: Report, problem: Problem) -> Action:
    value = f"{report.id}:{problem.number}"
    return Action(name=SAME, label="Same as this", value=value, style=Style.PRIMARY)


def _details(report: Report) -> tuple[str, ...]:
    """Why the verdict was what it was when the report came in."""
    return (f"{VERDICTS[report.verdict]} · {percent(report.probability)}", *map(weighed, report.reasons))
