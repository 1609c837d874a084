"""One problem in full, and its reports by name."""

from collections.abc import Mapping, Sequence

from bot.cards import standing
from bot.customer_words import words_for_customer
from bot.errors import TooLateError
from bot.forms import split_form
from bot.lookup import ticket_link
from bot.messages import Action, Choice, Fact, Form, Link, Message, Option, Quote
from bot.people import Person
from bot.proposal_acts import list_proposals
from bot.reports import Report
from bot.turn import Act
from bot.wording import ago, clock, placing_words
from escalation.evidence import read_recurrence
from escalation.recurrence import Recurrence
from escalation.values import AuditEntry, PersonId, Problem, ProblemStatus
from escalation.wording import say_count, shorten

TAKE = "take"
FIX = "fix"
MERGE_FORM = "merge-form"
SPLIT_FORM = "split-form"
NOTE_FORM = "note-form"
SNOOZE_FORM = "snooze-form"
WAKE = "wake"

_QUOTES = 5
_ACTS = 8
_PLACINGS = 5
_LISTED = 20
_OFFERED = 100
_LINE = 110
_SLOWEST_TOLD = 0.1


async def show_problem(act: Act, number: int) -> Message:
    """One problem: its recurrence, status, ticket, what to tell the customer, and what customers said."""
    problem = await act.problem(number)
    ticket = await act.work.tickets.of_problem(problem.id)
    quotes = await act.work.problems.quotes(problem.id, _QUOTES)
    merged = "" if problem.number == number else f"#{number} was merged into it. "
    return Message(
        title=f"#{problem.number} · {shorten(problem.title, _LINE)}",
        text=merged + standing(problem, ticket, act.desk, now=act.now),
        say=words_for_customer(problem, has_ticket=ticket is not None),
        facts=await _facts(act, problem),
        quotes=tuple(Quote(text=text) for text in quotes),
        link=ticket_link(ticket),
        choices=tuple(await list_proposals(act, problem)) if act.person.is_triager else (),
        actions=_triage_actions(act.person, problem),
        details=(*await _history(act, problem), *await _placings(act, problem)),
    )


async def list_reports(act: Act, number: int) -> Message:
    """The problem's reports with their names (`r7`), the newest first; to a triager with a button to split some off."""
    problem = await act.problem(number)
    reports = await _reports_of(act, problem)
    shown = reports[:_LISTED]
    names = await _names_of(act, shown)
    choices = tuple(
        Choice(
            title=f"r{each.id} · {_by(act, each, names)}",
            quote=Quote(text=shorten(each.text, 2 * _LINE)),
            link=Link(label="message", url=each.link) if each.link else None,
        )
        for each in shown
    )
    split = Action(name=SPLIT_FORM, label="Split…", value=str(problem.number))
    return Message(
        title=f"#{problem.number} · {say_count(len(reports), 'report')}",
        text=f"The newest {len(shown)} are shown." if len(shown) < len(reports) else "",
        choices=choices,
        actions=(split,) if act.person.is_triager and len(reports) > 1 else (),
    )


async def ask_what_to_split(act: Act, number: int) -> Form:
    """The form that offers the problem's reports, the newest first.

    Raises NotAllowedError, NotFoundError, TooLateError.
    """
    act.require_triager("split problems")
    problem = await act.problem(number)
    reports = await _reports_of(act, problem)
    if len(reports) <= 1:
        raise TooLateError(f"#{problem.number} has one report only; there is nothing to split off.")
    offered = reports[:_OFFERED]
    names = await _names_of(act, offered)
    options = [
        Option(label=f"r{each.id} · {each.text}", value=f"r{each.id}", hint=_by(act, each, names)) for each in offered
    ]
    newest = f" The newest {_OFFERED} are offered." if len(reports) > _OFFERED else ""
    return split_form(problem, options, f"They get a problem of their own.{newest}")


async def _reports_of(act: Act, problem: Problem) -> list[Report]:
    """Its reports that count, the newest first."""
    return [each for each in await act.work.reports.of_problem(problem.id) if each.withdrawn_at is None][::-1]


async def _names_of(act: Act, reports: Sequence[Report]) -> Mapping[PersonId, str]:
    """The names of who reported them."""
    return await act.work.people.names([each.reporter for each in reports])


def _by(act: Act, report: Report, names: Mapping[PersonId, str]) -> str:
    """Who reported it, and when."""
    when = clock(report.reported_at, now=act.now, zone=act.desk.zone)
    return f"{names.get(report.reporter, report.reporter)} · {when}"


async def _facts(act: Act, problem: Problem) -> tuple[Fact, ...]:
    """Its recurrence, and what triagers said of it."""
    seen = await read_recurrence(act.work.problems, problem, act.desk.policy, now=act.now)
    said = {
        "Reports": _reports(seen),
        "Customers": str(seen.customers) if seen.customers else None,
        "First seen": clock(seen.first_seen, now=act.now, zone=act.desk.zone) if seen.first_seen else None,
        "Last seen": ago(seen.last_seen, now=act.now) if seen.last_seen else None,
        "Spike": seen.spike.words if seen.spike else None,
        "Came back": seen.regression.words if seen.regression else None,
        "Service": problem.service,
        "Workaround": problem.workaround,
        "Taken by": await _name(act, problem.owner) if problem.owner else None,
    }
    return tuple(Fact(name=name, value=value) for name, value in said.items() if value)


def _reports(seen: Recurrence) -> str:
    if not seen.reports:
        return f"none that count, {say_count(seen.tests, 'test')}" if seen.tests else "none that count"
    reports = f"{seen.reports} by {say_count(seen.agents, 'agent')}"
    days = f" on {seen.days} days" if seen.days > 1 else ""
    rate = f", {seen.rate_per_day:.1f} a day" if days and seen.rate_per_day >= _SLOWEST_TOLD else ""
    return f"{reports}{days}{rate}"


async def _name(act: Act, person: PersonId) -> str:
    return (await act.work.people.names([person])).get(person, person)


def _triage_actions(person: Person, problem: Problem) -> tuple[Action, ...]:
    """The acts that the person's roles allow and the problem's status makes sensible."""
    if not person.is_triager:
        return ()
    number = str(problem.number)
    named = {
        TAKE: "Take" if problem.owner is None and not problem.status.is_ended else None,
        FIX: None if problem.status.is_ended else "Fixed",
        NOTE_FORM: "Note…",
        MERGE_FORM: "Merge…",
        SPLIT_FORM: "Split…",
        SNOOZE_FORM: None if problem.status.is_ended or problem.status is ProblemStatus.SNOOZED else "Snooze…",
        WAKE: "Wake" if problem.status is ProblemStatus.SNOOZED else None,
    }
    return tuple(Action(name=name, label=label, value=number) for name, label in named.items() if label)


async def _history(act: Act, problem: Problem) -> tuple[str, ...]:
    entries = await act.work.audit.of_problem(problem.id, _ACTS)
    names = await act.work.people.names([entry.actor for entry in entries])
    return tuple(_entry_line(act, entry, names.get(entry.actor, entry.actor)) for entry in entries)


async def _placings(act: Act, problem: Problem) -> tuple[str, ...]:
    """Why each of the newest reports was placed as it was when it came in."""
    reports = await _reports_of(act, problem)
    return tuple(f"r{each.id}: {placing_words(each)}" for each in reports[:_PLACINGS])


def _entry_line(act: Act, entry: AuditEntry, name: str) -> str:
    when = clock(entry.at, now=act.now, zone=act.desk.zone)
    reason = entry.detail.get("reason")
    undone = " (undone)" if entry.undone else ""
    why = f": {shorten(str(reason), 2 * _LINE)}" if reason else ""
    who = entry.detail.get("by") or name
    return f"{when} · {who} · {entry.act}{why}{undone}"
