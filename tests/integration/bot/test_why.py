"""`why`: what was said of a report, what would be said now, and what each piece of evidence weighs."""

import re

from bot.messages import Message
from tests.driver import ANA, BEN, CEM, TESS, Stage, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
REJECTED = "card rejected at checkout, ERR-4012 after the spinner"
RESET = "password reset mail never arrives"


async def ask_why(stage: Stage, words: str) -> Message:
    return message_of(await stage.say(TESS, f"why {words}"))


def fact(message: Message, name: str) -> str:
    return next(each.value for each in message.facts if each.name.startswith(name))


async def test_a_joined_report_shows_its_problem_first_with_what_each_reason_weighs(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(CEM, RESET)
    await stage.say(BEN, REJECTED)

    why = await ask_why(stage, "r3")

    assert why.title.startswith("r3 is in #1 ·")
    assert [quote.text for quote in why.quotes] == [REJECTED]
    assert why.choices[0].title.startswith("#1, its problem ·")
    assert re.search(r"\+\d\.\d both say ERR-4012", why.choices[0].text)
    assert why.choices[0].quote is not None
    assert (why.choices[0].quote.text, why.choices[0].quote.source) == (DECLINED, "r1")


async def test_the_report_itself_is_no_evidence_for_its_problem(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)

    why = await ask_why(stage, "r1")

    assert why.choices == ()
    assert fact(why, "Said if it came in now") == "taken as new · under 1 % · nothing reported so far is like it"


async def test_what_was_said_then_stays_beside_what_would_be_said_now(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    stage.pass_time(minutes=40)
    await stage.say(BEN, REJECTED)

    why = await ask_why(stage, "r1")

    assert fact(why, "Said at 09:10").startswith("taken as new · under 1 %")
    assert fact(why, "Said if it came in now").startswith("joined by itself: #1 · ")


async def test_asking_why_changes_nothing_that_is_said_later(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, REJECTED)
    before = await ask_why(stage, "r2")

    await ask_why(stage, "r1")

    assert await ask_why(stage, "r2") == before
    assert await stage.count(1) == 2


async def test_a_problem_that_is_named_is_weighed_alone_with_what_keeps_it_out(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED.replace("4012", "4021"))

    why = await ask_why(stage, "r2 #1")

    (choice,) = why.choices
    assert choice.title.startswith("#1 ·")
    assert "never by itself: the codes differ: ERR-4021, not ERR-4012" in choice.text


async def test_a_problem_with_nothing_alike_says_so(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, "IVR hangs up")

    why = await ask_why(stage, "r1 #2")

    (choice,) = why.choices
    assert choice.title.startswith("#2 ·")
    assert "not weighed" in choice.text


async def test_only_triagers_see_the_evidence(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    assert "Only triagers" in message_of(await stage.say(ANA, "why r1")).title


async def test_a_report_nobody_made_is_not_found(stage: Stage) -> None:
    assert (await ask_why(stage, "r9")).title == "There is no report r9 on Default desk."


async def test_what_people_said_of_the_report_is_told_with_it(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(BEN, REJECTED)
    await apart_stage.say(TESS, "merge #2 #1")

    assert fact(await ask_why(apart_stage, "r2"), "People said") == "the same as r1"


async def test_the_reports_card_and_show_tell_what_each_reason_weighs(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)

    card = message_of(await stage.say(BEN, REJECTED))

    assert re.fullmatch(r"joined by itself · \d\d %", card.details[0])
    assert any(re.fullmatch(r"\+\d\.\d both say ERR-4012", line) for line in card.details)
    shown = message_of(await stage.say(CEM, "show #1"))
    told = next(line for line in shown.details if line.startswith("r2: joined by itself · "))
    assert re.search(r"\+\d\.\d both say ERR-4012", told)
