"""The board over both databases for real."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.board.board import Board
from adapters.board.errors import BadMoveError
from adapters.board.tracker import BoardTicketTracker
from adapters.board.values import BoardTicket, EntryKind
from adapters.db.engine import make_engine
from escalation.errors import TicketGoneError, TrackerUnavailableError
from escalation.values import PersonId, Priority, TicketBump, TicketKey, TicketState
from tests.fakes.tracker import draft_for

START = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
ANA = PersonId("web:ana")


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def board(engine: AsyncEngine) -> Board:
    return Board(engine, Clock())


async def open_ticket(board: Board, label: str = "techissue-7-1") -> TicketKey:
    return (await board.open(draft_for(label))).key


def timeline(ticket: BoardTicket) -> list[tuple[str, str, str | None]]:
    return [(entry.kind.value, entry.text, entry.by_name) for entry in ticket.entries]


async def test_the_timeline_tells_all_that_happened_in_order(board: Board) -> None:
    key = await open_ticket(board)
    await board.move(key, "In progress", None, ANA, "Ana")
    await board.comment(key, "Looking at the terminals", ANA, "Ana")
    await board.set_priority(key, Priority.HIGH, ANA, "Ana")
    await board.move(key, "Done", "Cannot reproduce", ANA, "Ana")
    assert timeline(await board.get(key)) == [
        ("opened", "", None),
        ("moved", "To do → In progress", "Ana"),
        ("comment", "Looking at the terminals", "Ana"),
        ("priority", "Medium → High", "Ana"),
        ("moved", "In progress → Done (Cannot reproduce)", "Ana"),
    ]


async def test_a_ticket_is_kept_word_for_word(board: Board) -> None:
    body = "It says <b>42</b>\n\n> “Karte abgelehnt” 💳 '; DROP TABLE board_tickets; --"
    opened = await board.open(draft_for(title="100 % of %s", body=body, service=None))
    assert (await board.get(opened.key)).body == body
    assert (opened.title, opened.service, opened.opened_at) == ("100 % of %s", None, START + timedelta(seconds=1))


async def test_keys_count_over_the_whole_board(board: Board) -> None:
    assert [await open_ticket(board, f"techissue-{i}-1") for i in (1, 2, 3)] == ["TI-1", "TI-2", "TI-3"]


async def test_the_most_urgent_come_first_in_the_list(board: Board) -> None:
    for number, priority in enumerate((Priority.LOW, Priority.HIGHEST, Priority.LOW)):
        await board.open(draft_for(f"techissue-{number}-1", priority))
    assert [ticket.key for ticket in await board.listing()] == ["TI-2", "TI-1", "TI-3"]


async def test_done_without_a_resolution_is_fixed_and_anything_else_has_none(board: Board) -> None:
    key = await open_ticket(board)
    done = await board.move(key, "Done", None, ANA, "Ana")
    again = await board.move(key, "To do", "Fixed", ANA, "Ana")
    assert (done.resolution, again.resolution) == ("Fixed", None)


@pytest.mark.parametrize(("status", "resolution"), [("Doing", None), ("Done", "Gave up"), ("", None)])
async def test_a_move_to_nowhere_changes_nothing(board: Board, status: str, resolution: str | None) -> None:
    key = await open_ticket(board)
    before = await board.get(key)
    with pytest.raises(BadMoveError, match="on the board, only"):
        await board.move(key, status, resolution, ANA, "Ana")
    assert await board.get(key) == before


@pytest.mark.parametrize("key", ["TI-2", "OPS-1", "TI-", "TI-x", "TI-²", "TI--1", "TI-" + "9" * 5000, ""])
async def test_a_key_that_is_not_there_is_gone(board: Board, key: str) -> None:
    await open_ticket(board)
    with pytest.raises(TicketGoneError):
        await board.get(TicketKey(key))


async def test_listeners_hear_of_each_move_and_word_of_a_person_once_and_of_nothing_else(board: Board) -> None:
    heard: list[TicketState] = []

    async def listen(state: TicketState) -> None:
        heard.append(state)

    tracker = BoardTicketTracker(board, "http://localhost:8000", listen)
    key = (await tracker.open(draft_for())).key
    await board.move(key, "Done", "Fixed", ANA, "Ana")
    await board.move(key, "Done", "Fixed", ANA, "Ana")
    await board.comment(key, "thanks", ANA, "Ana")
    await tracker.reopen(key, "it is back")
    await tracker.bump(key, TicketBump(text="5 reports", priority=Priority.HIGHEST))
    moved, said = heard
    assert (moved.status_name, moved.resolution, moved.changed_by) == ("Done", "Fixed", ANA)
    assert (said.status_name, said.resolution, said.changed_at > moved.changed_at) == ("Done", "Fixed", True)
    assert heard[0].url == f"http://localhost:8000/board/{key}"


async def test_one_label_opens_one_ticket_however_many_try_at_once(board: Board) -> None:
    keys = await asyncio.gather(*(open_ticket(board) for _ in range(12)))
    assert len(set(keys)) == 1
    (ticket,) = await board.listing()
    assert len((await board.get(ticket.key)).entries) == 1


async def test_simultaneous_writes_to_a_ticket_all_arrive(board: Board) -> None:
    key = await open_ticket(board)
    texts = [f"comment {number}" for number in range(12)]
    bumps = [board.bump(key, f"{number} reports", Priority.HIGH) for number in range(12)]
    await asyncio.gather(*(board.comment(key, text, ANA, "Ana") for text in texts), *bumps)
    entries = (await board.get(key)).entries
    assert sorted(entry.text for entry in entries if entry.kind is EntryKind.COMMENT) == sorted(texts)
    assert len([entry for entry in entries if entry.kind is EntryKind.BUMP]) == 1
    assert len([entry for entry in entries if entry.kind is EntryKind.PRIORITY]) == 1


async def test_both_tickets_say_that_one_is_a_duplicate(board: Board) -> None:
    lesser, greater = await open_ticket(board, "techissue-7-1"), await open_ticket(board, "techissue-8-1")
    for _ in range(2):
        await board.close_as_duplicate(lesser, greater)
    assert timeline(await board.get(lesser))[1:] == [("moved", "To do → Done (Duplicate of TI-2)", None)]
    assert timeline(await board.get(greater))[1:] == [("comment", "TI-1 is a duplicate of this ticket.", None)]


async def test_a_database_that_is_away_is_a_tracker_to_try_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.db'}")
    with pytest.raises(TrackerUnavailableError):
        await BoardTicketTracker(Board(engine, Clock()), "http://localhost:8000").find("techissue-7-1")
    await engine.dispose()
