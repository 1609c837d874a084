"""The nightly look: what it proposes, what it leaves alone, and what triagers' answers do."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.messages import Message
from bot.ports import OpenUnitOfWork
from dedupe.values import ProblemId, ReportId
from tests.contracts.storage.examples import add_problem, add_reports
from tests.driver import ANA, BEN, TESS, Stage, button, message_of
from tests.fakes.meaning import FakeMeaningModel

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
REJECTED = "card rejected at checkout, ERR-4012 after the spinner"
OTHER_CODE = "card rejected at checkout, ERR-4021 after the spinner"
RESET = "password reset mail never arrives"


async def put(stage: Stage, *problems: Sequence[str], **changes: Any) -> list[list[ReportId]]:
    """Problems with reports of these texts, a minute apart, as if grouped long ago."""
    placed = []
    async with stage.open_work(stage.desk.name) as work:
        for texts in problems:
            problem = await add_problem(work, title=texts[0], at=stage.now, **changes)
            placed.append(await _add(work, problem.id, texts, stage))
    return placed


async def _add(work: Any, problem: ProblemId, texts: Sequence[str], stage: Stage) -> list[ReportId]:
    times = [stage.now + timedelta(minutes=number) for number in range(len(texts))]
    fields = [{"text": text, "reported_at": at} for text, at in zip(texts, times, strict=True)]
    return await add_reports(work, problem, *fields)


async def triage(stage: Stage) -> Message:
    return message_of(await stage.say(TESS, "triage"))


async def test_two_open_problems_that_look_alike_are_proposed_once_and_nothing_is_done(stage: Stage) -> None:
    await put(stage, [DECLINED], [RESET], [REJECTED])

    assert await stage.housekeeping.suspect(stage.now) == 1

    (choice,) = (await triage(stage)).choices
    assert choice.title.startswith("#1 and #3 look like one problem · ")
    assert "both say ERR-4012" in choice.text
    assert [await stage.count(number) for number in (1, 2, 3)] == [1, 1, 1]


async def test_merge_puts_the_newer_problem_into_the_older(stage: Stage) -> None:
    await put(stage, [DECLINED], [REJECTED])
    await stage.housekeeping.suspect(stage.now)

    left = message_of(await stage.press(TESS, button(await triage(stage), "Merge")))

    assert left.text == "Nothing waits."
    assert await stage.count(1) == 2
    assert message_of(await stage.say(ANA, "show #2")).title.startswith("#1 ·")


async def test_not_the_same_is_remembered_and_never_proposed_again(stage: Stage) -> None:
    await put(stage, [DECLINED], [REJECTED])
    await stage.housekeeping.suspect(stage.now)

    left = message_of(await stage.press(TESS, button(await triage(stage), "Not the same")))

    assert left.text == "Nothing waits."
    await stage.housekeeping.suspect(stage.now)
    assert (await triage(stage)).text == "Nothing waits."
    assert [await stage.count(number) for number in (1, 2)] == [1, 1]


async def test_an_answer_can_be_taken_back_and_then_waits_again(stage: Stage) -> None:
    await put(stage, [DECLINED], [REJECTED])
    await stage.housekeeping.suspect(stage.now)
    await stage.press(TESS, button(await triage(stage), "Not the same"))

    taken_back = message_of(await stage.say(TESS, "undo"))

    assert taken_back.title.startswith("Taken back: not the same")
    assert len((await triage(stage)).choices) == 1


async def test_a_problem_with_two_codes_is_proposed_for_a_split_with_the_fewer_reports(stage: Stage) -> None:
    (reports,) = await put(stage, [DECLINED, OTHER_CODE, REJECTED])
    await stage.housekeeping.suspect(stage.now)

    shown = await triage(stage)

    (choice,) = shown.choices
    assert choice.title == "#1 looks like two problems: 1 report with another code"
    assert choice.quote is not None
    assert (choice.quote.text, choice.quote.source) == (OTHER_CODE, f"r{reports[1]}")
    await stage.press(TESS, button(shown, "Split off"))
    assert [await stage.count(number) for number in (1, 2)] == [2, 1]
    assert (await triage(stage)).text == "Nothing waits."


async def test_one_problem_with_two_codes_can_be_said_to_be_one(stage: Stage) -> None:
    await put(stage, [DECLINED, OTHER_CODE, REJECTED])
    await stage.housekeeping.suspect(stage.now)

    await stage.press(TESS, button(await triage(stage), "One problem"))

    assert (await triage(stage)).text == "Nothing waits."
    assert await stage.housekeeping.suspect(stage.now) == 0
    assert await stage.count(1) == 3


async def test_a_problem_that_names_many_codes_is_left_alone(stage: Stage) -> None:
    await put(stage, [DECLINED, OTHER_CODE, OTHER_CODE.replace("4021", "4077")])
    assert await stage.housekeeping.suspect(stage.now) == 0


async def test_problems_that_differ_in_their_code_are_not_proposed_to_be_one(stage: Stage) -> None:
    await put(stage, [REJECTED], [OTHER_CODE])
    assert await stage.housekeeping.suspect(stage.now) == 0


async def test_an_ended_problem_is_not_looked_at(stage: Stage) -> None:
    await put(stage, [DECLINED], [REJECTED])
    await stage.say(TESS, "status #1 fixed")
    assert await stage.housekeeping.suspect(stage.now) == 0


async def test_a_proposal_whose_problem_has_ended_since_is_not_shown(stage: Stage) -> None:
    await put(stage, [DECLINED], [REJECTED])
    await stage.housekeeping.suspect(stage.now)
    await stage.say(TESS, "status #2 declined")
    assert (await triage(stage)).text == "Nothing waits."


async def test_what_an_agent_was_asked_already_is_not_proposed_beside_it(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    await asking_stage.say(BEN, REJECTED)
    stage = Stage(asking_stage.open_work)

    assert await stage.housekeeping.suspect(stage.now) == 0


async def test_only_triagers_answer_a_proposal(stage: Stage) -> None:
    await put(stage, [DECLINED], [REJECTED])
    await stage.housekeeping.suspect(stage.now)
    shown = await triage(stage)

    for label in ("Merge", "Not the same"):
        refused = message_of(await stage.press(ANA, button(shown, label)))
        assert "Only triagers" in refused.title
    assert len((await triage(stage)).choices) == 1


GATE = ("turnstile gate beeps red", "turnstile gate stays locked", "gate beeps red turnstile")
POINTS = (
    "points vanished from loyalty account",
    "loyalty points vanished",
    "account loyalty points vanished overnight",
)


@pytest.fixture
async def two_in_one(store: OpenUnitOfWork) -> Stage:
    """A desk with one problem that holds reports of two meanings."""
    stage = Stage(store, model=FakeMeaningModel())
    await put(stage, [*GATE, "locked turnstile gate red", *POINTS], [RESET], [DECLINED], ["invoice pdf is empty"])
    await stage.housekeeping.renew_meanings(stage.now)
    await stage.housekeeping.suspect(stage.now)
    return stage


async def test_a_problem_with_two_meanings_is_proposed_for_a_split_and_split(two_in_one: Stage) -> None:
    shown = await triage(two_in_one)

    (choice,) = shown.choices
    assert choice.title == "#1 looks like two problems: 3 reports with another meaning"
    assert choice.quote is not None
    assert choice.quote.text == POINTS[2]
    await two_in_one.press(TESS, button(shown, "Split off"))
    assert [await two_in_one.count(number) for number in (1, 5)] == [4, 3]
    assert (await triage(two_in_one)).text == "Nothing waits."


async def test_two_meanings_said_to_be_one_problem_are_not_proposed_again(two_in_one: Stage) -> None:
    await two_in_one.press(TESS, button(await triage(two_in_one), "One problem"))
    assert (await triage(two_in_one)).text == "Nothing waits."
    assert await two_in_one.housekeeping.suspect(two_in_one.now) == 0


async def test_what_is_proposed_of_a_problem_is_shown_with_it_to_triagers_and_nowhere_else(two_in_one: Stage) -> None:
    shown = message_of(await two_in_one.say(TESS, "show #1"))

    assert [choice.title for choice in shown.choices] == ["#1 looks like two problems: 3 reports with another meaning"]
    assert message_of(await two_in_one.say(TESS, "show #2")).choices == ()
    assert message_of(await two_in_one.say(ANA, "show #1")).choices == ()
    await two_in_one.press(TESS, button(shown, "Split off"))
    assert await two_in_one.count(1) == 4
