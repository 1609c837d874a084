"""Problems that ended long ago: new reports are not compared with them any more, until they are asked for."""

from dataclasses import replace
from datetime import timedelta

from bot.ports import OpenUnitOfWork
from tests.driver import ANA, BEN, TESS, Stage, make_desk, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
REJECTED = "card rejected at checkout, ERR-4012 after the spinner"
RESET = "password reset mail never arrives"


async def end_long_ago(stage: Stage) -> None:
    """#1 was reported and fixed, and half a year went by, a night among it."""
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, "status #1 fixed")
    stage.pass_time(days=181)
    await stage.say(ANA, RESET)
    await stage.housekeeping.let_rest(stage.now)


async def title_of(stage: Stage, text: str) -> str:
    return message_of(await stage.say(BEN, text)).title


async def test_what_ended_long_ago_is_a_new_problem_when_it_comes_again(stage: Stage) -> None:
    await end_long_ago(stage)

    assert (await title_of(stage, REJECTED)).startswith("#3 ")


async def test_what_ended_lately_is_still_matched(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, "status #1 fixed")
    stage.pass_time(days=179)
    await stage.housekeeping.let_rest(stage.now)

    assert (await title_of(stage, REJECTED)).startswith("#1 ")


async def test_a_desk_may_match_for_ever(store: OpenUnitOfWork) -> None:
    stage = Stage(store, replace(make_desk(), matched_after_end=None))
    await end_long_ago(stage)

    assert (await title_of(stage, REJECTED)).startswith("#1 ")


async def test_a_process_that_starts_later_leaves_it_out_too(store: OpenUnitOfWork) -> None:
    await end_long_ago(Stage(store))
    later = Stage(store)
    later.pass_time(days=181)

    async with store(read_only=True) as work:
        assert len(await later.indexes.caught_up(work, later.desk)) == 1


async def test_opened_again_it_is_matched_in_every_process(store: OpenUnitOfWork) -> None:
    first, other = Stage(store), Stage(store)
    await end_long_ago(first)
    other.now = first.now
    async with store(read_only=True) as work:
        await other.indexes.caught_up(work, other.desk)

    await first.say(TESS, "status #1 open")

    assert (await title_of(other, REJECTED)).startswith("#1 ")


async def test_reported_again_by_hand_all_its_reports_are_matched(store: OpenUnitOfWork) -> None:
    stage, other = Stage(store), Stage(store)
    await end_long_ago(stage)
    other.now = stage.now
    await stage.say(BEN, "the shop refuses every plastic at the till")
    await stage.say(BEN, "same #1")

    async with store(read_only=True) as work:
        for one in (stage, other):
            engine = await one.indexes.caught_up(work, one.desk)
            assert len(engine) == 3


async def test_find_brings_it_back_until_the_next_night(stage: Stage) -> None:
    await end_long_ago(stage)

    found = message_of(await stage.say(BEN, "find declined checkout"))
    left = await stage.housekeeping.let_rest(stage.now)

    assert found.choices[0].title.startswith("#1 ·")
    assert left == 1


async def test_why_weighs_it_though_it_rests(stage: Stage) -> None:
    await end_long_ago(stage)
    await stage.say(BEN, REJECTED)

    why = message_of(await stage.say(TESS, "why r3 #1"))

    assert why.choices[0].title.startswith("#1 ·")
    assert "%" in why.choices[0].title


async def test_a_merge_into_it_has_its_reports_matched_again(stage: Stage) -> None:
    await end_long_ago(stage)

    await stage.say(TESS, "merge #2 #1")

    assert (await title_of(stage, REJECTED)).startswith("#1 ")


async def test_a_problem_that_is_still_reported_never_rests(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, "status #1 declined not a fault")
    for _ in range(3):
        stage.pass_time(days=100)
        await stage.say(BEN, REJECTED)
        await stage.housekeeping.let_rest(stage.now)

    stage.now += timedelta(days=100)
    assert (await title_of(stage, DECLINED)).startswith("#1 ")
