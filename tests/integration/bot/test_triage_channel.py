from dataclasses import replace

import pytest

from bot.messages import Link, Message
from bot.ports import OpenUnitOfWork
from bot.turn import Turn
from dedupe.values import Thresholds
from escalation.errors import RetryableOutboundError
from escalation.policy import Policy
from escalation.values import ProblemStatus, TicketKey, TicketStatus
from tests.driver import ANA, BEN, CEM, TESS, Stage, button, make_desk, message_of
from tests.integration.bot.conftest import NEVER

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
MAIL = "reset mail never arrives"


def channelled(store: OpenUnitOfWork, **changes: object) -> Stage:
    return Stage(store, replace(make_desk(), triage_channel="C0TRIAGE", **changes))  # type: ignore[arg-type] # named by tests


@pytest.fixture
def stage(store: OpenUnitOfWork) -> Stage:
    """A desk whose triagers have a channel, and which opens no ticket by itself."""
    return channelled(store, policy=Policy(open_reports=None, open_agents=None, open_severity=None))


def shown(stage: Stage, number: int = 1) -> Message:
    return stage.triage.shown["default", number]


def fact(message: Message, name: str) -> str:
    return next(each.value for each in message.facts if each.name == name)


def thread(stage: Stage, number: int = 1) -> list[str]:
    return [" | ".join(filter(None, [each.title, each.text, *(quote.text for quote in each.quotes)]))
            for each in stage.triage.threads.get(("default", number), [])]  # fmt: skip


async def report(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.work()


async def with_ticket(stage: Stage) -> TicketKey:
    await report(stage)
    await stage.press(TESS, button(shown(stage), "Open ticket"))
    await stage.work()
    (key,) = stage.tracker.tickets
    stage.pass_time(minutes=5)
    return key


async def test_a_problem_has_one_message_that_counts_its_reports(stage: Stage) -> None:
    for agent in (ANA, BEN, CEM):
        await stage.say(agent, DECLINED)
        await stage.work()
    assert list(stage.triage.shown) == [("default", 1)]
    assert fact(shown(stage), "Reports") == "3 by 3 agents"
    assert thread(stage) == []


async def test_the_message_has_a_fixed_layout_from_its_first_report_on(stage: Stage) -> None:
    await report(stage)
    first = shown(stage)
    await stage.say(BEN, DECLINED)
    await stage.say(TESS, "snooze #1 3d")
    await stage.work()
    names = ["Reports", "Customers", "First seen", "Last seen", "Service", "Taken by"]
    assert [each.name for each in first.facts] == [each.name for each in shown(stage).facts] == names
    assert [each.label for each in first.actions] == [
        "Take", "Open ticket", "Merge…", "Split…", "Snooze…", "Note…",
    ]  # fmt: skip
    assert [each.label for each in shown(stage).actions] == ["Take", "Merge…", "Split…", "Wake", "Note…"]


async def test_a_desk_without_a_channel_shows_nothing(store: OpenUnitOfWork) -> None:
    stage = Stage(store)
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, "snooze #1 3d")
    await stage.work()
    assert stage.triage.shown == {}


async def test_a_test_report_alone_is_not_shown(stage: Stage) -> None:
    await stage.say(ANA, f"test: {DECLINED}")
    await stage.work()
    assert stage.triage.shown == {}


async def test_a_problem_is_shown_once_its_agent_was_asked(store: OpenUnitOfWork) -> None:
    stage = channelled(store, thresholds=Thresholds(same=NEVER, ask=0.01))
    await report(stage)
    asked = await stage.say(BEN, "card is declined at checkout ERR-4012")
    await stage.work()
    assert list(stage.triage.shown) == [("default", 1)]
    await stage.press(BEN, button(asked, "None of these"))
    await stage.work()
    assert list(stage.triage.shown) == [("default", 1), ("default", 2)]


async def test_who_takes_a_problem_is_named_in_the_message_and_once_in_the_thread(stage: Stage) -> None:
    await report(stage)
    await stage.press(TESS, button(shown(stage), "Take"))
    await stage.work()
    await stage.say(BEN, DECLINED)
    await stage.work()
    assert fact(shown(stage), "Taken by") == "Tess"
    assert "Take" not in [each.label for each in shown(stage).actions]
    assert thread(stage) == ["Tess took it"]


async def test_an_agent_who_presses_a_triagers_button_is_told_and_nothing_changes(stage: Stage) -> None:
    await report(stage)
    reply = message_of(await stage.press(ANA, button(shown(stage), "Take")))
    assert reply.title.startswith("Only triagers may take problems")
    assert (await stage.problem(1)).owner is None


async def test_a_triager_opens_the_ticket_that_the_counts_do_not_open(stage: Stage) -> None:
    key = await with_ticket(stage)
    assert "Tess asked for it" in stage.tracker.tickets[key].draft.body
    assert (shown(stage).link or Link(label="", url="")).label == key
    assert "Open ticket" not in [each.label for each in shown(stage).actions]
    assert thread(stage) == ["Tess opens a ticket"]


async def test_a_ticket_is_opened_once_however_often_the_button_is_pressed(stage: Stage) -> None:
    await report(stage)
    pressed = button(shown(stage), "Open ticket")
    await stage.press(TESS, pressed)
    again = message_of(await stage.press(TESS, pressed))
    await stage.work()
    late = message_of(await stage.press(TESS, pressed))
    assert again.title == "A ticket for #1 is being opened already."
    assert late.title == "#1 has a ticket already: FAKE-1."
    assert len(stage.tracker.tickets) == 1


@pytest.mark.parametrize("words", ["snooze #1 3d", "status #1 fixed"])
async def test_what_sleeps_or_has_ended_gets_no_ticket(stage: Stage, words: str) -> None:
    await report(stage)
    await stage.say(TESS, words)
    assert message_of(await stage.say(TESS, "ticket #1")).title.endswith("Give it another status first, or wake it.")


async def test_what_a_triager_answers_in_the_thread_is_a_comment_in_the_ticket_and_does_not_come_back(
    stage: Stage,
) -> None:
    key = await with_ticket(stage)
    reply = await stage.conversation.comment(stage.turn(TESS), 1, "Also on the app. Call me: 07700 900123")
    await stage.work()
    await stage.news.heard(None, [key])
    await stage.work()
    assert message_of(reply).title == f"Sent to {key}"
    assert list(stage.tracker.tickets[key].comments.values()) == ["Tess: Also on the app. Call me: [phone]"]
    assert thread(stage) == ["Tess opens a ticket"]


async def test_a_delivery_that_comes_again_comments_once(stage: Stage) -> None:
    key = await with_ticket(stage)
    turn = replace(stage.turn(TESS), delivery="E1")
    for _ in range(2):
        await stage.conversation.comment(turn, 1, "Also on the app")
    await stage.work()
    assert len(stage.tracker.tickets[key].comments) == 1


async def test_only_a_triager_comments_and_only_where_there_is_a_ticket(stage: Stage) -> None:
    await report(stage)
    early = message_of(await stage.say(TESS, "comment #1 seen on all tills"))
    await stage.press(TESS, button(shown(stage), "Open ticket"))
    await stage.work()
    refused = message_of(await stage.conversation.comment(stage.turn(ANA), 1, "me too"))
    assert early.title.startswith("#1 has no ticket yet")
    assert refused.title.startswith("Only triagers may comment")


async def test_what_it_says_in_the_ticket_comes_into_the_thread_once_and_masked(stage: Stage) -> None:
    key = await with_ticket(stage)
    await stage.ticket_hears(key, "Gateway restarted.\nAsk 07700 900123")
    stage.pass_time(minutes=5)
    await stage.news.heard(None, [key])
    await stage.news.follow(stage.tracker.tickets[key].state)
    await stage.work()
    assert thread(stage) == ["Tess opens a ticket", "Jo in FAKE-1 | Gateway restarted.\nAsk [phone]"]


async def test_a_ticket_that_moves_is_told_in_the_thread(stage: Stage) -> None:
    key = await with_ticket(stage)
    await stage.ticket_changes(stage.tracker.put_to(key, TicketStatus.DONE, "Fixed"))
    await stage.work()
    assert thread(stage)[-1] == "techissue moved the ticket | FAKE-1: open → fixed"
    assert shown(stage).tone.value == "fixed"


async def test_a_merged_problem_says_where_it_went_and_is_a_problem_again_when_that_is_undone(stage: Stage) -> None:
    await report(stage)
    await stage.say(BEN, MAIL)
    await stage.work()
    await stage.say(TESS, "merge #2 #1")
    await stage.work()
    assert shown(stage, 2).text == "Merged into #1."
    assert shown(stage, 2).actions == ()
    await stage.say(TESS, "undo")
    await stage.work()
    assert shown(stage, 2).text.startswith("Open")


async def test_a_channel_that_is_busy_is_told_everything_later_and_once(stage: Stage) -> None:
    await report(stage)
    stage.triage.failure = RetryableOutboundError("busy")
    await stage.say(TESS, 'note #1 workaround "pay by phone"')
    await stage.say(TESS, "status #1 in progress")
    await stage.work()
    stage.triage.failure = None
    stage.pass_time(minutes=1)
    await stage.work()
    assert thread(stage) == ["Tess noted a workaround | pay by phone", "Tess set it to in progress"]


async def test_where_it_was_said_is_linked_in_the_message_the_list_and_the_ticket(stage: Stage) -> None:
    link = "https://example.slack.com/archives/C1/p1700000000000100"
    turn = Turn(person=ANA, desk="default", now=stage.now, origin="web", link=link)
    await stage.conversation.log(turn, DECLINED)
    await stage.work()
    (quote,) = shown(stage).quotes
    assert (quote.text, quote.url) == (DECLINED, link)
    (listed,) = message_of(await stage.say(TESS, "reports #1")).choices
    assert listed.link is not None
    assert listed.link.url == link
    await stage.press(TESS, button(shown(stage), "Open ticket"))
    await stage.work()
    (ticket,) = stage.tracker.tickets.values()
    assert f"Said in the chat: {link}" in ticket.draft.body


async def test_a_link_that_is_none_is_not_kept(stage: Stage) -> None:
    turn = Turn(person=ANA, desk="default", now=stage.now, origin="web", link="javascript:alert(1)")
    await stage.conversation.log(turn, DECLINED)
    (listed,) = message_of(await stage.say(TESS, "reports #1")).choices
    assert listed.link is None


async def test_what_was_done_before_there_was_a_channel_is_not_told_again(store: OpenUnitOfWork) -> None:
    early = Stage(store)
    await early.say(ANA, DECLINED)
    await early.say(TESS, "status #1 in progress")
    await early.work()
    stage = channelled(store)
    await stage.say(BEN, DECLINED)
    await stage.work()
    assert (await stage.problem(1)).status is ProblemStatus.IN_PROGRESS
    assert "Tess set it to in progress" not in thread(stage)
