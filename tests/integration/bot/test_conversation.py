from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.conversation import Conversation
from bot.ports import OpenUnitOfWork, UnitOfWork
from tests.driver import ANA, BEN, Stage, button, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"


async def test_a_typo_is_asked_back_and_nothing_is_logged(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    asked = message_of(await stage.say(ANA, "shwo #1"))
    assert asked.title == "Did you mean “show #1”?"
    assert await stage.count(1) == 1


async def test_the_command_that_was_meant_is_one_press_away(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    asked = await stage.say(ANA, "shwo #1")
    shown = message_of(await stage.press(ANA, button(asked, "Yes: show #1")))
    assert shown.title.startswith("#1 ·")


async def test_a_report_that_looks_like_a_typo_is_one_press_away_too(stage: Stage) -> None:
    asked = await stage.say(ANA, "mien")
    logged = message_of(await stage.press(ANA, button(asked, "No, log it as a report")))
    assert logged.title == "#1 · New: first report of this"


async def test_a_button_that_is_not_known_any_more_is_told_kindly(stage: Stage) -> None:
    reply = await stage.conversation.press(stage.turn(ANA), "from-an-older-version", "1")
    assert "older version" in message_of(reply).title


@pytest.mark.parametrize("value", ["", "x", "1:", "99999", "-1"])
async def test_a_button_with_a_forged_value_changes_nothing(stage: Stage, value: str) -> None:
    await stage.say(ANA, DECLINED)
    reply = await stage.conversation.press(stage.turn(BEN), "same", value)
    assert message_of(reply).tone.value == "warning"
    assert await stage.count(1) == 1


async def test_what_fails_on_our_side_says_so_gives_the_text_back_and_logs_no_words_of_it(
    store: OpenUnitOfWork,
) -> None:
    stage = Stage(store)

    @asynccontextmanager
    async def broken(desk: str | None = None, *, read_only: bool = False) -> AsyncIterator[UnitOfWork]:
        async with store(desk, read_only=read_only) as work:
            yield work
            raise OSError("disk is full")

    conversation = Conversation(
        open_work=broken, desk_named=stage.desk_named, indexes=stage.indexes, salt=b"salt", wake=lambda: None
    )
    with capture_logs() as events:
        reply = await conversation.command(stage.turn(ANA), DECLINED)
    assert reply.failed
    assert DECLINED in message_of(reply).text
    assert [event["event"] for event in events] == ["act_failed"]
    assert "checkout" not in str(events)
    assert await stage.problem_ids() == []


async def test_top_lists_what_is_reported_most_first(stage: Stage) -> None:
    await stage.say(ANA, "reset mail never arrives")
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    top = message_of(await stage.say(ANA, "top week"))
    assert [choice.title.split(" · ")[0] for choice in top.choices] == ["#2", "#1"]
    assert top.title == "Top problems of the last 7 days"


async def test_find_shows_the_problem_with_the_member_that_is_alike(stage: Stage) -> None:
    await stage.say(ANA, "reset mail never arrives")
    await stage.say(ANA, DECLINED)
    found = message_of(await stage.say(BEN, "find declined card"))
    assert found.choices[0].title.startswith("#2 ·")


async def test_mine_lists_my_reports_with_what_to_say_and_nobody_elses(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, "reset mail never arrives")
    mine = message_of(await stage.say(ANA, "mine"))
    (choice,) = mine.choices
    assert choice.quote is not None
    assert choice.quote.text == DECLINED
    assert "say: " in choice.text
