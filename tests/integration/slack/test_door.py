"""What Slack posts and no workspace here does: shortcuts, typing, suggestions, retries, forgeries, other workspaces."""

from typing import Any

import pytest

from tests.integration.slack.conftest import IN_ONE_LOOP
from tests.slack_rig.product import SlackRig
from tests.slack_rig.signed import ts
from tests.slack_rig.workspace import ANA, BEN, BOT, CEM, ELSEWHERE, SECRET, SUPPORT, TEAM, buttons_of, words_of

pytestmark = IN_ONE_LOOP
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _views(http_rig: SlackRig) -> None:
    """Nobody opened these views in the workspace, so it does not know them."""
    for method in ("views.open", "views.update", "views.push"):
        http_rig.proxy.answers[method] = {"ok": True, "view": {"id": "V1", "hash": "h1"}}
    http_rig.proxy.calls.clear()


async def opened_form(rig: SlackRig) -> Json:
    """The form, once it is filled."""
    await rig.proxy.wait_for("views.open")
    (filled, *_) = await rig.proxy.wait_for("views.update")
    view: Json = filled["view"]
    return view


def with_state(view: Json, **fields: str) -> Json:
    """The view with what a person put into its fields."""
    values = {
        f"field:{name}": {"typed": {"type": "plain_text_input", "value": value}} for name, value in fields.items()
    }
    return {**view, "id": "V1", "hash": ts(), "state": {"values": values}}


async def said(rig: SlackRig, url: str, words: str) -> Json:
    """The answer that was given by this address with these words in it."""
    for count in range(1, 6):
        for answer in await rig.proxy.wait_for("respond", count):
            if answer["url"] == url and words in words_of(answer) + answer.get("text", ""):
                return answer
    raise AssertionError(f"nothing with “{words}” was said by {url}")


@pytest.mark.parametrize("age", [301, -301])
async def test_a_request_too_old_or_from_the_future_is_refused(http_rig: SlackRig, age: int) -> None:
    assert (await http_rig.door.post("{}", "application/json", age=age)).status_code == 401


async def test_a_forged_signature_is_refused(http_rig: SlackRig) -> None:
    answer = await http_rig.door.post("command=/techissue&text=x", "application/x-www-form-urlencoded", secret="other")
    assert answer.status_code == 401
    assert http_rig.proxy.calls == []


async def test_an_unsigned_request_is_refused(http_rig: SlackRig) -> None:
    answer = await http_rig.workspace.client.post(http_rig.door.address, content="{}")
    assert answer.status_code == 401


async def test_a_command_is_answered_by_its_own_address(http_rig: SlackRig) -> None:
    url = http_rig.proxy.response_url("one")
    answer = await http_rig.door.command(ANA, "the fax gateway rejects every page, code F-31", url=url)
    assert answer.status_code == 200
    card = await said(http_rig, url, "first report")
    assert card["response_type"] == "ephemeral"


async def test_a_command_sent_again_is_one_report(http_rig: SlackRig) -> None:
    first, second = http_rig.proxy.response_url("two"), http_rig.proxy.response_url("three")
    text = "voucher codes are refused as used, code V-90"
    await http_rig.door.command(ANA, text, url=first)
    await said(http_rig, first, "first report")
    await http_rig.door.command(ANA, text, url=second)
    assert "it is logged once" in words_of(await said(http_rig, second, "a moment ago"))


async def test_the_command_alone_opens_the_form_before_anything_else(http_rig: SlackRig) -> None:
    await http_rig.door.command(ANA, "", url=http_rig.proxy.response_url("four"), trigger_id="t.4")
    view = await opened_form(http_rig)
    views = [call.method for call in http_rig.proxy.calls if call.method.startswith(("views.", "users."))]
    assert views[0] == "views.open"
    assert http_rig.proxy.called("views.open")[0]["trigger_id"] == "t.4"
    names = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert names[:5] == [f"field:{name}" for name in ("text", "service", "customer", "severity", "mood")]


async def test_the_global_shortcut_opens_the_form(http_rig: SlackRig) -> None:
    await http_rig.door.interact({"type": "shortcut", "callback_id": "report_issue"}, user=ANA)
    assert (await opened_form(http_rig))["callback_id"] == "report"


async def test_the_shortcut_on_a_message_takes_its_text_and_keeps_a_link(http_rig: SlackRig) -> None:
    where = await http_rig.workspace.say(ANA, SUPPORT, "customers cannot reset their PIN, PIN-5")
    payload = {
        "type": "message_action",
        "callback_id": "report_message",
        "channel": {"id": SUPPORT, "name": "support"},
        "message": {"type": "message", "user": ANA, "text": "customers cannot reset their PIN, PIN-5", "ts": where},
        "response_url": http_rig.proxy.response_url("five"),
    }
    await http_rig.door.interact(payload, user=BEN)
    view = await opened_form(http_rig)
    field = next(block for block in view["blocks"] if block.get("block_id") == "field:text")
    assert field["element"]["initial_value"] == "customers cannot reset their PIN, PIN-5"
    assert where.replace(".", "") in view["private_metadata"]


async def test_a_submitted_form_is_a_report(http_rig: SlackRig) -> None:
    url = http_rig.proxy.response_url("six")
    await http_rig.door.command(BEN, "", url=url)
    view = await opened_form(http_rig)
    filled = with_state(view, text="loyalty points vanish after login, LP-2", customer="K-77")
    answer = await http_rig.door.interact({"type": "view_submission", "view": filled}, user=BEN)
    assert answer.status_code == 200
    assert not answer.content.strip()
    await said(http_rig, url, "first report")


async def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(http_rig: SlackRig) -> None:
    await http_rig.door.command(BEN, "", url=http_rig.proxy.response_url("seven"))
    view = await opened_form(http_rig)
    filled = with_state(view, text="the app logs customers out, APP-8", occurred_at="once upon a time")
    answer = (await http_rig.door.interact({"type": "view_submission", "view": filled}, user=BEN)).json()
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["field:occurred_at"]


async def test_likely_problems_appear_while_one_types_and_one_press_joins_one(http_rig: SlackRig) -> None:
    url = http_rig.proxy.response_url("eight")
    await http_rig.door.command(ANA, "gift cards cannot be topped up, GC-44 timeout", url=url)
    await said(http_rig, url, "first report")
    http_rig.proxy.calls.clear()
    again = http_rig.proxy.response_url("nine")
    await http_rig.door.command(BEN, "", url=again)
    view = with_state(await opened_form(http_rig), text="gift cards cannot be topped up, GC-44")
    typed = {"type": "plain_text_input", "action_id": "typed", "block_id": "field:text", "value": "gift cards"}
    await http_rig.door.interact({"type": "block_actions", "view": view, "actions": [typed]}, user=BEN)
    shown = (await http_rig.proxy.wait_for("views.update", 2))[-1]["view"]
    (same,) = [each for each in buttons_of(shown) if each["text"]["text"] == "Same as this"]
    press = {"type": "button", "action_id": same["action_id"], "value": same["value"], "action_ts": ts()}
    filled = with_state(shown, text="gift cards cannot be topped up, GC-44")
    await http_rig.door.interact({"type": "block_actions", "view": filled, "actions": [press]}, user=BEN)
    await said(http_rig, again, "2nd report")


async def test_services_are_suggested_by_their_aliases(http_rig: SlackRig) -> None:
    payload = {
        "type": "block_suggestion",
        "block_id": "field:service",
        "action_id": "sought",
        "value": "ivr",
        "view": {"id": "V1", "type": "modal", "callback_id": "report", "private_metadata": '{"desk": "default"}'},
    }
    answer = (await http_rig.door.interact(payload, user=ANA)).json()
    assert [each["value"] for each in answer["options"]] == ["Phone line"]


async def test_an_event_that_slack_sends_again_is_one_report(http_rig: SlackRig) -> None:
    where = await http_rig.workspace.say(ANA, SUPPORT, "parcel labels print blank, PL-3")
    event = {
        "type": "app_mention",
        "user": ANA,
        "text": f"<@{BOT}> parcel labels print blank, PL-3",
        "ts": where,
        "channel": SUPPORT,
    }
    for retry in (None, 1, 2):
        assert (await http_rig.door.event(event, event_id="EvSAME", retry=retry)).status_code == 200
    url = http_rig.proxy.response_url("ten")
    await http_rig.door.command(ANA, "find parcel labels", url=url)
    found = words_of(await said(http_rig, url, "parcel labels"))
    assert found.count("parcel labels print blank") == 1
    assert "2 reports" not in found


async def test_another_workspace_gets_one_sentence_and_logs_nothing(http_rig: SlackRig) -> None:
    answer = await http_rig.door.command(
        "U0STRANGER", "let me in", url=http_rig.proxy.response_url("eleven"), team_id="T0OTHER"
    )
    assert answer.json()["text"] == "techissue is not open to your workspace. Nothing was done."


async def test_another_channel_gets_one_sentence(http_rig: SlackRig) -> None:
    url = http_rig.proxy.response_url("twelve")
    answer = await http_rig.door.command(ANA, "let me in", url=url, channel=ELSEWHERE)
    assert "not open to this channel" in answer.json()["text"]


async def test_links_to_a_problem_unfold_into_its_card(http_rig: SlackRig) -> None:
    url = http_rig.proxy.response_url("thirteen")
    await http_rig.door.command(ANA, "terminals ask for a signature twice, SIG-2", url=url)
    card = words_of(await said(http_rig, url, "first report"))
    number = card.partition("#")[2].partition(" ")[0]
    link = f"{http_rig.home}/problems/default/{number}"
    event = {
        "type": "link_shared",
        "user": ANA,
        "channel": SUPPORT,
        "message_ts": ts(),
        "links": [{"domain": "127.0.0.1", "url": link}],
    }
    await http_rig.door.event(event)
    (unfurl,) = await http_rig.proxy.wait_for("chat.unfurl")
    assert "terminals ask for a signature twice" in words_of(unfurl["unfurls"][link])


async def test_a_reaction_by_somebody_else_logs_nothing(http_rig: SlackRig) -> None:
    where = await http_rig.workspace.say(ANA, SUPPORT, "screens flicker at noon, SCR-6")
    item = {"type": "message", "channel": SUPPORT, "ts": where}
    event = {"type": "reaction_added", "reaction": "hammer_and_wrench", "item": item, "item_user": ANA}
    await http_rig.door.event({**event, "user": BEN, "event_ts": ts()})
    await http_rig.door.event({**event, "user": CEM, "event_ts": ts()})
    url = http_rig.proxy.response_url("fourteen")
    await http_rig.door.command(CEM, "find screens flicker", url=url)
    assert words_of(await said(http_rig, url, "SCR-6")).count("SCR-6") == 1


async def test_slack_asks_whether_the_door_is_ours(http_rig: SlackRig) -> None:
    body = '{"type": "url_verification", "challenge": "c-1", "token": "t"}'
    assert "c-1" in (await http_rig.door.post(body, "application/json", secret=SECRET)).text
    assert TEAM
