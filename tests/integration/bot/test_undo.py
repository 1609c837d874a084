import pytest

from escalation.values import ProblemStatus, TicketStatus
from tests.driver import ANA, BEN, CEM, TESS, Stage, button, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"


async def test_undo_takes_ones_last_report_out_of_the_counts_and_keeps_its_text(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)
    reply = message_of(await stage.say(BEN, "undo"))
    assert reply.title == "Taken back: report on #1"
    assert await stage.count(1) == 1
    async with stage.open_work(read_only=True) as work:
        texts = [report.text for report in await work.reports.of_problem((await stage.problem(1)).id)]
    assert texts == [DECLINED, DECLINED]


async def test_undo_takes_back_ones_own_act_not_anothers(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)
    await stage.say(ANA, "undo")
    async with stage.open_work(read_only=True) as work:
        withdrawn = [
            each.reporter for each in await work.reports.of_problem((await stage.problem(1)).id) if each.withdrawn_at
        ]
    assert withdrawn == [ANA.id]


async def test_undo_of_a_merge_makes_two_problems_again(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(BEN, "cannot pay")
    await apart_stage.say(TESS, "merge #2 #1")
    await apart_stage.say(TESS, "undo")
    assert (await apart_stage.count(1), await apart_stage.count(2)) == (1, 1)


async def test_undo_of_a_split_puts_the_reports_back_and_forgets_that_they_differ(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)
    await stage.say(TESS, "split #1 r2")
    await stage.say(TESS, "undo")
    await stage.say(CEM, DECLINED)
    assert await stage.count(1) == 3


async def test_undo_of_not_the_same_puts_the_report_back(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    joined = await stage.say(BEN, DECLINED)
    await stage.press(BEN, button(joined, "Not the same"))
    await stage.say(BEN, "undo")
    assert await stage.count(1) == 2
    assert message_of(await stage.say(CEM, "show #2")).title.startswith("#1 ·")


async def test_undo_of_an_answer_asks_the_question_again(asking_stage: Stage) -> None:
    await asking_stage.say(ANA, DECLINED)
    asked = await asking_stage.say(BEN, "card rejected at checkout with ERR-4012")
    await asking_stage.press(BEN, button(asked, "Same as this"))
    await asking_stage.say(BEN, "undo")
    assert await asking_stage.count(1) == 1
    await asking_stage.press(BEN, button(asked, "Same as this"))
    assert await asking_stage.count(1) == 2


@pytest.mark.parametrize("command", ["status #1 in progress", "snooze #1 3d", 'note #1 workaround "use PayPal"'])
async def test_undo_puts_a_problems_fields_back(stage: Stage, command: str) -> None:
    await stage.say(ANA, DECLINED)
    before = await stage.problem(1)
    await stage.say(TESS, command)
    assert await stage.problem(1) != before
    await stage.say(TESS, "undo")
    assert await stage.problem(1) == before


async def test_undo_twice_takes_back_two_acts(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, 'note #1 workaround "use PayPal"')
    await stage.say(TESS, "status #1 in progress")
    await stage.say(TESS, "undo")
    await stage.say(TESS, "undo")
    problem = await stage.problem(1)
    assert (problem.status, problem.workaround) == (ProblemStatus.OPEN, None)


async def test_undo_of_what_others_have_built_on_says_so_and_changes_nothing(apart_stage: Stage) -> None:
    for agent, text in ((ANA, DECLINED), (BEN, "reset mail never arrives"), (CEM, "IVR hangs up")):
        await apart_stage.say(agent, text)
    await apart_stage.say(BEN, "same #1")
    await apart_stage.say(TESS, "merge #1 #3")
    refused = message_of(await apart_stage.say(BEN, "undo"))
    assert "moved again since" in refused.title
    assert await apart_stage.count(3) == 3


async def test_with_nothing_to_take_back_undo_says_so(stage: Stage) -> None:
    assert message_of(await stage.say(ANA, "undo")).title.startswith("There is nothing of yours to take back")


async def test_undo_reaches_twelve_hours_back(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    stage.pass_time(hours=13)
    await stage.say(ANA, "undo")
    assert await stage.count(1) == 1


async def test_undo_of_a_status_brings_the_ticket_back_too(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)
    await stage.work()
    (key,) = stage.tracker.tickets
    await stage.say(TESS, "status #1 fixed")
    await stage.work()
    assert stage.tracker.tickets[key].state.status is TicketStatus.DONE
    await stage.say(TESS, "undo")
    await stage.work()
    assert stage.tracker.tickets[key].state.status is TicketStatus.TO_DO


async def test_a_problem_whose_only_report_was_taken_back_is_not_among_the_open_ones(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(ANA, "undo")

    async with stage.open_work(read_only=True) as work:
        going_on = await work.problems.listing(stage.desk.name, include_ended=False)

    assert going_on == []
    assert "none that count" in str(message_of(await stage.say(TESS, "show #1")).facts)
