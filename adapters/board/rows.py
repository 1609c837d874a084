"""Between the board's rows and its values."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.board.tables import board_entries, board_tickets
from adapters.board.values import BoardEntry, BoardTicket, EntryKind
from escalation.errors import TicketGoneError
from escalation.values import PersonId, Priority, TicketKey

_PREFIX = "TI-"
_MOST_DIGITS = 9  # the largest number of so many digits is still an Integer of PostgreSQL's


def key_of(number: int) -> TicketKey:
    """Such as `TI-12`."""
    return TicketKey(f"{_PREFIX}{number}")


def is_key(key: str) -> bool:
    """Whether a ticket of this board could have the key."""
    prefix, digits = key[: len(_PREFIX)], key[len(_PREFIX) :]
    return prefix.upper() == _PREFIX and digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS


def number_of(key: TicketKey) -> int:
    """The number in a key, whatever its case. Raises TicketGoneError if it is no key of this board."""
    if not is_key(key):
        raise TicketGoneError(f"The board has no ticket {key}.")
    return int(key[len(_PREFIX) :])


def ticket_of(row: Row[Any], entries: tuple[BoardEntry, ...] = ()) -> BoardTicket:
    """The ticket that a row of `board_tickets` holds."""
    return BoardTicket(
        key=key_of(row.id),
        label=row.label,
        desk=row.desk,
        title=row.title,
        body=row.body,
        service=row.service,
        status=row.status,
        resolution=row.resolution,
        priority=Priority(row.priority),
        linked_from=None if row.linked_from is None else TicketKey(row.linked_from),
        duplicate_of=None if row.duplicate_of is None else TicketKey(row.duplicate_of),
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        changed_by=None if row.changed_by is None else PersonId(row.changed_by),
        entries=entries,
    )


async def read_ticket(connection: AsyncConnection, number: int) -> BoardTicket:
    """The ticket with its timeline. Raises TicketGoneError."""
    row = (await connection.execute(select(board_tickets).where(board_tickets.c.id == number))).first()
    if row is None:
        raise TicketGoneError(f"The board has no ticket {key_of(number)}.")
    of_ticket = select(board_entries).where(board_entries.c.ticket == number)
    entries = await connection.execute(of_ticket.order_by(board_entries.c.at, board_entries.c.id))
    return ticket_of(row, tuple(_entry_of(entry) for entry in entries))


def _entry_of(row: Row[Any]) -> BoardEntry:
    return BoardEntry(
        at=row.at,
        kind=EntryKind(row.kind),
        text=row.text,
        by=None if row.by is None else PersonId(row.by),
        by_name=row.by_name,
    )
