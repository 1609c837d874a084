"""A problem in a few lines: where somebody names it, by its number, its ticket or a link to either."""

import re
from urllib.parse import unquote, urlsplit

from bot.cards import standing
from bot.lookup import ticket_link
from bot.messages import Fact, Message, Tone
from bot.turn import Act
from bot.wording import ago
from escalation.live import live_problem
from escalation.values import Problem, ProblemStatus, TicketKey
from escalation.wording import say_count, shorten

_LINE = 110
_NUMBER = re.compile(r"#?([1-9]\d{0,8})", re.ASCII)
_PAGE = re.compile(r".*/problems/([^/]+)/([1-9]\d{0,8})/?", re.ASCII)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[1-9]\d{0,8}", re.ASCII)


def problem_path(desk: str, number: int) -> str:
    """Where the problem's page is, under the address at which people reach us."""
    return f"/problems/{desk}/{number}"


async def find_named(act: Act, named: str, *, tracker: str | None) -> Problem | None:
    """The desk's problem that is meant: `#12`, its ticket's key, or the address of its page or of its ticket's."""
    named = named.strip()
    if number := _NUMBER.fullmatch(named):
        return await _by_number(act, int(number[1]))
    if named.startswith(("http://", "https://")):
        return await _by_address(act, named, tracker)
    return await _by_ticket(act, named, tracker)


async def problem_card(act: Act, problem: Problem) -> Message:
    """What anybody of the desk may see of it at a glance."""
    ticket = await act.work.tickets.of_problem(problem.id)
    counts = (await act.work.problems.counts([problem.id])).get(problem.id)
    said = {
        "Reports": f"{counts.reports} by {say_count(counts.agents, 'agent')}" if counts else None,
        "Last seen": ago(counts.last_seen, now=act.now) if counts else None,
        "Service": problem.service,
        "Workaround": problem.workaround,
    }
    return Message(
        title=f"#{problem.number} · {shorten(problem.title, _LINE)}",
        text=standing(problem, ticket, act.desk, now=act.now),
        tone=_tone(problem),
        facts=tuple(Fact(name=name, value=value) for name, value in said.items() if value),
        link=ticket_link(ticket),
    )


def _tone(problem: Problem) -> Tone:
    if problem.status in {ProblemStatus.FIXED, ProblemStatus.CLOSED}:
        return Tone.FIXED
    return Tone.BACK if problem.regressed_at is not None else Tone.KNOWN


async def _by_number(act: Act, number: int) -> Problem | None:
    found = await act.work.problems.by_number(act.desk.name, number)
    return None if found is None else await live_problem(act.work.problems, found.id)


async def _by_address(act: Act, address: str, tracker: str | None) -> Problem | None:
    """Somebody else's page whose address ends like a ticket's is not one of ours."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return None
    if page := _PAGE.fullmatch(path):
        return await _by_number(act, int(page[2])) if page[1] == act.desk.name else None
    plain = re.split(r"[?#]", address, maxsplit=1)[0].rstrip("/")
    key = plain.rpartition("/")[2]
    return await _by_ticket(act, key, tracker, address=plain)


async def _by_ticket(act: Act, key: str, tracker: str | None, *, address: str | None = None) -> Problem | None:
    if tracker is None or not _KEY.fullmatch(key):
        return None
    ticket = await act.work.tickets.by_key(tracker, TicketKey(key.upper()))
    if ticket is None or (address is not None and ticket.url.rstrip("/").casefold() != address.casefold()):
        return None
    problem = await live_problem(act.work.problems, ticket.problem)
    return problem if problem.desk == act.desk.name else None
