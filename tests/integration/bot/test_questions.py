from bot.messages import Tone
from tests.driver import ANA, BEN, CEM, TESS, Stage, button, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
REJECTED = "card rejected at checkout with ERR-4012"


async def test_a_likely_problem_is_shown_with_its_count_status_and_words(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asking_stage.pass_time(hours=2)
    reply = message_of(await asking_stage.say(BEN, REJECTED))
    assert reply.tone is Tone.ASK
    (choice,) = reply.choices
    assert choice.title == "#1 · first report · open"
    assert choice.text == "last seen 2 hours ago"
    assert choice.quote is not None
    assert choice.quote.text == DECLINED


async def test_same_as_this_puts_the_report_into_the_problem(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    answer = message_of(await asking_stage.press(BEN, button(asked, "Same as this")))
    assert answer.title.startswith("#1 · 2nd report")
    assert await asking_stage.count(1) == 2


async def test_the_number_of_the_problem_that_was_asked_about_leads_to_the_right_one(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    await asking_stage.press(BEN, button(asked, "Same as this"))
    shown = message_of(await asking_stage.say(CEM, "show #2"))
    assert shown.text.startswith("#2 was merged into it.")


async def test_an_answer_same_opens_the_ticket_that_the_question_held_back(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    await asking_stage.work()
    assert not asking_stage.tracker.tickets
    await asking_stage.press(BEN, button(asked, "Same as this"))
    await asking_stage.work()
    assert len(asking_stage.tracker.tickets) == 1


async def test_none_of_these_keeps_the_report_apart_and_it_is_not_asked_again(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    answer = message_of(await asking_stage.press(BEN, button(asked, "None of these")))
    assert answer.title == "#2 · New: first report of this"
    again = message_of(await asking_stage.press(BEN, button(asked, "None of these")))
    assert again.title == answer.title
    assert again.text.startswith("That question has been answered already.")


async def test_what_was_said_to_be_another_failure_is_not_joined_by_itself_later(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    joined = await stage.say(BEN, DECLINED)
    await stage.press(BEN, button(joined, "Not the same"))
    stage.pass_time(minutes=10)
    await stage.say(CEM, DECLINED)
    assert await stage.count(1) == 1


async def test_an_unanswered_question_ends_after_its_time_and_waits_in_the_triage_list(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    await asking_stage.say(BEN, REJECTED)
    asking_stage.pass_time(minutes=14)
    assert await asking_stage.housekeeping.expire_questions(asking_stage.now) == 0
    asking_stage.pass_time(minutes=2)
    assert await asking_stage.housekeeping.expire_questions(asking_stage.now) == 1
    waiting = message_of(await asking_stage.say(TESS, "triage"))
    (choice,) = waiting.choices
    assert choice.quote is not None
    assert choice.quote.text == REJECTED


async def test_a_triager_answers_what_the_agent_did_not(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    await asking_stage.say(BEN, REJECTED)
    asking_stage.pass_time(minutes=16)
    await asking_stage.housekeeping.expire_questions(asking_stage.now)
    waiting = message_of(await asking_stage.say(TESS, "triage"))
    await asking_stage.press(TESS, waiting.choices[0].actions[0])
    assert await asking_stage.count(1) == 2
    assert message_of(await asking_stage.say(TESS, "triage")).text == "Nothing waits."


async def test_only_the_reporter_or_a_triager_answers(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    refused = message_of(await asking_stage.press(CEM, button(asked, "Same as this")))
    assert refused.title.startswith("Only the agent who reported it")
    assert await asking_stage.count(1) == 1


async def test_same_says_where_my_last_report_belongs(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(BEN, "cust cannot pay")
    reply = message_of(await apart_stage.say(BEN, "same #1"))
    assert reply.title.startswith("#1 · 2nd report")
    assert await apart_stage.count(1) == 2


async def test_same_with_an_unknown_number_says_so_and_changes_nothing(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    reply = message_of(await apart_stage.say(ANA, "same #99"))
    assert reply.title.startswith("There is no problem #99")
    assert await apart_stage.count(1) == 1


async def test_a_report_that_joined_while_its_problem_was_asked_about_goes_along(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    await asking_stage.say(CEM, "rejected again")
    await asking_stage.say(CEM, "same #2")
    await asking_stage.press(BEN, button(asked, "Same as this"))
    assert await asking_stage.count(1) == 3
