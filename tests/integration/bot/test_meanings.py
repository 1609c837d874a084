"""What a model read in a report: stored with it, given to the engines, read anew where the model is another."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.ports import OpenUnitOfWork, PlacedReport, UnitOfWork
from dedupe.values import ReportId
from tests.contracts.storage.examples import add_problem, add_reports
from tests.driver import ANA, BEN, CEM, Stage, message_of
from tests.fakes.meaning import FakeMeaningModel

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
RESET = "password reset mail never arrives"
BLANK = "order page is blank in the app"


async def placed_by(stage: Stage, model: FakeMeaningModel) -> list[PlacedReport]:
    async with stage.open_work(read_only=True) as work:
        return await work.changes.placements(stage.desk.name, after=0, model=model.digest)


async def test_a_report_is_read_once_as_masked_and_stored_with_what_was_read(store: OpenUnitOfWork) -> None:
    model = FakeMeaningModel()
    stage = Stage(store, model=model)

    await stage.say(ANA, "card 4111 1111 1111 1111 is declined at checkout")

    (placed,) = await placed_by(stage, model)
    assert model.texts == [placed.text]
    assert "4111" not in placed.text
    assert placed.meaning == FakeMeaningModel().read(placed.text)


async def test_a_report_is_read_before_its_desk_is_locked(store: OpenUnitOfWork) -> None:
    model = FakeMeaningModel()
    opened = []

    @asynccontextmanager
    async def watched(desk: str | None = None, *, read_only: bool = False) -> AsyncIterator[UnitOfWork]:
        opened.append(list(model.texts))
        async with store(desk, read_only=read_only) as work:
            yield work

    stage = Stage(watched, model=model)
    for text in (DECLINED, f"test: {RESET}"):
        await stage.say(ANA, text)
    await stage.submit(ANA, "report", "", {"text": BLANK})

    assert opened == [[DECLINED], [DECLINED, RESET], [DECLINED, RESET, BLANK]]
    assert model.texts == [DECLINED, RESET, BLANK]


async def test_without_a_model_reports_are_stored_unread(store: OpenUnitOfWork) -> None:
    stage = Stage(store)

    await stage.say(ANA, DECLINED)

    assert [each.meaning for each in await placed_by(stage, FakeMeaningModel())] == [None]


async def test_a_form_and_a_repeated_report_are_read_like_any_other(store: OpenUnitOfWork) -> None:
    model = FakeMeaningModel()
    stage = Stage(store, model=model)

    await stage.submit(ANA, "report", "", {"text": RESET})
    await stage.say(ANA, RESET)

    assert [each.meaning for each in await placed_by(stage, model)] == [FakeMeaningModel().read(RESET)]


async def test_what_was_stored_before_there_was_a_model_is_read_in_the_background(store: OpenUnitOfWork) -> None:
    before = Stage(store)
    for text in (DECLINED, RESET):
        await before.say(ANA, text)
    model = FakeMeaningModel()
    stage = Stage(store, model=model)

    left = await stage.housekeeping.count_unread()
    heard: list[int] = []
    read = await stage.housekeeping.renew_meanings(stage.now, on_portion=heard.append)

    assert (left, read, sum(heard)) == (2, 2, 2)
    assert await stage.housekeeping.count_unread() == 0
    assert [each.meaning for each in await placed_by(stage, model)] == [model.read(DECLINED), model.read(RESET)]
    assert await stage.housekeeping.renew_meanings(stage.now) == 0


async def test_another_model_reads_again_what_the_first_had_read(store: OpenUnitOfWork) -> None:
    first, second = FakeMeaningModel("first"), FakeMeaningModel("second")
    await Stage(store, model=first).say(ANA, DECLINED)
    stage = Stage(store, model=second)

    await stage.housekeeping.renew_meanings(stage.now)

    assert [each.meaning for each in await placed_by(stage, second)] == [second.read(DECLINED)]
    assert [each.meaning for each in await placed_by(stage, first)] == [None]


async def test_without_a_model_nothing_is_read_and_what_was_read_is_kept(store: OpenUnitOfWork) -> None:
    model = FakeMeaningModel()
    await Stage(store, model=model).say(ANA, DECLINED)
    stage = Stage(store)

    assert await stage.housekeeping.renew_meanings(stage.now) == 0
    assert [each.meaning for each in await placed_by(stage, model)] == [model.read(DECLINED)]


async def test_every_process_hears_of_what_one_has_read(store: OpenUnitOfWork) -> None:
    model = FakeMeaningModel()
    await Stage(store).say(ANA, DECLINED)
    reader, other = Stage(store, model=model), Stage(store, model=FakeMeaningModel())
    async with store(read_only=True) as work:
        engine = await other.indexes.caught_up(work, other.desk)
        before = await work.changes.latest("default")

    await reader.housekeeping.renew_meanings(reader.now)
    await other.housekeeping.keep_up(other.now)

    async with store(read_only=True) as work:
        (told,) = await work.changes.placements("default", after=before, model=model.digest)
        assert await other.indexes.caught_up(work, other.desk) is engine
    assert told.meaning == model.read(DECLINED)
    assert len(engine) == 1


class _Mortal(FakeMeaningModel):
    """Fails at the text that it is told to fail at."""

    def __init__(self, fatal: str) -> None:
        super().__init__()
        self.fatal = fatal

    def read_many(self, texts: Sequence[str]) -> list[bytes]:
        if self.fatal in texts:
            raise MemoryError
        return super().read_many(texts)


async def test_reading_that_was_broken_off_goes_on_where_it_was(
    store: OpenUnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.unread._AT_A_TIME", 2)
    before = Stage(store)
    texts = [DECLINED, RESET, BLANK]
    for agent, text in zip((ANA, BEN, CEM), texts, strict=True):
        await before.say(agent, text)
    model = _Mortal(BLANK)
    with pytest.raises(MemoryError):
        await Stage(store, model=model).housekeeping.renew_meanings(before.now)

    model.fatal = "nothing"
    read = await Stage(store, model=model).housekeeping.renew_meanings(before.now)

    assert read == 1
    assert [each.meaning for each in await placed_by(before, model)] == [model.read(text) for text in texts]


async def test_reports_of_several_desks_are_read_each_in_its_own(store: OpenUnitOfWork) -> None:
    async with store() as work:
        for desk in ("bank", "default", "bank"):
            await add_reports(work, (await add_problem(work, desk)).id, {"desk": desk})
    model = FakeMeaningModel()
    stage = Stage(store, model=model)

    read = await stage.housekeeping.renew_meanings(stage.now)

    async with store(read_only=True) as work:
        counts = {
            desk: len(await work.changes.placements(desk, after=0, model=model.digest)) for desk in ("bank", "default")
        }
        assert await work.reports.unread_by(model.digest, after=ReportId(0), limit=1) == []
    assert (read, counts) == (3, {"bank": 2, "default": 1})


async def test_agents_are_answered_while_reports_are_read(store: OpenUnitOfWork) -> None:
    stage = Stage(store, model=FakeMeaningModel())
    await Stage(store).say(ANA, DECLINED)

    _, reply = await asyncio.gather(
        stage.housekeeping.renew_meanings(stage.now), stage.say(BEN, "card declined at checkout with ERR-4012")
    )

    assert reply.message is not None
    assert reply.message.title.startswith("#1 ·")
    assert [each.meaning is None for each in await placed_by(stage, FakeMeaningModel())] == [False, False]


async def test_find_finds_by_meaning_what_shares_no_word(store: OpenUnitOfWork) -> None:
    alike = {"turnstile": "gate", "locked": "shut", "visitors": "guests"}
    stage = Stage(store, model=FakeMeaningModel(alike=alike))
    for text in ("gate shut guests", RESET, BLANK, DECLINED):
        await stage.say(ANA, text)

    found = message_of(await stage.say(BEN, "find turnstile locked visitors"))

    assert found.choices[0].title == "#1 · gate shut guests"
    by_words = message_of(await Stage(store).say(BEN, "find turnstile locked visitors"))
    assert "#1 · gate shut guests" not in [choice.title for choice in by_words.choices]


async def test_another_model_takes_over_while_agents_are_answered(
    store: OpenUnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.unread._AT_A_TIME", 2)
    texts = [DECLINED, RESET, BLANK, "invoice pdf is empty", "points vanished from loyalty account"]
    first = Stage(store, model=FakeMeaningModel("first"))
    for text in texts:
        await first.say(ANA, text)
    answered: list[str] = []

    class Replacing(FakeMeaningModel):
        """Before each portion is read, somebody reports another of the failures again, and is answered."""

        def read_many(self, texts: Sequence[str]) -> list[bytes]:
            asyncio.run_coroutine_threadsafe(report_again(), loop).result()
            return super().read_many(texts)

    async def report_again() -> None:
        reply = await stage.say(BEN, texts[len(answered)])
        answered.append(message_of(reply).title)

    loop = asyncio.get_running_loop()
    stage = Stage(store, model=Replacing("second"))
    while await stage.housekeeping.renew_meanings(stage.now):
        continue

    assert [title.partition(" · ")[0] for title in answered] == ["#1", "#2", "#3"]
    second = FakeMeaningModel("second")
    placed = await placed_by(stage, second)
    assert len(placed) == len(texts) + len(answered)
    assert [each.meaning for each in placed] == [second.read(each.text) for each in placed]
