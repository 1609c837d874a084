"""What is known: my reports, the desk's top problems, a search."""

import asyncio
from datetime import timedelta

from bot.cards import outcome_actions, recurrence_words, standing
from bot.customer_words import words_for_customer
from bot.messages import Choice, Link, Message, Quote
from bot.reports import Report
from bot.turn import Act
from bot.wording import ago
from dedupe.values import ReportText
from escalation.live import live_problem
from escalation.values import Problem, ProblemStatus, Ticket
from escalation.wording import say_count, shorten

_MINE = 8
_TOP = 10
_FOUND = 5
_LINE = 110


async def list_mine(act: Act) -> Message:
    """The person's own reports with their live status."""
    reports = await act.work.reports.by_person(act.desk.name, act.person.id, _MINE)
    choices = [await _report_line(act, report) for report in reports]
    text = "" if choices else "You have not reported anything yet. Type what fails for the customer."
    return Message(title="My reports", text=text, choices=tuple(choices))


async def list_top(act: Act, period: timedelta) -> Message:
    """The problems with most reports in the period."""
    rows = await act.work.problems.seen_most(act.desk.name, since=act.now - period, limit=_TOP)
    counts = await act.work.problems.counts([problem.id for problem, _ in rows])
    choices = []
    for problem, number in rows:
        is_all = problem.id in counts and counts[problem.id].reports == number
        in_time = "" if is_all else f"{say_count(number, 'report')} in this time"
        choices.append(await problem_line(act, problem, in_time))
    text = "" if choices else "Nothing was reported in this time."
    return Message(title=f"Top problems of the last {_period(period)}", text=text, choices=tuple(choices))


async def find_problems(act: Act, words: str) -> Message:
    """Problems whose reports are like the words or mean the same, the best first."""
    engine = await act.indexes.caught_up(act.work, act.desk)
    await act.indexes.bring_back_like(act.work, act.desk, words)
    meaning = await asyncio.to_thread(act.indexes.read, words)
    wanted = ReportText(text=words, service=None, reported_at=act.now, meaning=meaning.vector if meaning else None)
    choices = []
    for found in engine.search(wanted, _FOUND):
        problem = await act.work.problems.get(found.problem)
        member = await act.work.reports.get(found.nearest)
        if problem is not None and member is not None:
            choices.append(await problem_line(act, problem, "", quote=member.text))
    text = "" if choices else "Nothing like this was reported. Type it without “find” to log it."
    return Message(title=f"Found for “{shorten(words, 60)}”", text=text, choices=tuple(choices))


async def problem_line(act: Act, problem: Problem, text: str, *, quote: str | None = None) -> Choice:
    """A problem as a line of a list."""
    counts = (await act.work.problems.counts([problem.id])).get(problem.id)
    ticket = await act.work.tickets.of_problem(problem.id)
    parts = (text, recurrence_words(counts), standing(problem, ticket, act.desk, now=act.now))
    return Choice(
        title=f"#{problem.number} · {shorten(problem.title, _LINE)}",
        text=" · ".join(part for part in parts if part),
        quote=Quote(text=shorten(quote, _LINE)) if quote and quote != problem.title else None,
        link=ticket_link(ticket),
    )


def ticket_link(ticket: Ticket | None) -> Link | None:
    """Where the ticket is to be looked at."""
    return Link(label=ticket.key, url=ticket.url) if ticket else None


async def _report_line(act: Act, report: Report) -> Choice:
    problem = await live_problem(act.work.problems, report.problem)
    ticket = await act.work.tickets.of_problem(problem.id)
    say = words_for_customer(problem, has_ticket=ticket is not None)
    return Choice(
        title=f"#{problem.number} · {standing(problem, ticket, act.desk, now=act.now)}",
        text=f"{ago(report.reported_at, now=act.now)} · say: {say}",
        quote=Quote(text=shorten(report.text, _LINE)),
        link=ticket_link(ticket),
        actions=outcome_actions(report) if problem.status is ProblemStatus.FIXED else (),
    )


def _period(period: timedelta) -> str:
    hours = int(period.total_seconds() // 3600)
    return say_count(hours // 24, "day") if hours % 24 == 0 else say_count(hours, "hour")
