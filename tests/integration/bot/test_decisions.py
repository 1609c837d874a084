"""What people decided, read again from what is stored: on a real store, through the bot's own door."""

import pytest

from bot.bulk_import import BulkImport
from bot.catalogue import Desks
from bot.import_line import ImportLine
from bot.ports import MeaningModel, OpenUnitOfWork
from bot.reports import Answer
from dedupe.precedents import OBJECTED, SLIP, TAKEN_BACK, Precedent
from dedupe.values import ProblemId, ReportText
from dedupe.weights import share_out
from tests.deciding import LONG_AFTER, precedents_of
from tests.driver import ANA, BEN, CEM, TESS, Stage, button
from tests.fakes.meaning import FakeMeaningModel

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
REJECTED = "card rejected at checkout with ERR-4012"
RESET = "password reset mail never arrives"
NEVER_CAME = "mail to reset the password never came"


def highest(precedent: Precedent) -> float:
    """The probability of the likeliest candidate; 0 where nothing came near."""
    return max(share_out(precedent.odds.tolist()), default=0.0)


async def stored_probabilities(stage: Stage) -> list[float]:
    """What was said of each report of the desk at its intake, in order."""
    async with stage.open_work(read_only=True) as work:
        taken = await work.history.reports(stage.desk.name)
        reports = [await work.reports.get(each.report) for each in taken]
    return [report.probability for report in reports if report is not None]


async def numbered(stage: Stage, number: int) -> frozenset[ProblemId]:
    return frozenset({(await stage.problem(number)).id})


@pytest.mark.parametrize("model", [FakeMeaningModel(), None])
async def test_every_report_is_judged_again_exactly_as_it_was_when_it_came_in(
    store: OpenUnitOfWork, model: MeaningModel | None
) -> None:
    stage = Stage(store, model=model)
    for text in (DECLINED, RESET, "barcode scanner beeps but reads nothing"):
        await stage.say(ANA, text)
        stage.pass_time(minutes=7)
    joined = await stage.say(BEN, DECLINED)
    stage.pass_time(hours=3)
    await stage.press(BEN, button(joined, "Not the same"))
    await stage.say(CEM, f"{RESET} today")
    await stage.say(TESS, "merge #2 #3")
    stage.pass_time(hours=1)
    await stage.say(CEM, f"{NEVER_CAME} since noon")
    await stage.say(TESS, "undo")
    await stage.say(CEM, "undo")
    await stage.say(ANA, f"{DECLINED} at lane 4")
    await stage.say(BEN, f"{RESET} again")
    # So that none of them is left out for want of an answer.
    async with store("default") as work:
        for question in await work.questions.overdue(now=stage.now + LONG_AFTER):
            await work.questions.settle(question.report, Answer.NONE, by=TESS.id, at=stage.now)

    again = [round(highest(each), 6) for each in await precedents_of(stage)]

    assert again == pytest.approx(await stored_probabilities(stage), abs=1e-6)
    assert len(again) == 8


async def test_a_history_that_is_gone_through_again_ends_where_the_desk_stands(store: OpenUnitOfWork) -> None:
    stage = Stage(store)
    for person in (ANA, BEN, CEM):
        await stage.say(person, DECLINED)
        await stage.say(person, RESET)
        stage.pass_time(hours=1)
    await stage.say(TESS, "split #1 r3 r5")
    await stage.say(TESS, "undo")
    await stage.say(TESS, "split #2 r4")
    await stage.say(CEM, "undo")

    again = stage.indexes.fresh(stage.desk)
    await precedents_of(stage, engine=again)

    async with store(read_only=True) as work:
        live = await stage.indexes.caught_up(work, stage.desk)
    for text in (DECLINED, REJECTED, RESET, NEVER_CAME):
        asked = ReportText(text=text, service=None, reported_at=stage.now)
        assert again.judge(asked) == live.judge(asked)


async def test_an_answer_same_says_which_problem_was_right(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    await asking_stage.press(BEN, button(asked, "Same as this"))

    first, second = await precedents_of(asking_stage)

    assert first.right is None
    assert second.right == await numbered(asking_stage, 1)
    assert second.told.tolist() == [1.0, SLIP]


async def test_an_answer_none_says_that_it_was_new(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, REJECTED)
    await asking_stage.press(BEN, button(asked, "None of these"))

    _, second = await precedents_of(asking_stage)

    assert second.right == frozenset()
    assert second.told.tolist() == [SLIP, 1.0]


async def test_a_question_that_nobody_answered_says_nothing(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    await asking_stage.say(BEN, REJECTED)

    (only,) = await precedents_of(asking_stage)

    assert only.right is None


async def test_not_the_same_says_that_the_join_was_wrong(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    joined = await stage.say(BEN, DECLINED)
    await stage.press(BEN, button(joined, "Not the same"))

    _, second = await precedents_of(stage)

    assert second.right == frozenset()


async def test_a_merge_says_where_the_later_problems_first_report_belonged(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(BEN, REJECTED)
    first = await numbered(apart_stage, 1)
    await apart_stage.say(TESS, "merge #1 #2")

    _, second = await precedents_of(apart_stage)

    assert second.right == first


async def test_a_split_says_which_report_did_not_belong_and_nothing_of_one_that_found_both_in_a_problem(
    stage: Stage,
) -> None:
    for person in (ANA, BEN, CEM):
        await stage.say(person, DECLINED)
    await stage.say(TESS, "split #1 r2 r3")

    _, second = await precedents_of(stage)

    assert second.right == frozenset()


async def test_what_was_taken_back_was_never_decided(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    joined = await stage.say(BEN, DECLINED)
    await stage.press(BEN, button(joined, "Not the same"))
    await stage.say(BEN, "undo")

    _, second = await precedents_of(stage)

    assert second.right is None
    assert second.told.tolist() == [1.0, pytest.approx(1 - OBJECTED)]


async def test_a_join_whose_report_was_withdrawn_speaks_a_little_against_it(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)
    await stage.say(BEN, "undo")

    _, second = await precedents_of(stage)

    assert second.right is None
    assert second.told.tolist() == [TAKEN_BACK, 1.0]


async def test_what_nobody_has_had_the_time_to_question_says_nothing_yet(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)

    assert await precedents_of(stage, now=stage.now) == []


async def test_silence_about_an_import_says_nothing_since_nobody_saw_it(stage: Stage) -> None:
    lines = [
        ImportLine(number=number, key=str(number), text=DECLINED, read=number, agent=f"a{number}") for number in (1, 2)
    ]
    desks = Desks({"default": stage.desk})
    bulk = BulkImport(open_work=stage.open_work, desks=desks, indexes=stage.indexes, salt=b"salt", escalate=False)
    await bulk.take(lines, desk=None, now=stage.now, on_line=lambda _line: None)

    assert await precedents_of(stage) == []
