"""Where answers and updates go, and how they are renewed."""

from datetime import timedelta
from typing import Any

from adapters.slack.refill import refilled
from bot.messages import Message
from dedupe.values import ReportId
from escalation.values import PersonId
from tests.slack_rig.pair import Pair
from tests.slack_rig.proxy import Fault
from tests.slack_rig.signed import ts
from tests.slack_rig.workspace import ANA, BEN, CEM, SUPPORT, TRIAGE, words_of

CARD = "card payment fails at the last step, ERR-4012"


async def report_in_direct_message(slack: Pair, user: str = ANA, text: str = CARD) -> str:
    channel = await slack.workspace.direct(user)
    event = {"type": "message", "channel_type": "im", "user": user, "channel": channel, "text": text, "ts": ts()}
    await slack.one.door.event(event)
    await slack.settle()
    return channel


async def set_status(slack: Pair, status: str) -> None:
    await slack.one.door.command(CEM, f"status #1 {status}", url=slack.proxy.response_url("cem"))
    await slack.settle()


def pressed(name: str, value: str, *, url: str, ephemeral: bool = True, channel: str = SUPPORT) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "container": {"type": "message", "message_ts": ts(), "channel_id": channel, "is_ephemeral": ephemeral},
        "channel": {"id": channel},
        "response_url": url,
        "actions": [{"type": "button", "action_id": f"press:1:{name}", "value": f"default|{value}", "action_ts": ts()}],
    }


async def test_updates_of_a_report_are_one_thread_below_its_card_and_the_card_is_renewed(slack: Pair) -> None:
    channel = await report_in_direct_message(slack)
    await set_status(slack, "in progress")
    await set_status(slack, "fixed")
    card, working, fixed = await slack.workspace.messages(channel)
    assert "Fixed" in words_of(card)
    assert [each["thread_ts"] for each in (working, fixed)] == [card["ts"], card["ts"]]
    assert ["is being worked on" in words_of(working), "is fixed" in words_of(fixed)] == [True, True]
    assert [each.get("reply_broadcast") for each in slack.posted_in(channel)] == [None, True, True]


async def test_who_reported_in_a_channel_is_told_by_direct_message_once_there_is_something_to_tell(
    slack: Pair,
) -> None:
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    channel = await slack.workspace.direct(ANA)
    assert slack.posted_in(channel) == []
    await set_status(slack, "in progress")
    await set_status(slack, "fixed")
    first, second = await slack.workspace.messages(channel)
    assert "Works now" in words_of(first)
    assert second["thread_ts"] == first["ts"]


async def test_an_answer_whose_button_was_pressed_is_renewed_in_its_place(slack: Pair) -> None:
    for user in (ANA, BEN):
        await slack.one.door.command(user, CARD, url=slack.proxy.response_url(user))
        await slack.settle()
    url = slack.proxy.response_url("pressed")
    await slack.one.door.interact(pressed("not-same", "2", url=url), user=BEN)
    await slack.settle()
    await slack.one.door.command(CEM, "status #2 in progress", url=slack.url)
    await slack.settle()
    said = [each for each in slack.proxy.called("respond") if each["url"] == url]
    assert [(each["replace_original"], each["response_type"]) for each in said] == [(True, "ephemeral")] * 2
    assert "In progress" in words_of(said[-1])


async def test_details_that_were_added_take_the_place_of_the_card_they_were_added_to(slack: Pair) -> None:
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    url = slack.proxy.response_url("pressed")
    slack.proxy.answers["views.open"] = {"ok": True, "view": {"id": "V1"}}
    await slack.one.door.interact(pressed("details", "1", url=url), user=ANA)
    await slack.settle()
    view = slack.proxy.called("views.open")[-1]["view"]
    service = {"value": "Payments", "text": {"type": "plain_text", "text": "Payments"}}
    values = {"field:service": {"typed": {"type": "static_select", "selected_option": service}}}
    filled = {**view, "id": "V1", "hash": "1", "state": {"values": values}}
    await slack.one.door.interact({"type": "view_submission", "view": filled}, user=ANA)
    await slack.settle()
    said = [each for each in slack.proxy.called("respond") if each["url"] == url]
    assert [each["replace_original"] for each in said] == [True]


async def test_an_answers_address_is_not_used_more_often_than_slack_allows(slack: Pair) -> None:
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    url = slack.proxy.response_url("pressed")
    assert slack.one.product.slack is not None
    places = slack.one.product.slack.places
    person = PersonId(f"slack:{ANA}")
    await places.put_url(ReportId(1), person, url, shown="", now=slack.one.clock())
    for number in range(8):
        message = Message(title="card", text=f"step {number}")
        await slack.one.product.slack.platform.renew(person, ReportId(1), message)
    assert len([each for each in slack.proxy.called("respond") if each["url"] == url]) == 4


async def test_an_answers_address_is_not_used_after_half_an_hour(slack: Pair) -> None:
    assert slack.one.product.slack is not None
    person = PersonId(f"slack:{ANA}")
    url = slack.proxy.response_url("old")
    await slack.one.product.slack.places.put_url(ReportId(1), person, url, shown="", now=slack.one.clock())
    slack.one.clock.ahead += timedelta(minutes=31)
    await slack.one.product.slack.platform.renew(person, ReportId(1), Message(title="card"))
    assert slack.proxy.called("respond") == []


async def test_counts_leave_uses_of_the_address_for_what_an_agent_must_know(slack: Pair) -> None:
    assert slack.one.product.slack is not None
    platform, places = slack.one.product.slack.platform, slack.one.product.slack.places
    person = PersonId(f"slack:{ANA}")
    url = slack.proxy.response_url("counted")
    await places.put_url(ReportId(1), person, url, shown="", now=slack.one.clock())
    for count in range(10):
        await platform.renew(person, ReportId(1), Message(title=f"{count} reports", text="Open"))
    await platform.renew(person, ReportId(1), Message(title="11 reports", text="Fixed"))
    said = [words_of(each) for each in slack.proxy.called("respond")]
    assert len(said) == 4 - 2 + 1
    assert "Fixed" in said[-1]


async def test_a_person_who_left_is_told_nothing_and_holds_up_nobody(slack: Pair) -> None:
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    slack.proxy.faults["conversations.open"] = [Fault(status=200, retry_after=None, error="user_disabled")] * 3
    await set_status(slack, "fixed")
    async with slack.one.product.open_work(read_only=True) as work:
        assert await work.outbox.listing(parked_only=False, limit=10) == []


async def test_a_triage_message_that_somebody_deleted_is_posted_anew(slack: Pair) -> None:
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    slack.proxy.faults["chat.update"] = [Fault(status=200, retry_after=None, error="message_not_found")]
    await set_status(slack, "acknowledged")
    shown = [each for each in slack.posted_in(TRIAGE) if "thread_ts" not in each]
    assert len(shown) == 2
    assert "Acknowledged" in words_of(shown[-1])


async def test_a_triager_logs_a_message_by_a_reaction_for_the_one_who_wrote_it(slack: Pair) -> None:
    where = ts()
    slack.proxy.answers["conversations.replies"] = {"ok": True, "messages": [{"ts": where, "user": ANA, "text": CARD}]}
    slack.proxy.answers["chat.getPermalink"] = {"ok": True, "permalink": "https://northwind.slack.com/archives/C1/p1"}
    reaction = {
        "type": "reaction_added",
        "user": CEM,
        "reaction": "hammer_and_wrench",
        "item_user": ANA,
        "item": {"type": "message", "channel": SUPPORT, "ts": where},
    }
    await slack.one.door.event(reaction)
    await slack.other.door.event({**reaction, "user": ANA})
    await slack.settle()
    async with slack.one.product.open_work(read_only=True) as work:
        reports = await work.reports.by_person("default", PersonId(f"slack:{ANA}"), 10)
    assert [report.text for report in reports] == [CARD]
    assert reports[0].link == "https://northwind.slack.com/archives/C1/p1"


async def test_a_wish_on_the_home_tab_is_kept(slack: Pair) -> None:
    await slack.one.door.event({"type": "app_home_opened", "user": ANA, "tab": "home", "channel": "D1"})
    await slack.settle()
    view = slack.proxy.called("views.publish")[0]["view"]
    wish = next(block for block in view["blocks"] if "updates" in str(block.get("block_id")))
    element = wish.get("element") or wish.get("accessory") or wish["elements"][0]
    chosen = next(each for each in element["options"] if each["value"] == "none")
    action = {"action_id": element["action_id"], "block_id": wish["block_id"], "selected_option": chosen}
    state = {"values": {wish["block_id"]: {element["action_id"]: {"type": element["type"], "selected_option": chosen}}}}
    body = {"type": "block_actions", "view": {**view, "id": "V1", "state": state}, "actions": [action]}
    await slack.one.door.interact(body, user=ANA)
    await slack.settle()
    async with slack.one.product.open_work(read_only=True) as work:
        assert (await work.people.wanted_updates(PersonId(f"slack:{ANA}"))).value == "none"
    assert len(slack.proxy.called("views.publish")) == 2


def test_a_form_that_was_taken_away_comes_back_as_it_was_filled_in() -> None:
    block = {"type": "input", "block_id": "field:text", "element": {"type": "plain_text_input", "action_id": "typed"}}
    choice = {"type": "input", "block_id": "field:mood", "element": {"type": "static_select", "action_id": "typed"}}
    several = {"type": "input", "block_id": "field:reports", "element": {"type": "checkboxes", "action_id": "typed"}}
    angry = {"text": {"type": "plain_text", "text": "Angry"}, "value": "angry"}
    values = {
        "field:text": {"typed": {"type": "plain_text_input", "value": CARD}},
        "field:mood": {"typed": {"type": "static_select", "selected_option": angry}},
        "field:reports": {"typed": {"type": "checkboxes", "selected_options": [angry]}},
    }
    view = {"id": "V1", "hash": "1", "type": "modal", "callback_id": "report", "private_metadata": "{}"}
    back = refilled({**view, "blocks": [block, choice, several], "state": {"values": values}}, "Check the time.")
    assert "id" not in back
    assert "Check the time." in words_of(back)
    assert back["blocks"][1]["element"]["initial_value"] == CARD
    assert back["blocks"][2]["element"]["initial_option"] == angry
    assert back["blocks"][3]["element"]["initial_options"] == [angry]
