import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.web.chat_platform import WebChatPlatform
from adapters.web.live import Live
from adapters.web.transcript import EntryDraft, EntryKind, WebTranscript
from bot.messages import Action, Choice, Fact, Link, Message, Quote, Style, Tone
from dedupe.values import ReportId
from escalation.errors import RetryableOutboundError
from escalation.values import PersonId

ANA, BEN = PersonId("web:ana"), PersonId("web:ben")
NOW = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
CARD = Message(
    title="#12 · 7th report",
    text="OPS-88",
    tone=Tone.KNOWN,
    say="Please use PayPal",
    facts=(Fact(name="Reports", value="7"),),
    quotes=(Quote(text="رفض البطاقة 💳", source="Ana"),),
    choices=(Choice(title="#9", quote=Quote(text="q"), link=Link(label="l", url="/x")),),
    actions=(Action(name="a", label="A", value="1", style=Style.DANGER, confirm="Sure?"),),
    details=("why",),
)
MakeTranscript = Callable[[], WebTranscript]


@pytest.fixture
def another(engine: AsyncEngine) -> MakeTranscript:
    """A transcript as another process would have it: its own pages, the same database."""
    return lambda: WebTranscript(engine, lambda: NOW, Live())


@pytest.fixture
def transcript(another: MakeTranscript) -> WebTranscript:
    return another()


def draft(mark: str, *, person: PersonId = ANA, about: int | None = None, title: str = "card") -> EntryDraft:
    return EntryDraft(
        person=person,
        desk="default",
        kind=EntryKind.ANSWER,
        mark=mark,
        message=Message(title=title),
        about=None if about is None else ReportId(about),
    )


async def titles(transcript: WebTranscript, person: PersonId = ANA) -> list[str]:
    return [entry.message.title for entry in await transcript.latest(person, 50) if entry.message]


async def test_a_message_comes_back_as_it_was_said(transcript: WebTranscript) -> None:
    await WebChatPlatform(transcript).tell(ANA, CARD, about=ReportId(4), mark="1")
    [entry] = await transcript.latest(ANA, 10)
    assert (entry.message, entry.kind, entry.about, entry.created_at) == (CARD, EntryKind.TOLD, 4, NOW)


async def test_what_is_told_twice_with_one_mark_is_there_once(transcript: WebTranscript) -> None:
    platform = WebChatPlatform(transcript)
    for _ in range(2):
        await platform.tell(ANA, Message(title="fixed"), about=None, mark="1")
    assert await titles(transcript) == ["fixed"]


async def test_one_mark_may_be_told_to_two_people(transcript: WebTranscript) -> None:
    platform = WebChatPlatform(transcript)
    for person in (ANA, BEN):
        await platform.tell(person, Message(title="fixed"), about=None, mark="1")
    assert (await titles(transcript, ANA), await titles(transcript, BEN)) == (["fixed"], ["fixed"])


async def test_renewing_puts_the_message_in_the_place_of_the_reports_card(transcript: WebTranscript) -> None:
    await transcript.add(draft("1", about=4, title="first"), draft("2", about=5, title="second"))
    await WebChatPlatform(transcript).renew(ANA, ReportId(4), Message(title="renewed"))
    assert await titles(transcript) == ["renewed", "second"]


async def test_renewing_leaves_what_was_told_about_the_report_alone(transcript: WebTranscript) -> None:
    platform = WebChatPlatform(transcript)
    await transcript.add(draft("1", about=4))
    await platform.tell(ANA, Message(title="fixed"), about=ReportId(4), mark="1")
    await platform.renew(ANA, ReportId(4), Message(title="renewed"))
    assert await titles(transcript) == ["renewed", "fixed"]


async def test_renewing_a_report_without_a_card_does_nothing(transcript: WebTranscript) -> None:
    await transcript.add(draft("1", person=BEN, about=4))
    await WebChatPlatform(transcript).renew(ANA, ReportId(4), Message(title="renewed"))
    assert (await titles(transcript, ANA), await titles(transcript, BEN)) == ([], ["card"])


async def test_renewing_with_the_same_message_changes_nothing(transcript: WebTranscript) -> None:
    await transcript.add(draft("1", about=4))
    await transcript.renew(ANA, ReportId(4), Message(title="card"))
    assert await transcript.revision(ANA) == 1


async def test_changes_come_after_a_revision_in_their_order(transcript: WebTranscript) -> None:
    [first, _] = await transcript.add(draft("1", title="one"), draft("2", title="two"))
    await transcript.replace(first, Message(title="one again"), about=None)
    changed = await transcript.changed(ANA, after=1, limit=10)
    assert [(entry.revision, entry.message and entry.message.title) for entry in changed] == [
        (2, "two"),
        (3, "one again"),
    ]
    assert [entry.replaced_at is not None for entry in changed] == [False, True]


async def test_nobody_is_given_an_entry_of_another(transcript: WebTranscript) -> None:
    [bens] = await transcript.add(draft("1", person=BEN))
    assert await transcript.get(ANA, bens.id) is None


async def test_entries_added_at_once_from_several_processes_are_all_there_in_one_order(
    another: MakeTranscript,
) -> None:
    processes = [another() for _ in range(4)]
    await asyncio.gather(*(processes[number % 4].add(draft(str(number))) for number in range(20)))
    entries = await processes[0].changed(ANA, after=0, limit=50)
    assert [entry.revision for entry in entries] == list(range(1, 21))


async def test_the_persons_pages_are_woken_and_nobody_elses(transcript: WebTranscript) -> None:
    with transcript.live.listen(ANA) as hers, transcript.live.listen(BEN) as his:
        await transcript.add(draft("1"))
        await asyncio.wait_for(hers.wait(60), 5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(his.wait(60), 0.05)


async def test_a_database_that_does_not_answer_is_worth_trying_again(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/without-tables.db")
    platform = WebChatPlatform(WebTranscript(engine, lambda: NOW, Live()))
    with pytest.raises(RetryableOutboundError) as caught:
        await platform.tell(ANA, CARD, about=None, mark="1")
    assert isinstance(caught.value.__cause__, OperationalError)
    await engine.dispose()
