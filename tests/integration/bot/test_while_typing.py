from dataclasses import replace

import pytest
from sqlalchemy import event

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from tests.driver import ANA, BEN, TESS, Stage, button, make_desk, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
MAIL = "reset mail never arrives"


async def test_what_is_likely_is_shown_while_it_is_typed_and_nothing_is_stored(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(ANA, MAIL)
    (likely,) = await stage.conversation.likely(stage.turn(BEN), "card is declined at checkout", "Payments")
    assert likely.title == "#1 · first report · open"
    assert likely.quote is not None
    assert likely.quote.text == DECLINED
    assert await stage.count(1) == 1


@pytest.mark.parametrize("text", ["", "card", "   x  ", "a" * 20_000])
async def test_too_little_and_too_much_is_likely_nothing(stage: Stage, text: str) -> None:
    await stage.say(ANA, DECLINED)
    assert await stage.conversation.likely(stage.turn(BEN), text) == ()


async def test_same_as_this_in_the_form_reports_it_as_that_problem(apart_stage: Stage) -> None:
    stage = apart_stage
    await stage.say(ANA, DECLINED)
    (likely,) = await stage.conversation.likely(stage.turn(BEN), "card is declined at checkout ERR-4012")
    fields = {"text": "card is declined at checkout ERR-4012", "same": likely.actions[0].value}
    card = message_of(await stage.submit(BEN, "report", "", fields))
    assert card.title.startswith("#1 · 2nd report")
    assert await stage.count(1) == 2


async def test_what_is_likely_is_asked_for_by_reading_only(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    stage = Stage(SqlWork(engine))
    await stage.say(ANA, DECLINED)
    said: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *each: said.append(each[2]))
    await stage.conversation.likely(stage.turn(BEN), "card is declined at checkout")
    await engine.dispose()
    assert said
    assert [each for each in said if each.split()[0] in {"INSERT", "UPDATE", "DELETE"}] == []


async def test_a_message_that_reads_like_a_command_is_a_report_where_it_is_taken_over(stage: Stage) -> None:
    card = message_of(await stage.conversation.log(stage.turn(ANA), "undo"))
    assert card.title == "#1 · New: first report of this"


async def test_a_form_for_a_message_keeps_where_it_was_said(stage: Stage) -> None:
    link = "https://example.slack.com/archives/C1/p1"
    await stage.submit(ANA, "report", link, {"text": DECLINED})
    (listed,) = message_of(await stage.say(TESS, "reports #1")).choices
    assert listed.link is not None
    assert listed.link.url == link


@pytest.mark.parametrize(
    "named",
    [
        "#1",
        "1",
        "FAKE-1",
        "fake-1",
        "http://fake/FAKE-1",
        "http://fake/FAKE-1?from=chat",
        "http://ti/problems/default/1",
    ],
)
async def test_a_problem_is_found_by_its_number_its_ticket_and_the_addresses_of_both(stage: Stage, named: str) -> None:
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    card = await stage.conversation.card(stage.turn(ANA), named)
    assert card is not None
    assert card.title == f"#1 · {DECLINED}"
    assert card.link is not None
    assert card.link.label == "FAKE-1"


@pytest.mark.parametrize(
    "named",
    [
        "",
        "#2",
        "FAKE-9",
        "http://elsewhere/FAKE-1",
        "http://ti/problems/other/1",
        "http://ti/problems/default/x",
        "http://[",
    ],
)
async def test_what_is_not_ours_has_no_card(stage: Stage, named: str) -> None:
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    assert await stage.conversation.card(stage.turn(ANA), named) is None


async def test_the_number_of_a_merged_problem_leads_to_where_it_went(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(ANA, MAIL)
    await stage.say(TESS, "merge #2 #1")
    card = await stage.conversation.card(stage.turn(ANA), "#2")
    assert card is not None
    assert card.title.startswith("#1 ·")


async def test_a_ticket_of_another_desk_has_no_card(stage: Stage) -> None:
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    other = Stage(stage.open_work, replace(make_desk(), name="other"))
    assert await other.conversation.card(other.turn(ANA), "FAKE-1") is None
    assert await other.conversation.card(other.turn(ANA), "#1") is None


async def test_an_answer_given_twice_is_told_with_the_card_as_it_is_now(asking_stage: Stage) -> None:
    stage = asking_stage
    await stage.say(ANA, DECLINED)
    asked = await stage.say(BEN, "card is declined at checkout ERR-4012")
    same = button(asked, "Same as this")
    none = button(asked, "None of these")
    await stage.press(BEN, same)
    again = await stage.press(BEN, same)
    late = await stage.press(BEN, none)
    assert message_of(again).title.startswith("#1 · 2nd report")
    assert message_of(again).text.startswith("Report r2 is in #1 already.")
    assert (again.replaces, again.about) == (True, 2)
    assert message_of(late).text.startswith("That question has been answered already.")
