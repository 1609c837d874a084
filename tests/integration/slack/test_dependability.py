"""What makes Slack dependable: each delivery once, nobody from elsewhere, and waiting when it asks to be left alone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.messages import Message
from dedupe.values import ReportId
from escalation.errors import RetryableOutboundError
from escalation.values import PersonId
from tests.slack_rig.pair import Pair
from tests.slack_rig.proxy import Fault
from tests.slack_rig.signed import ts
from tests.slack_rig.workspace import ANA, BEN, ELSEWHERE, SUPPORT, TRIAGE

CARD = "card payment fails at the last step, ERR-4012"


def spoken(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "app_mention", "user": ANA, "channel": SUPPORT, "text": f"<@U0BOT> {text}", "ts": ts(), **more}


async def test_an_event_that_comes_to_two_processes_at_once_is_one_report_and_one_answer(on_either: Pair) -> None:
    slack = on_either
    event = spoken(CARD)
    answers = await asyncio.gather(
        *(here.door.event(event, event_id="Ev1", retry=at or None) for at, here in enumerate((slack.one, slack.other)))
    )
    await slack.settle()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert await slack.reports() == 1
    assert len(slack.proxy.called("chat.postEphemeral")) == 1


async def test_an_event_that_comes_again_later_is_not_answered_again(slack: Pair) -> None:
    event = spoken(CARD)
    for retry in (None, 1, 2, 3):
        await slack.one.door.event(event, event_id="Ev1", retry=retry)
        await slack.settle()
    assert await slack.reports() == 1
    assert len(slack.proxy.called("chat.postEphemeral")) == 1


async def test_a_direct_message_that_comes_again_is_answered_once(on_either: Pair) -> None:
    slack = on_either
    channel = await slack.workspace.direct(ANA)
    event = {"type": "message", "channel_type": "im", "user": ANA, "channel": channel, "text": CARD, "ts": ts()}
    await asyncio.gather(slack.one.door.event(event), slack.other.door.event(event, retry=1))
    await slack.settle()
    assert await slack.reports() == 1
    assert len(slack.proxy.called("chat.postMessage")) - len(slack.posted_in(TRIAGE)) == 1


async def test_a_command_typed_twice_within_a_minute_is_one_report(on_either: Pair) -> None:
    slack = on_either
    await asyncio.gather(
        slack.one.door.command(ANA, CARD, url=slack.url), slack.other.door.command(ANA, CARD, url=slack.url)
    )
    await slack.settle()
    assert await slack.reports() == 1
    assert len(slack.proxy.called("respond")) == 2


async def test_a_button_whose_press_comes_twice_acts_once(on_either: Pair) -> None:
    slack = on_either
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    await slack.one.door.command(BEN, CARD, url=slack.url)
    await slack.settle()
    press = {
        "type": "block_actions",
        "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": ts(), "channel_id": SUPPORT, "is_ephemeral": True},
        "channel": {"id": SUPPORT},
        "response_url": slack.url,
        "actions": [{"type": "button", "action_id": "press:1:not-same", "value": "default|2", "action_ts": "9.9"}],
    }
    await asyncio.gather(*(here.door.interact(press, user=BEN) for here in (slack.one, slack.other)))
    await slack.settle()
    async with slack.one.product.open_work(read_only=True) as work:
        problems = await work.problems.listing("default", include_ended=True)
    assert len(problems) == 2


async def test_a_form_that_is_sent_twice_is_one_report(on_either: Pair) -> None:
    slack = on_either
    form = {
        "type": "view_submission",
        "view": {
            "id": "V1",
            "hash": "1.a",
            "type": "modal",
            "callback_id": "report",
            "private_metadata": '{"desk": "default", "value": ""}',
            "blocks": [],
            "state": {"values": {"field:text": {"typed": {"type": "plain_text_input", "value": CARD}}}},
        },
    }
    answers = await asyncio.gather(*(here.door.interact(form, user=ANA) for here in (slack.one, slack.other)))
    await slack.settle()
    assert [answer.text for answer in answers] == ["", ""]
    assert await slack.reports() == 1


@pytest.mark.parametrize("of", ["another team", "another channel"])
async def test_a_command_from_elsewhere_gets_one_sentence_and_is_written_down(slack: Pair, of: str) -> None:
    more = {"team_id": "T99OTHER"} if of == "another team" else {"channel_id": ELSEWHERE}
    answer = await slack.one.door.command(ANA, CARD, url=slack.url, **more)
    await slack.settle()
    assert "not open to" in answer.json()["text"]
    assert await slack.reports() == 0
    assert slack.proxy.called("respond") == []
    assert await slack.unbound_acts() == ["refused"]


async def test_what_people_say_to_each_other_is_neither_answered_nor_written_down(slack: Pair) -> None:
    talk = {"type": "message", "channel_type": "channel", "user": ANA, "channel": ELSEWHERE, "text": "hi", "ts": ts()}
    await slack.one.door.event(talk)
    await slack.one.door.event({**talk, "thread_ts": ts(), "channel": SUPPORT})
    changed = {"type": "message", "subtype": "message_changed", "channel": SUPPORT, "message": talk}
    assert (await slack.one.door.event(changed)).status_code == 200
    await slack.settle()
    assert await slack.unbound_acts() == []
    assert await slack.reports() == 0


async def test_an_answer_that_slack_does_not_take_reaches_the_agent_when_it_does(slack: Pair) -> None:
    slack.proxy.faults["respond"] = [Fault(status=429, retry_after=20)]
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    assert slack.posted_in(await slack.workspace.direct(ANA)) == []
    slack.one.clock.ahead += timedelta(seconds=21)
    await slack.settle()
    told = slack.posted_in(await slack.workspace.direct(ANA))
    assert ["first report" in str(each["blocks"]) for each in told] == [True]


async def test_while_slack_asks_to_be_left_alone_it_is_and_then_the_work_is_done(slack: Pair) -> None:
    slack.proxy.faults["chat.postMessage"] = [Fault(status=429, retry_after=40)]
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.settle()
    await slack.one.product.loop.drain()
    assert len(slack.posted_in(TRIAGE)) == 1
    async with slack.one.product.open_work(read_only=True) as work:
        waiting = await work.outbox.listing(parked_only=False, limit=10)
    assert [(item.kind, item.available_at > slack.one.product.clock()) for item in waiting] == [("triage", True)]


async def test_a_message_whose_answer_was_lost_is_not_posted_again(slack: Pair) -> None:
    assert slack.one.product.slack is not None
    platform = slack.one.product.slack.platform
    person = PersonId(f"slack:{ANA}")
    channel = await slack.workspace.direct(ANA)
    slack.proxy.faults["chat.postMessage"] = [Fault(status=502, retry_after=None)]
    with pytest.raises(RetryableOutboundError):
        await platform.tell(person, Message(title="It is fixed"), about=ReportId(1), mark="7")
    mark = {"event_type": "techissue_said", "event_payload": {"mark": f"told:{person}:7"}}
    there = {"ok": True, "messages": [{"ts": "1.1"}, {"ts": "2.2", "metadata": mark}]}
    slack.proxy.answers["conversations.history"] = there
    for _ in range(2):
        await platform.tell(person, Message(title="It is fixed"), about=ReportId(1), mark="7")
    assert len(slack.posted_in(channel)) == 1


async def test_a_person_of_a_user_group_may_do_what_the_group_may(slack: Pair) -> None:
    slack.proxy.groups["S01TRIAGE"] = [BEN]
    await slack.one.door.command(ANA, CARD, url=slack.url)
    await slack.one.door.command(BEN, "status #1 fixed", url=slack.url)
    await slack.one.door.command(ANA, "status #1 open", url=slack.url)
    await slack.settle()
    said = [str(each["text"]) for each in slack.proxy.called("respond")]
    assert any("Fixed" in each for each in said)
    assert any("Only triagers" in each for each in said)
