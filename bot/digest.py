"""The supervisors' weekly page of a desk: what recurs, what is new, what came back, what waits too long, and whether
the loop was closed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.digest_ports import WeekFigures
from bot.lookup import problem_line
from bot.messages import Choice, Fact, Message
from bot.turn import Act
from escalation.values import Problem
from escalation.wording import say_count, say_date

WEEK = timedelta(days=7)
_TOO_LONG = timedelta(days=7)
_EACH = 3
_LOOKED_AT = 50

_Seen = tuple[Problem, int | None]
"""A problem, with how many of its reports are of this week where that is told."""


async def compose_digest(act: Act) -> Message:
    """The last seven days. Raises NotAllowedError."""
    act.require_supervisor("read the digest")
    since = act.now - WEEK
    figures = await act.work.digest.figures(act.desk.name, since=since, until=act.now)
    recurring, new = await _read_seen(act, since)
    back = await act.work.digest.came_back(act.desk.name, since=since, limit=_EACH)
    waiting = await act.work.digest.waiting(act.desk.name, unmoved_since=act.now - _TOO_LONG, limit=_EACH)
    choices = [
        *await _lines(act, "Recurs", recurring),
        *await _lines(act, "New", new),
        *await _lines(act, "Came back", ((problem, None) for problem in back)),
        *await _lines(act, "Waits too long", ((problem, None) for problem in waiting)),
    ]
    return Message(
        title=f"{act.desk.title}: the week since {say_date(since.astimezone(act.desk.zone), now=act.now)}",
        text=say_week(figures),
        facts=(Fact(name="Loops closed", value=say_loops(figures)),),
        choices=tuple(choices),
    )


def say_week(figures: WeekFigures) -> str:
    """One sentence, such as `41 reports of 12 problems by 9 agents; 30 the week before`."""
    if not figures.reports:
        return f"Nothing was reported; {say_count(figures.before, 'report')} the week before."
    counts = f"{say_count(figures.reports, 'report')} of {say_count(figures.problems, 'problem')}"
    return f"{counts} by {say_count(figures.agents, 'agent')}; {figures.before} the week before."


def say_loops(figures: WeekFigures) -> str:
    """Of how many reports whose problem ended the reporter was told so."""
    if not figures.owed:
        return "no problem ended"
    return f"{figures.told} of {say_count(figures.owed, 'report')} of {say_count(figures.ended, 'problem')} that ended"


async def _read_seen(act: Act, since: datetime) -> tuple[list[_Seen], list[_Seen]]:
    """The problems with most reports: those that were there before, and those that were not."""
    seen = await act.work.problems.seen_most(act.desk.name, since=since, limit=_LOOKED_AT)
    counts = await act.work.problems.counts([problem.id for problem, _ in seen])
    recurring: list[_Seen] = []
    new: list[_Seen] = []
    for problem, number in seen:
        known = counts.get(problem.id)
        is_new = known is not None and known.first_seen >= since
        (new if is_new else recurring).append((problem, number))
    return recurring[:_EACH], new[:_EACH]


async def _lines(act: Act, heading: str, problems: Iterable[_Seen]) -> list[Choice]:
    lines = []
    for problem, number in problems:
        text = f"{say_count(number, 'report')} this week" if number is not None else ""
        line = await problem_line(act, problem, text)
        lines.append(replace(line, title=f"{heading} · {line.title}"))
    return lines
