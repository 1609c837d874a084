"""The message that shows triagers a problem: short, of a fixed layout, the same for everybody who sees it."""

from datetime import datetime
from urllib.parse import quote

from bot.cards import standing
from bot.desks import Desk
from bot.lookup import ticket_link
from bot.messages import Action, Fact, Link, Message, Quote, Style, Tone
from bot.ports import UnitOfWork
from bot.problem_card import problem_path
from bot.show import MERGE_FORM, NOTE_FORM, SNOOZE_FORM, SPLIT_FORM, TAKE, WAKE
from bot.wording import ago, clock
from escalation.evidence import read_recurrence
from escalation.live import live_problem
from escalation.recurrence import Recurrence
from escalation.values import Problem, ProblemStatus, Ticket, TicketStatus
from escalation.wording import say_count, shorten

OPEN_TICKET = "open-ticket"

_QUOTES = 3
_LINKED = 20
_LINE = 110
_QUOTED = 140


async def triage_card(
    work: UnitOfWork, problem: Problem, desk: Desk, *, now: datetime, home: str | None = None
) -> Message:
    """The problem as triagers see it in their channel. `home` is where people reach our pages, if that is settled.

    Its buttons are for triagers: who else presses one is told so.
    """
    title = f"#{problem.number} · {shorten(problem.title, _LINE)}"
    if problem.merged_into is not None:
        into = await live_problem(work.problems, problem.id)
        return Message(title=title, text=f"Merged into #{into.number}.")
    ticket = await work.tickets.of_problem(problem.id)
    seen = await read_recurrence(work.problems, problem, desk.policy, now=now)
    owner = (await work.people.names([problem.owner])).get(problem.owner) if problem.owner else None
    texts = await work.problems.quotes(problem.id, _QUOTES)
    said = await work.problems.links(problem.id, _LINKED)
    return Message(
        title=title,
        text=standing(problem, ticket, desk, now=now),
        tone=_tone(problem, seen),
        facts=_facts(problem, seen, owner or problem.owner, desk, now=now),
        quotes=tuple(Quote(text=shorten(text, _QUOTED), url=said.get(text)) for text in texts),
        link=ticket_link(ticket) or page_link(problem, home),
        actions=_actions(problem, ticket),
    )


def page_link(problem: Problem, home: str | None) -> Link | None:
    """Where the problem's own page is."""
    if home is None:
        return None
    path = problem_path(quote(problem.desk, safe=""), problem.number)
    return Link(label=f"#{problem.number}", url=f"{home.rstrip('/')}{path}")


def _facts(problem: Problem, seen: Recurrence, owner: str | None, desk: Desk, *, now: datetime) -> tuple[Fact, ...]:
    """Always the same six, so that a glance finds each in its place."""
    reports = f"{seen.reports} by {say_count(seen.agents, 'agent')}" if seen.reports else "none that count"
    spike = f" · spike: {seen.spike.words}" if seen.spike else ""
    return (
        Fact(name="Reports", value=f"{reports}{spike}"),
        Fact(name="Customers", value=str(seen.customers) if seen.customers else "—"),
        Fact(name="First seen", value=clock(seen.first_seen, now=now, zone=desk.zone) if seen.first_seen else "—"),
        Fact(name="Last seen", value=ago(seen.last_seen, now=now) if seen.last_seen else "—"),
        Fact(name="Service", value=problem.service or "—"),
        Fact(name="Taken by", value=owner or "—"),
    )


def _tone(problem: Problem, seen: Recurrence) -> Tone:
    if problem.regressed_at is not None:
        return Tone.BACK
    if problem.status in {ProblemStatus.FIXED, ProblemStatus.CLOSED}:
        return Tone.FIXED
    return Tone.NEW if seen.reports <= 1 else Tone.KNOWN


def _actions(problem: Problem, ticket: Ticket | None) -> tuple[Action, ...]:
    """The acts that the problem's status makes sensible."""
    ended, asleep = problem.status.is_ended, problem.status is ProblemStatus.SNOOZED
    has_ticket = ticket is not None and ticket.status is not TicketStatus.DONE
    named = {
        TAKE: "Take" if problem.owner is None and not ended else None,
        OPEN_TICKET: None if has_ticket or ended or asleep else "Open ticket",
        MERGE_FORM: "Merge…",
        SPLIT_FORM: "Split…",
        SNOOZE_FORM: None if ended or asleep else "Snooze…",
        WAKE: "Wake" if asleep else None,
        NOTE_FORM: "Note…",
    }
    primary = next(iter(name for name, label in named.items() if label), None)
    return tuple(
        Action(
            name=name,
            label=label,
            value=str(problem.number),
            style=Style.PRIMARY if name == primary == TAKE else Style.PLAIN,
        )
        for name, label in named.items()
        if label
    )
