import pytest

from escalation.values import ProblemStatus
from tests.driver import ANA, BEN, CEM, TESS, Stage, button, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
RESET = "password reset mail never arrives"


async def test_merge_moves_everything_and_both_numbers_lead_there(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(BEN, "cannot pay by card")
    shown = message_of(await apart_stage.say(TESS, "merge #2 #1"))
    assert shown.title.startswith("#1 ·")
    assert await apart_stage.count(1) == 2
    assert message_of(await apart_stage.say(CEM, "show #2")).title == shown.title


async def test_a_ticket_that_only_the_lesser_has_goes_along(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.submit(BEN, "report", "", {"text": "cannot pay", "severity": "critical"})
    await apart_stage.work()
    await apart_stage.say(TESS, "merge #2 #1")
    await apart_stage.work()
    assert len(apart_stage.tracker.tickets) == 1
    assert message_of(await apart_stage.say(CEM, "show #1")).link is not None


async def test_of_two_tickets_the_lessers_is_closed_as_a_duplicate(apart_stage: Stage) -> None:
    for agent, text in ((ANA, DECLINED), (BEN, "cannot pay")):
        await apart_stage.submit(agent, "report", "", {"text": text, "severity": "critical"})
    await apart_stage.work()
    await apart_stage.say(TESS, "merge #2 #1")
    await apart_stage.work()
    kept, closed = apart_stage.tracker.tickets.values()
    assert closed.state.resolution == "Duplicate"
    assert kept.state.resolution is None


async def test_split_takes_the_named_reports_into_a_problem_of_their_own(apart_stage: Stage) -> None:
    for agent, text in ((ANA, DECLINED), (BEN, RESET), (CEM, "IVR hangs up")):
        await apart_stage.say(agent, text)
    await apart_stage.say(BEN, "same #1")
    await apart_stage.say(CEM, "same #1")
    await apart_stage.say(TESS, "split #1 r2 r3")
    assert await apart_stage.count(1) == 1
    assert await apart_stage.count(4) == 2


@pytest.mark.parametrize("reports", ["r1 r2", "r77"])
async def test_a_split_that_makes_no_sense_changes_nothing(apart_stage: Stage, reports: str) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(BEN, RESET)
    await apart_stage.say(BEN, "same #1")
    refused = message_of(await apart_stage.say(TESS, f"split #1 {reports}"))
    assert refused.tone.value == "warning"
    assert await apart_stage.count(1) == 2


async def test_split_with_nothing_named_lists_the_reports_and_offers_to_choose(apart_stage: Stage) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(BEN, RESET)
    await apart_stage.say(BEN, "same #1")
    listed = await apart_stage.say(TESS, "split #1")
    assert [each.title.split()[0] for each in message_of(listed).choices] == ["r2", "r1"]
    form = (await apart_stage.press(TESS, button(listed, "Split…"))).form
    assert form is not None
    offered = form.inputs[0].options
    assert [(each.value, each.label) for each in offered] == [("r2", f"r2 · {RESET}"), ("r1", f"r1 · {DECLINED}")]
    assert offered[0].hint.startswith("Ben")


async def test_a_note_for_customers_is_what_agents_are_given_to_say(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, 'note #1 customer "Please use PayPal until Friday."')
    reply = message_of(await stage.say(BEN, DECLINED))
    assert reply.say == "Please use PayPal until Friday."


async def test_a_note_renews_the_cards_of_those_who_reported(stage: Stage) -> None:
    card = await stage.say(ANA, DECLINED)
    await stage.say(TESS, 'note #1 workaround "PayPal works"')
    await stage.work()
    (renewed,) = stage.chat.cards.values()
    assert renewed.title == message_of(card).title
    assert renewed.say is not None
    assert renewed.say.endswith("Meanwhile: PayPal works")


async def test_a_snoozed_problem_opens_no_ticket_until_it_wakes(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, "snooze #1 2 reports")
    await stage.say(BEN, DECLINED)
    await stage.work()
    assert not stage.tracker.tickets
    await stage.say(CEM, DECLINED)
    await stage.work()
    assert len(stage.tracker.tickets) == 1
    assert (await stage.problem(1)).status is ProblemStatus.OPEN


async def test_a_snooze_until_a_date_ends_with_it(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, "snooze #1 3d")
    stage.pass_time(days=2)
    await stage.housekeeping.wake_sleepers(stage.now)
    assert (await stage.problem(1)).status is ProblemStatus.SNOOZED
    stage.pass_time(days=1)
    await stage.housekeeping.wake_sleepers(stage.now)
    assert (await stage.problem(1)).status is ProblemStatus.OPEN


@pytest.mark.parametrize(
    "command",
    ["merge #1 #2", "split #1 r1", "snooze #1 3d", "status #1 fixed", 'note #1 customer "x"', "triage", "outbox"],
)
async def test_an_agent_may_not_do_what_is_for_triagers(apart_stage: Stage, command: str) -> None:
    await apart_stage.say(ANA, DECLINED)
    await apart_stage.say(ANA, RESET)
    before = [await apart_stage.problem(1), await apart_stage.problem(2)]
    refused = message_of(await apart_stage.say(BEN, command))
    assert refused.title.startswith("Only triagers may")
    assert [await apart_stage.problem(1), await apart_stage.problem(2)] == before


async def test_an_agent_is_offered_no_triagers_act(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    assert message_of(await stage.say(ANA, "show #1")).actions == ()
    usages = [fact.name for fact in message_of(await stage.say(ANA, "help")).facts]
    assert not any(usage.startswith(("merge", "status", "snooze")) for usage in usages)
    assert any(usage.startswith("merge") for usage in (f.name for f in message_of(await stage.say(TESS, "help")).facts))


async def test_a_triager_takes_and_fixes_with_buttons(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    shown = await stage.say(TESS, "show #1")
    taken = await stage.press(TESS, button(shown, "Take"))
    assert (await stage.problem(1)).status is ProblemStatus.ACKNOWLEDGED
    await stage.press(TESS, button(taken, "Fixed"))
    assert (await stage.problem(1)).status is ProblemStatus.FIXED


async def test_a_forms_merge_names_the_field_that_is_wrong(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    form = (await stage.press(TESS, button(await stage.say(TESS, "show #1"), "Merge…"))).form
    assert form is not None
    reply = await stage.submit(TESS, form.name, form.value, {"into": "somewhere"})
    assert [error.field for error in reply.errors] == ["into"]


async def test_the_chosen_reports_are_split_off_into_one_problem(stage: Stage) -> None:
    for agent in (ANA, BEN, CEM, TESS):
        await stage.say(agent, DECLINED)
    form = (await stage.press(TESS, button(await stage.say(TESS, "show #1"), "Split…"))).form
    assert form is not None
    shown = message_of(await stage.submit(TESS, form.name, form.value, {"reports": "r4,r2"}))
    assert (await stage.count(1), await stage.count(2)) == (2, 2)
    assert shown.title.startswith("#2 · ")


@pytest.mark.parametrize("chosen", ["", "r1,r2"])
async def test_a_choice_that_splits_nothing_is_told_at_its_field(stage: Stage, chosen: str) -> None:
    for agent in (ANA, BEN):
        await stage.say(agent, DECLINED)
    reply = await stage.submit(TESS, "split", "1", {"reports": chosen})
    assert [error.field for error in reply.errors] == ["reports"]
    assert await stage.count(1) == 2


async def test_a_problem_of_one_report_has_nothing_to_split(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    told = message_of(await stage.press(TESS, button(await stage.say(TESS, "show #1"), "Split…")))
    assert "one report only" in told.title
