"""What agents and triagers do in a workspace, and what comes of it, in both modes."""

import asyncio
from typing import Any

from tests.integration.slack.conftest import IN_ONE_LOOP
from tests.slack_rig.product import SlackRig
from tests.slack_rig.workspace import ANA, BEN, BOT, CEM, SUPPORT, TRIAGE, WAIT_SECONDS, buttons_of, words_of

pytestmark = IN_ONE_LOOP
Json = dict[str, Any]


def is_private(message: Json) -> bool:
    return bool(message.get("ephemeral") or message.get("is_ephemeral") or message.get("subtype") == "ephemeral")


def labels(message: Json) -> list[str]:
    return [each["text"]["text"] for each in buttons_of(message)]


def number_in(message: Json) -> str:
    """The problem's number, such as `#3`."""
    return "#" + words_of(message).partition("#")[2].partition(" ")[0]


async def answer_to(rig: SlackRig, channel: str, words: str) -> Json:
    return await rig.workspace.wait_for(channel, lambda each: words in words_of(each))


async def test_a_command_is_answered_privately(rig: SlackRig) -> None:
    answer = await rig.workspace.report(ANA, "card payment fails at the last step, ERR-4012")
    assert "first report" in words_of(answer)
    assert is_private(answer)


async def test_the_same_failure_is_known_to_the_next_agent(rig: SlackRig) -> None:
    await rig.workspace.report(ANA, "the card reader shows error 77 and stays black")
    assert "2nd report" in words_of(await rig.workspace.report(BEN, "card reader shows error 77 and stays black"))


async def test_an_agent_who_says_not_the_same_sees_it_at_once(rig: SlackRig) -> None:
    await rig.workspace.report(ANA, "the booking page shows no dates, BK-12")
    answer = await rig.workspace.report(BEN, "booking page shows no dates, BK-12")
    first = number_in(answer)
    await rig.workspace.press(BEN, answer, "Not the same")
    moved = await rig.workspace.wait_for(
        SUPPORT, lambda each: "first report" in words_of(each) and "booking" in str(each) and number_in(each) != first
    )
    assert number_in(moved) != first


async def test_a_mention_is_a_report_and_answered_to_its_writer_alone(rig: SlackRig) -> None:
    before = {each["ts"] for each in await rig.workspace.messages(SUPPORT)}
    await rig.workspace.say(ANA, SUPPORT, f"<@{BOT}> refunds are stuck in review, RF-31")
    answer = await rig.workspace.wait_for(
        SUPPORT, lambda each: each["ts"] not in before and "Add details" in labels(each)
    )
    assert is_private(answer)


async def test_a_direct_message_is_a_report(rig: SlackRig) -> None:
    channel = await rig.workspace.direct(BEN)
    await rig.workspace.say(BEN, channel, "delivery tracking says unknown, TRK-5")
    answer = await rig.workspace.wait_for(channel, lambda each: "Add details" in labels(each))
    assert not is_private(answer)


async def test_a_reaction_by_the_writer_is_a_report(rig: SlackRig) -> None:
    where = await rig.workspace.say(ANA, SUPPORT, "scanner beeps but nothing is booked, SCN-8")
    before = {each["ts"] for each in await rig.workspace.messages(SUPPORT)}
    await rig.workspace.react(ANA, SUPPORT, where, "hammer_and_wrench")
    answer = await rig.workspace.wait_for(SUPPORT, lambda each: each["ts"] not in before and bool(words_of(each)))
    assert is_private(answer)
    mine = await rig.workspace.report(ANA, "mine")
    assert "scanner beeps but nothing is booked" in words_of(mine)


async def test_home_shows_ones_reports(rig: SlackRig) -> None:
    await rig.workspace.report(BEN, "coupon field is missing, CPN-1")
    await rig.workspace.open_home(BEN)
    for count in range(1, 20):
        published = (await rig.proxy.wait_for("views.publish", count))[-1]
        if published["user_id"] == BEN and "coupon field is missing" in words_of(published["view"]):
            return


async def test_a_triager_takes_a_problem_in_the_triage_channel(rig: SlackRig) -> None:
    number = number_in(await rig.workspace.report(ANA, "the till prints two receipts, TIL-2"))
    message = await answer_to(rig, TRIAGE, f"{number} ·")
    assert {"Take", "Merge…", "Snooze…", "Note…", "Open ticket"} <= set(labels(message))
    await rig.workspace.press(CEM, message, "Take")
    taken = await rig.workspace.wait_for(
        TRIAGE, lambda each: each["ts"] == message["ts"] and "cem" in words_of(each).lower()
    )
    assert "Take" not in labels(taken)
    assert [
        each["ts"] for each in await rig.workspace.messages(TRIAGE) if is_private(each) and number in str(each)
    ] == []


async def test_an_agent_may_not_act_in_the_triage_channel(rig: SlackRig) -> None:
    number = number_in(await rig.workspace.report(ANA, "parcel lockers open the wrong door, LOC-9"))
    message = await answer_to(rig, TRIAGE, f"{number} ·")
    await rig.workspace.press(BEN, message, "Take")
    told = await rig.workspace.wait_for(TRIAGE, lambda each: "Only triagers" in words_of(each) + each.get("text", ""))
    assert is_private(told)


async def test_a_ticket_is_opened_from_the_triage_channel_and_its_reporter_hears_the_outcome(rig: SlackRig) -> None:
    number = number_in(await rig.workspace.report(ANA, "photo upload ends at 99 percent, UPL-7"))
    message = await answer_to(rig, TRIAGE, f"{number} ·")
    await rig.workspace.press(CEM, message, "Open ticket")
    opened = await rig.workspace.wait_for(
        TRIAGE, lambda each: each["ts"] == message["ts"] and "Open ticket" not in labels(each)
    )
    assert "TI-" in words_of(opened)
    await rig.workspace.command(CEM, f"status {number} fixed")
    channel = await rig.workspace.direct(ANA)
    told = await rig.workspace.wait_for(channel, lambda each: "Works now" in labels(each) and number in words_of(each))
    await rig.workspace.press(ANA, told, "Works now")
    await rig.workspace.wait_for(channel, lambda each: each["ts"] == told["ts"] and "Works now" not in labels(each))


async def test_what_a_triager_writes_in_the_thread_reaches_the_ticket(rig: SlackRig) -> None:
    number = number_in(await rig.workspace.report(ANA, "the ivr hangs up after option two, IVR-4"))
    message = await answer_to(rig, TRIAGE, f"{number} ·")
    await rig.workspace.press(CEM, message, "Open ticket")
    opened = await rig.workspace.wait_for(TRIAGE, lambda each: each["ts"] == message["ts"] and "TI-" in words_of(each))
    key = "TI-" + words_of(opened).partition("TI-")[2].split("|")[0].split(">")[0].split()[0]
    await rig.workspace.say(CEM, TRIAGE, "we are restarting the dialler", thread=message["ts"])
    page = ""
    async with asyncio.timeout(WAIT_SECONDS):
        while "we are restarting the dialler" not in page:
            page = (await rig.workspace.client.get(f"{rig.home}/board/{key}")).text
