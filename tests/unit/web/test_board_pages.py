import httpx
import pytest

from adapters.board.board import Board
from adapters.board.html import body_parts
from adapters.board.values import BoardTicket, EntryKind
from escalation.values import Priority, TicketDraft
from tests.unit.web.conftest import sign_in
from tests.unit.web.messages import NASTY


@pytest.fixture
async def ticket(board: Board) -> BoardTicket:
    draft = TicketDraft(
        desk="default",
        label="problem-1",
        title="Card declined",
        body="Seven reports.\n\n> it says no\n> twice",
        service="Payments",
        priority=Priority.HIGH,
    )
    return await board.open(draft)


@pytest.fixture
async def ivo(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser at which Ivo is signed in, the newest of two."""
    await sign_in(browser, "Ana")
    await sign_in(browser, "Ivo")
    return browser


async def test_each_ticket_stands_in_the_column_of_its_status(
    browser: httpx.AsyncClient, board: Board, ticket: BoardTicket
) -> None:
    await board.move(ticket.key, "In progress", None, None, None)
    page = (await browser.get("/board")).text
    to_do, in_progress, done = page.split('class="column"')[1:]
    assert ["TI-1" in column for column in (to_do, in_progress, done)] == [False, True, False]


async def test_a_ticket_is_moved_by_the_one_named_in_the_address(
    ivo: httpx.AsyncClient, board: Board, ticket: BoardTicket
) -> None:
    response = await ivo.post("/board/TI-1/move?as=ana", data={"to": "Done|Won't do"})
    moved = await board.get(ticket.key)
    assert (moved.status, moved.resolution, moved.changed_by) == ("Done", "Won't do", "web:ana")
    assert (response.status_code, response.headers["location"]) == (303, "/board/TI-1?as=ana")


async def test_whoever_listens_to_the_board_hears_of_a_move_on_its_page(
    ivo: httpx.AsyncClient, board: Board, ticket: BoardTicket
) -> None:
    heard: list[BoardTicket] = []

    async def hear(moved: BoardTicket) -> None:
        heard.append(moved)

    board.on_move(hear)
    await ivo.post("/board/TI-1/move", data={"to": "In progress"})
    assert [(moved.key, moved.status, moved.changed_by) for moved in heard] == [("TI-1", "In progress", "web:ivo")]


async def test_a_comment_stands_in_the_timeline_under_its_writers_name(
    ivo: httpx.AsyncClient, board: Board, ticket: BoardTicket
) -> None:
    await ivo.post("/board/TI-1/comment", data={"text": " Vendor confirms. "})
    page = (await ivo.get("/board/TI-1")).text
    last = (await board.get(ticket.key)).entries[-1]
    assert (last.kind, last.text, last.by_name) == (EntryKind.COMMENT, "Vendor confirms.", "Ivo")
    assert "Vendor confirms." in page


async def test_an_empty_comment_is_no_comment(ivo: httpx.AsyncClient, board: Board, ticket: BoardTicket) -> None:
    await ivo.post("/board/TI-1/comment", data={"text": "  "})
    assert len((await board.get(ticket.key)).entries) == 1


async def test_the_priority_is_set_on_the_tickets_page(
    ivo: httpx.AsyncClient, board: Board, ticket: BoardTicket
) -> None:
    await ivo.post("/board/TI-1/priority", data={"priority": "4"})
    assert (await board.get(ticket.key)).priority is Priority.HIGHEST


@pytest.mark.parametrize("act", ["move", "comment", "priority"])
async def test_nobody_acts_without_a_name(
    browser: httpx.AsyncClient, board: Board, ticket: BoardTicket, act: str
) -> None:
    before = await board.get(ticket.key)
    response = await browser.post(f"/board/TI-1/{act}", data={"to": "Done", "text": "x", "priority": "1"})
    assert response.status_code == 401
    assert await board.get(ticket.key) == before


async def test_somebody_without_a_name_may_look_and_is_offered_no_act(
    browser: httpx.AsyncClient, ticket: BoardTicket
) -> None:
    page = (await browser.get("/board/TI-1")).text
    assert "Card declined" in page
    assert 'method="post"' not in page


@pytest.mark.parametrize("to", ["Nowhere", "Done|Vanished", ""])
async def test_a_move_to_nowhere_is_refused_and_changes_nothing(
    ivo: httpx.AsyncClient, board: Board, ticket: BoardTicket, to: str
) -> None:
    response = await ivo.post("/board/TI-1/move", data={"to": to})
    assert response.status_code == 422
    assert (await board.get(ticket.key)).status == "To do"


@pytest.mark.parametrize("key", ["TI-99", "TI-x", "%3Cscript%3E", "TI-99999999999999999999"])
async def test_a_ticket_that_is_not_there_is_not_found(browser: httpx.AsyncClient, key: str) -> None:
    response = await browser.get(f"/board/{key}", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<script>" not in response.text


@pytest.mark.parametrize("text", NASTY)
async def test_nothing_in_a_ticket_becomes_markup(ivo: httpx.AsyncClient, board: Board, text: str) -> None:
    draft = TicketDraft(
        desk="default", label="l", title=text, body=f"{text}\n\n> {text}", service=text, priority=Priority.LOW
    )
    nasty = await board.open(draft)
    await ivo.post(f"/board/{nasty.key}/comment", data={"text": text})
    pages = (await ivo.get("/board")).text + (await ivo.get(f"/board/{nasty.key}")).text
    for markup in ("<script>", "<img src=x", "<svg", "49%", "onclick='alert"):
        assert markup not in pages


async def test_the_board_can_be_narrowed_to_a_desk(browser: httpx.AsyncClient, ticket: BoardTicket) -> None:
    here, elsewhere = await browser.get("/board?desk=default"), await browser.get("/board?desk=other")
    assert "Card declined" in here.text
    assert "Card declined" not in elsewhere.text


def test_a_body_is_paragraphs_and_quotes() -> None:
    body = "one\ntwo\n\nWhat they say:\n> first\n> second\nafter"
    assert body_parts(body) == [
        ("text", "one\ntwo"),
        ("text", "What they say:"),
        ("quote", "first"),
        ("quote", "second"),
        ("text", "after"),
    ]


async def test_times_are_shown_in_the_desks_zone(browser: httpx.AsyncClient, ticket: BoardTicket) -> None:
    page = (await browser.get("/board/TI-1")).text
    assert "10:10" in page
