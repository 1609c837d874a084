"""What every tracker promises, held against the fake, the board on both databases, and Jira of every kind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from adapters.board.board import Board
from adapters.board.tracker import BoardTicketTracker
from adapters.db.engine import make_engine
from escalation.errors import TicketGoneError
from escalation.ports import TicketTracker
from escalation.values import (
    DeclineReason,
    PersonId,
    Priority,
    TicketBump,
    TicketKey,
    TicketMove,
    TicketNoteKind,
    TicketStatus,
)
from tests.fakes.jira.issues import ANA as ANA_IN_JIRA
from tests.fakes.jira.server import FakeJira
from tests.fakes.tracker import FakeTicketTracker, draft_for
from tests.jira_rig import CLOUD_V3, JIRA_KINDS, document, jira_rig, said_by_us

START = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
ANA = PersonId("web:ana")


class Clock:
    """A clock that goes on by a second with each look at it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Rig:
    """A tracker, and the ways to move and to read its tickets as a person. `ana` is she where the tracker knows her as
    one of ours; `nowhere` is the key of no ticket.
    """

    tracker: TicketTracker
    fake: FakeTicketTracker | None = None
    board: Board | None = None
    jira: FakeJira | None = None
    has_documents: bool = False

    @property
    def ana(self) -> PersonId | None:
        return None if self.jira is not None else ANA

    @property
    def nowhere(self) -> TicketKey:
        return TicketKey("OPS-999" if self.jira is not None else "TI-999")

    async def move(self, key: TicketKey, status: str, resolution: str | None = None) -> None:
        if self.board is not None:
            await self.board.move(key, status, resolution, ANA, "Ana")
        elif self.fake is not None:
            self.fake.put_to(key, TicketStatus(status.casefold()), resolution, ANA)
        elif self.jira is not None:
            self.jira.state.move(key, status.title(), resolution)

    async def say(self, key: TicketKey, text: str) -> None:
        """A person says something in the ticket."""
        if self.board is not None:
            await self.board.comment(key, text, ANA, "Ana")
        elif self.fake is not None:
            self.fake.say(key, text)
        elif self.jira is not None:
            body = document(text) if self.has_documents else text
            self.jira.state.comment(self.jira.state.find(key), body, ANA_IN_JIRA)

    async def comments(self, key: TicketKey) -> list[str]:
        """All that the bot has said in the ticket, the rolling comment too."""
        if self.board is not None:
            entries = (await self.board.get(key)).entries
            return [entry.text for entry in entries if entry.kind in {"comment", "bump"}]
        if self.jira is not None:
            return said_by_us(self.jira, key)
        assert self.fake is not None
        ticket = self.fake.tickets[key]
        return [*ticket.comments.values(), *([ticket.bump] if ticket.bump else [])]


@pytest.fixture(params=["fake", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres), *JIRA_KINDS])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(request: pytest.FixtureRequest, kind: str) -> str | None:
    """The database that the tracker keeps something in, or None for the fake."""
    if kind == "fake":
        return None
    return str(request.getfixturevalue("postgres_url" if kind == "postgres" else "sqlite_url"))


@pytest.fixture
async def rig(kind: str, url: str | None) -> AsyncIterator[Rig]:
    if url is None:
        fake = FakeTicketTracker(Clock())
        yield Rig(tracker=fake, fake=fake)
        return
    engine = make_engine(url)
    try:
        if kind in JIRA_KINDS:
            async with jira_rig(kind, engine, Clock()) as (tracker, jira):
                yield Rig(tracker=tracker, jira=jira, has_documents=kind == CLOUD_V3)
        else:
            board = Board(engine, Clock())
            yield Rig(tracker=BoardTicketTracker(board, "http://localhost:8000/"), board=board)
    finally:
        await engine.dispose()


async def test_a_ticket_opens_to_do_with_its_priority(rig: Rig) -> None:
    state = await rig.tracker.open(draft_for(priority=Priority.HIGH))
    assert (state.status, state.resolution, state.priority) == (TicketStatus.TO_DO, None, Priority.HIGH)
    assert state.url.endswith(state.key)
    assert state.changed_at > START
    assert state.changed_at.tzinfo is not None


async def test_a_ticket_is_found_by_its_label_and_no_other(rig: Rig) -> None:
    opened = await rig.tracker.open(draft_for("techissue-7-1"))
    await rig.tracker.open(draft_for("techissue-8-1"))
    assert await rig.tracker.find("techissue-7-1") == opened
    assert await rig.tracker.find("techissue-7") is None


async def test_tickets_get_keys_of_their_own(rig: Rig) -> None:
    keys = {(await rig.tracker.open(draft_for(f"techissue-{i}-1"))).key for i in range(3)}
    assert len(keys) == 3


async def test_bumps_roll_in_one_comment_and_never_lower_the_priority(rig: Rig) -> None:
    key = (await rig.tracker.open(draft_for(priority=Priority.MEDIUM))).key
    await rig.tracker.bump(key, TicketBump(text="5 reports", priority=Priority.HIGHEST))
    state = await rig.tracker.bump(key, TicketBump(text="10 reports", priority=Priority.LOW))
    assert state.priority is Priority.HIGHEST
    assert await rig.comments(key) == ["10 reports"]


async def test_an_ended_ticket_is_reopened_once_with_the_reason(rig: Rig) -> None:
    key = (await rig.tracker.open(draft_for())).key
    await rig.move(key, "Done", "Fixed")
    await rig.tracker.reopen(key, "it is back")
    state = await rig.tracker.reopen(key, "it is back")
    assert (state.status, state.resolution, state.changed_by) == (TicketStatus.TO_DO, None, None)
    assert await rig.comments(key) == ["it is back"]


async def test_reopening_leaves_a_ticket_in_progress_as_it_is(rig: Rig) -> None:
    key = (await rig.tracker.open(draft_for())).key
    await rig.move(key, "In progress")
    state = await rig.tracker.reopen(key, "it is back")
    assert (state.status, state.changed_by) == (TicketStatus.IN_PROGRESS, rig.ana)
    assert await rig.comments(key) == []


async def test_a_ticket_is_moved_with_one_comment_that_says_why(rig: Rig) -> None:
    key = (await rig.tracker.open(draft_for())).key
    move = TicketMove(status=TicketStatus.DONE, declined=DeclineReason.NOT_A_FAULT, mark="m-1", text="Tess said so.")
    await rig.tracker.move(key, move)
    state = await rig.tracker.move(key, move)
    assert (state.status, state.resolution, state.changed_by) == (TicketStatus.DONE, "Not a fault", None)
    assert await rig.comments(key) == ["Tess said so."]


async def test_a_comment_of_one_mark_is_there_once(rig: Rig) -> None:
    key = (await rig.tracker.open(draft_for())).key
    for mark, text in (("a", "first"), ("a", "first again"), ("b", "second")):
        await rig.tracker.comment(key, mark, text)
    assert await rig.comments(key) == ["first", "second"]


async def test_a_duplicate_ends_as_one(rig: Rig) -> None:
    lesser = (await rig.tracker.open(draft_for("techissue-7-1"))).key
    greater = (await rig.tracker.open(draft_for("techissue-8-1"))).key
    await rig.tracker.close_as_duplicate(lesser, greater)
    state = await rig.tracker.close_as_duplicate(lesser, greater)
    assert (state.status, state.resolution) == (TicketStatus.DONE, "Duplicate")
    assert [each.status for each in await rig.tracker.states([greater])] == [TicketStatus.TO_DO]


async def test_two_tickets_are_related_without_either_ending(rig: Rig) -> None:
    later = (await rig.tracker.open(draft_for("techissue-7-2"))).key
    earlier = (await rig.tracker.open(draft_for("techissue-7-1"))).key
    await rig.tracker.relate(later, earlier)
    await rig.tracker.relate(later, earlier)
    assert {each.status for each in await rig.tracker.states([later, earlier])} == {TicketStatus.TO_DO}
    assert len(await rig.comments(later)) <= 1


async def test_a_new_ticket_has_no_notes(rig: Rig) -> None:
    opened = await rig.tracker.open(draft_for())
    assert await rig.tracker.notes(opened.key, since=opened.changed_at) == []


async def test_what_people_say_is_a_comment_once_and_what_we_say_is_none(rig: Rig) -> None:
    opened = await rig.tracker.open(draft_for())
    await rig.say(opened.key, "Looking at the gateway")
    await rig.tracker.comment(opened.key, "a", "Tess: customers wait")
    (note,) = await rig.tracker.notes(opened.key, since=opened.changed_at)
    assert (note.kind, note.text) == (TicketNoteKind.COMMENT, "Looking at the gateway")
    assert await rig.tracker.notes(opened.key, since=note.at) == []
    (state,) = await rig.tracker.states([opened.key])
    assert state.changed_at > opened.changed_at


async def test_states_show_what_people_did_and_leave_out_what_is_gone(rig: Rig) -> None:
    key = (await rig.tracker.open(draft_for())).key
    await rig.move(key, "Done", "Won't do")
    (state,) = await rig.tracker.states([key, rig.nowhere])
    assert (state.key, state.status, state.resolution) == (key, TicketStatus.DONE, "Won't do")
    assert state.changed_by == rig.ana


async def test_what_is_gone_cannot_be_worked_on(rig: Rig) -> None:
    with pytest.raises(TicketGoneError):
        await rig.tracker.bump(rig.nowhere, TicketBump(text="5 reports", priority=Priority.LOW))
    with pytest.raises(TicketGoneError):
        await rig.tracker.reopen(rig.nowhere, "it is back")
    with pytest.raises(TicketGoneError):
        await rig.tracker.comment(rig.nowhere, "a", "text")
    with pytest.raises(TicketGoneError):
        await rig.tracker.close_as_duplicate(rig.nowhere, rig.nowhere)
