"""The board behind the tracker's port."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from adapters.board.board import Board
from adapters.board.values import STATUSES, BoardTicket, EntryKind
from escalation.errors import TicketRejectedError, TrackerUnavailableError
from escalation.ports import TicketTracker
from escalation.values import (
    DeclineReason,
    TicketBump,
    TicketDraft,
    TicketKey,
    TicketMove,
    TicketNote,
    TicketNoteKind,
    TicketState,
    TicketStatus,
)

_NAMES = {status: name for name, status in STATUSES.items()}
_RESOLUTIONS = {
    None: "Fixed",
    DeclineReason.WONT_FIX: "Won't do",
    DeclineReason.NOT_A_FAULT: "Not a fault",
    DeclineReason.DUPLICATE: "Duplicate",
    DeclineReason.CANNOT_REPRODUCE: "Cannot reproduce",
}


class BoardTicketTracker(TicketTracker):
    """See `escalation.ports.TicketTracker`. `on_change` is given each state that a person makes on the pages, and the
    state of a ticket in which a person says something.
    """

    name = "board"

    def __init__(
        self,
        board: Board,
        base_url: str,
        on_change: Callable[[TicketState], Awaitable[None]] | None = None,
    ) -> None:
        self._board = board
        self._base_url = base_url.rstrip("/")
        if on_change is not None:
            board.on_move(lambda ticket: on_change(self._state(ticket)))
            board.on_comment(lambda ticket: on_change(self._state(ticket)))

    async def open(self, draft: TicketDraft) -> TicketState:
        with _errors_in_our_words():
            return self._state(await self._board.open(draft))

    async def find(self, label: str) -> TicketState | None:
        with _errors_in_our_words():
            ticket = await self._board.find(label)
        return None if ticket is None else self._state(ticket)

    async def bump(self, key: TicketKey, bump: TicketBump) -> TicketState:
        with _errors_in_our_words():
            return self._state(await self._board.bump(key, bump.text, bump.priority))

    async def reopen(self, key: TicketKey, reason: str) -> TicketState:
        with _errors_in_our_words():
            return self._state(await self._board.reopen(key, reason))

    async def move(self, key: TicketKey, move: TicketMove) -> TicketState:
        resolution = _RESOLUTIONS[move.declined] if move.status is TicketStatus.DONE else None
        with _errors_in_our_words():
            return self._state(await self._board.bring(key, _NAMES[move.status], resolution, move.mark, move.text))

    async def comment(self, key: TicketKey, mark: str, text: str) -> None:
        with _errors_in_our_words():
            await self._board.comment_once(key, mark, text)

    async def close_as_duplicate(self, key: TicketKey, of: TicketKey) -> TicketState:
        with _errors_in_our_words():
            return self._state(await self._board.close_as_duplicate(key, of))

    async def relate(self, key: TicketKey, to: TicketKey) -> None:
        with _errors_in_our_words():
            await self._board.comment_once(key, f"related:{to}", f"See also {to}.")

    async def notes(self, key: TicketKey, *, since: datetime) -> list[TicketNote]:
        """Comments only: who looks at the board has the chat at hand, for what agents should know."""
        with _errors_in_our_words():
            entries = (await self._board.get(key)).entries
        return [
            TicketNote(at=each.at, kind=TicketNoteKind.COMMENT, text=each.text, by_name=each.by_name)
            for each in entries
            if each.kind is EntryKind.COMMENT and each.by is not None and each.at > since
        ]

    async def states(self, keys: Sequence[TicketKey]) -> list[TicketState]:
        with _errors_in_our_words():
            return [self._state(ticket) for ticket in await self._board.some(keys)]

    def _state(self, ticket: BoardTicket) -> TicketState:
        return TicketState(
            key=ticket.key,
            url=f"{self._base_url}/board/{ticket.key}",
            status=STATUSES[ticket.status],
            status_name=ticket.status,
            resolution=ticket.resolution,
            priority=ticket.priority,
            changed_at=ticket.changed_at,
            changed_by=ticket.changed_by,
        )


@contextmanager
def _errors_in_our_words() -> Iterator[None]:
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise TicketRejectedError("The board cannot store this ticket.") from error
    except SQLAlchemyError as error:
        raise TrackerUnavailableError("The board's database does not answer.") from error
