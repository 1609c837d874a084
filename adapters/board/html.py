"""The board as HTML: three columns, and a page for each ticket."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.board.values import DONE, IN_PROGRESS, RESOLUTIONS, STATUSES, TO_DO, BoardTicket, EntryKind
from bot.desks import Desk
from bot.people import Person
from bot.wording import ago, clock
from escalation.values import Priority

_MOST_IN_COLUMN = 100
_EMPTY = {
    TO_DO: "Nothing waits. A ticket is opened when a problem is reported often enough.",
    IN_PROGRESS: "Nobody works on anything here.",
    DONE: "Nothing has ended yet.",
}
_WHAT = {
    EntryKind.OPENED: "opened the ticket",
    EntryKind.MOVED: "moved it",
    EntryKind.PRIORITY: "set the priority",
    EntryKind.COMMENT: "commented",
    EntryKind.BUMP: "counts the reports",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Somewhere a ticket can be moved to. `value` is how the pages' forms say it."""

    status: str
    resolution: str | None = None

    @property
    def value(self) -> str:
        """Such as `In progress` or `Done|Fixed`."""
        return self.status if self.resolution is None else f"{self.status}|{self.resolution}"

    @property
    def label(self) -> str:
        """Such as `In progress` or `Done: Fixed`."""
        return self.status if self.resolution is None else f"{self.status}: {self.resolution}"

    def is_now(self, ticket: BoardTicket) -> bool:
        """Whether the ticket is there already."""
        return (self.status, self.resolution) == (ticket.status, ticket.resolution)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A status with its tickets; `hidden` counts those that are left out of a long one."""

    status: str
    tickets: Sequence[BoardTicket]
    count: int
    hidden: int
    empty: str


MOVES = tuple(
    Move(status=status, resolution=resolution)
    for status in STATUSES
    for resolution in (RESOLUTIONS if status == DONE else (None,))
)
_LIKELY = {
    TO_DO: Move(status=IN_PROGRESS),
    IN_PROGRESS: Move(status=DONE, resolution=RESOLUTIONS[0]),
    DONE: Move(status=TO_DO),
}
"""Where a ticket most likely goes next."""


class BoardPages:
    """The board as HTML. Everything in a ticket is untrusted text: the templates escape it."""

    def __init__(self, desks: Sequence[Desk], clock: Callable[[], datetime]) -> None:
        self._desks = {desk.name: desk for desk in desks}
        self._clock = clock
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(desk_title=self._desk_title, moves=MOVES, desks=list(desks))

    def board(self, tickets: Iterable[BoardTicket], person: Person | None, *, desk: str) -> str:
        """The columns, of one desk or of all (`desk` empty)."""
        shown = [ticket for ticket in tickets if not desk or ticket.desk == desk]
        now = self._clock()
        columns = [_column(status, shown) for status in STATUSES]
        return self._render("board.html", person, columns=columns, desk=desk, age=lambda at: ago(at, now=now))

    def ticket(self, ticket: BoardTicket, person: Person | None) -> str:
        """One ticket with its timeline."""
        desk = self._desks.get(ticket.desk) or next(iter(self._desks.values()))
        now = self._clock()
        return self._render(
            "ticket.html",
            person,
            ticket=ticket,
            body=body_parts(ticket.body),
            likely=_LIKELY[ticket.status],
            priorities=list(reversed(Priority)),
            what=_WHAT,
            moment=lambda at: clock(at, now=now, zone=desk.zone),
        )

    def _render(self, template: str, person: Person | None, **values: Any) -> str:
        slug = slug_of(person)
        return self._templates.get_template(template).render(
            person=person, slug=slug, address=lambda path: opened_as(path, slug), **values
        )

    def _desk_title(self, name: str) -> str:
        desk = self._desks.get(name)
        return name if desk is None else desk.title


def body_parts(body: str) -> list[tuple[str, str]]:
    """A ticket's body as paragraphs and quotes: `("text", …)` and `("quote", …)`."""
    parts: list[tuple[str, str]] = []
    for paragraph in body.split("\n\n"):
        for is_quote, lines in groupby(paragraph.strip().splitlines(), key=lambda line: line.startswith("> ")):
            if is_quote:
                parts += [("quote", line[2:]) for line in lines]
            else:
                parts.append(("text", "\n".join(lines)))
    return parts


def slug_of(person: Person | None) -> str:
    """The person as an address names them: the part of the id after the platform."""
    return "" if person is None else person.id.partition(":")[2]


def opened_as(path: str, slug: str) -> str:
    """The address of a page, as this person opens it."""
    return f"{path}?as={quote(slug)}" if slug else path


def _column(status: str, tickets: Sequence[BoardTicket]) -> Column:
    mine = [ticket for ticket in tickets if ticket.status == status]
    if status == DONE:
        mine.sort(key=lambda ticket: ticket.changed_at, reverse=True)
    return Column(
        status=status,
        tickets=mine[:_MOST_IN_COLUMN],
        count=len(mine),
        hidden=max(0, len(mine) - _MOST_IN_COLUMN),
        empty=_EMPTY[status],
    )
