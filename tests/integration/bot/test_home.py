from datetime import timedelta

import pytest

from bot.messages import Home, Message
from bot.people import Role
from escalation.values import TicketStatus
from tests.driver import ANA, BEN, CEM, TESS, Stage, button, make_person, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
MAIL = "reset mail never arrives"
SUE = make_person("sue", Role.SUPERVISOR)


def section(home: Home, title: str) -> Message:
    return next(each for each in home.sections if each.title.endswith(title))


async def fix(stage: Stage) -> None:
    (key,) = stage.tracker.tickets
    stage.pass_time(minutes=30)
    await stage.ticket_changes(stage.tracker.put_to(key, TicketStatus.DONE, "Fixed"))
    await stage.work()


async def test_an_agents_home_has_their_reports_the_top_problems_and_their_wishes(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)
    home = await stage.conversation.home(stage.turn(ANA))
    assert [each.title for each in home.sections] == ["My reports", "Top problems now"]
    (mine,) = home.sections[0].choices
    assert "say: " in mine.text
    assert home.preferences.inputs[0].value == "all"


async def test_a_fix_is_answered_on_ones_own_page(stage: Stage) -> None:
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    await fix(stage)
    home = await stage.conversation.home(stage.turn(ANA))
    assert [each.label for each in section(home, "My reports").choices[0].actions] == ["Works now", "Still broken"]


async def test_a_triagers_home_has_what_waits_and_a_supervisors_the_week(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    tess = await stage.conversation.home(stage.turn(TESS))
    sue = await stage.conversation.home(stage.turn(SUE))
    assert [each.title for each in tess.sections][2:] == ["Triage list"]
    assert [each.title for each in sue.sections][2:] == ["Default desk: the week since 23 February"]


async def test_a_home_that_is_looked_at_changes_nothing(stage: Stage) -> None:
    await stage.conversation.home(stage.turn(ANA))
    assert await stage.problem_ids() == []


async def test_the_week_tells_new_from_recurring_from_back_and_whether_loops_were_closed(stage: Stage) -> None:
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    stage.pass_time(days=9)
    await stage.say(CEM, DECLINED)
    await stage.say(CEM, MAIL)
    await stage.work()
    digest = message_of(await stage.say(SUE, "digest"))
    assert digest.text == "2 reports of 2 problems by 1 agent; 2 the week before."
    assert [each.title.split(" · ")[:2] for each in digest.choices] == [
        ["Recurs", "#1"], ["New", "#2"], ["Waits too long", "#1"],
    ]  # fmt: skip
    assert digest.facts[0].value == "no problem ended"
    await fix(stage)
    digest = message_of(await stage.say(SUE, "digest"))
    assert digest.facts[0].value == "3 of 3 reports of 1 problem that ended"
    stage.pass_time(days=1)
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    back = [each.title.split(" · ")[:2] for each in message_of(await stage.say(SUE, "digest")).choices]
    assert ["Came back", "#1"] in back


async def test_only_supervisors_read_the_digest(stage: Stage) -> None:
    assert message_of(await stage.say(ANA, "digest")).title == "Only supervisors may read the digest."


@pytest.mark.parametrize(("wish", "in_progress", "fixed"), [("all", 1, 2), ("outcome", 0, 1), ("none", 0, 0)])
async def test_a_reporter_hears_as_much_as_they_wish(stage: Stage, wish: str, in_progress: int, fixed: int) -> None:
    await stage.say(ANA, f"updates {wish}")
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    (key,) = stage.tracker.tickets
    stage.pass_time(minutes=30)
    await stage.ticket_changes(stage.tracker.put_to(key, TicketStatus.IN_PROGRESS))
    await stage.work()
    assert len(stage.told(ANA)) == in_progress
    await fix(stage)
    assert len(stage.told(ANA)) == fixed
    assert len(stage.told(BEN)) == 2


async def test_who_hears_outcomes_also_hears_that_one_did_not_last(stage: Stage) -> None:
    await stage.say(ANA, "updates outcome")
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    await fix(stage)
    stage.now += timedelta(days=1)
    await stage.say(CEM, DECLINED)
    await stage.say(TESS, DECLINED)
    await stage.work()
    assert stage.told(ANA) == ["#1 is fixed", "#1 came back after the fix"]


async def test_the_wish_is_also_a_form_and_a_wrong_one_is_named_at_its_field(stage: Stage) -> None:
    home = await stage.conversation.home(stage.turn(ANA))
    await stage.submit(ANA, home.preferences.name, "", {"updates": "outcome"})
    wrong = await stage.submit(ANA, home.preferences.name, "", {"updates": "often"})
    assert (await stage.conversation.home(stage.turn(ANA))).preferences.inputs[0].value == "outcome"
    assert [each.field for each in wrong.errors] == ["updates"]
    assert message_of(await stage.say(ANA, "updates")).title.startswith("You hear only how")


async def test_still_broken_said_twice_counts_once_and_says_so(stage: Stage) -> None:
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    await stage.work()
    await fix(stage)
    stage.pass_time(hours=1)
    pressed = button(stage.chat.told[ANA.id][0], "Still broken")
    await stage.press(ANA, pressed)
    again = message_of(await stage.press(ANA, pressed))
    assert again.title == "You have said already that #1 is still broken. It is noted."
