from typing import Any

import pytest
from hypothesis import given, settings

from adapters.slack.blocks import COPY, SHOW_DETAILS, SlackMessage, render
from adapters.slack.pressed import Pressed, decode
from bot.messages import Action, Choice, Fact, Link, Message, Quote, Tone
from tests.slack_contract import has_contract, refused_message
from tests.unit.slack import wild

SHOUT = "<!channel> @here <@U1> *bold* :tada: ```x```"


def texts_of(value: Any, kind: str) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == kind else []
        return own + [text for each in value.values() for text in texts_of(each, kind)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in texts_of(each, kind)]
    return []


def buttons_of(message: SlackMessage) -> list[dict[str, Any]]:
    rows: list[Any] = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    beside: list[Any] = [block["accessory"] for block in message.blocks if "accessory" in block]
    return [*beside, *(button for row in rows for button in row)]


@settings(max_examples=60)
@given(message=wild.messages)
def test_whatever_is_written_slack_takes_the_message(message: Message) -> None:
    rendered = render(message, desk="default")
    assert refused_message(rendered.text, rendered.blocks) == []


def test_messages_are_held_against_slacks_own_structure() -> None:
    if not has_contract():
        pytest.skip("Slack's published structure of blocks is not here, so only the limits are held")
    assert refused_message("x", [{"type": "section", "txt": "y"}]) != []


@given(words=wild.texts)
def test_no_words_call_anybody_from_a_notification(words: str) -> None:
    text = render(Message(title="Logged", text=words), desk="default").text
    assert "<" not in text
    assert "@channel" not in text.lower()


@pytest.mark.parametrize(
    "words", [SHOUT, "*bold*", "_slant_", "~gone~", "`code`", ":tada:", "> said", "a & b", "<#C1>"]
)
def test_markup_in_peoples_words_is_shown_and_not_obeyed(words: str) -> None:
    message = Message(
        title=words,
        text=words,
        say=words,
        facts=(Fact(name="Said", value=words),),
        quotes=(Quote(text=words, source="Ana"),),
        choices=(Choice(title=words, quote=Quote(text=words)),),
    )
    rendered = render(message, desk="default")
    assert texts_of(rendered.blocks, "mrkdwn") == []
    assert sum(words in text for text in texts_of(rendered.blocks, "plain_text")) >= 5


def test_what_to_tell_the_customer_can_be_copied_as_it_is() -> None:
    words = "We know, & we're on it: <10 minutes."
    (button,) = buttons_of(render(Message(title="#3", say=words), desk="default"))
    assert decode(button["action_id"], button["value"]) == Pressed(name=COPY, value=words, desk="default")


def test_a_button_gives_back_what_it_was_made_of() -> None:
    message = Message(title="?", actions=(Action(name="same", label="Same as this", value="7:3|x"),))
    (button,) = buttons_of(render(message, desk="cards"))
    assert decode(button["action_id"], button["value"]) == Pressed(name="same", value="7:3|x", desk="cards")


@pytest.mark.parametrize(("action_id", "value"), [("other:1:same", "d|1"), ("press:1:", "d|1"), ("press:1:same", "1")])
def test_what_is_no_button_of_the_bot_is_not_taken_for_one(action_id: str, value: str) -> None:
    assert decode(action_id, value) is None


def test_a_button_that_cannot_carry_its_value_is_left_out_rather_than_carry_half_of_it() -> None:
    actions = (Action(name="log", label="Log it", value="y" * 2_100), Action(name="ok", label="OK", value="1"))
    assert [each["text"]["text"] for each in buttons_of(render(Message(title="?", actions=actions), desk="d"))] == [
        "OK"
    ]


def test_details_are_shown_on_request() -> None:
    rendered = render(Message(title="#3", details=("Known · 93%", "+2.1 same code")), desk="d")
    (button,) = buttons_of(rendered)
    pressed = decode(button["action_id"], button["value"])
    assert pressed == Pressed(name=SHOW_DETAILS, value="Known · 93%\n+2.1 same code", desk="d")
    assert "Known" not in "".join(texts_of(rendered.blocks, "plain_text"))


def test_a_tickets_key_in_the_text_is_the_link() -> None:
    message = Message(title="#3", text="OPS-1 In progress", link=Link(label="OPS-1", url="https://j.example/OPS-1?a&b"))
    assert texts_of(render(message, desk="d").blocks, "mrkdwn") == [
        "<https://j.example/OPS-1?a&amp;b|OPS-1> In progress"
    ]


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("#3 · OPS-1 Open", "just now", "*#3 · <https://j.example/1|OPS-1> Open*\njust now"),
        ("#3", "OPS-1 Open", "*#3*\n<https://j.example/1|OPS-1> Open"),
        ("#3", "just now", "*#3* · <https://j.example/1|OPS-1>\njust now"),
    ],
)
def test_a_choice_names_its_ticket_once(title: str, text: str, words: str) -> None:
    choice = Choice(title=title, text=text, link=Link(label="OPS-1", url="https://j.example/1"))
    assert texts_of(render(Message(title="Mine", choices=(choice,)), desk="d").blocks, "mrkdwn") == [words]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/board/x", "https://", "https://a b"])
def test_a_link_that_is_no_web_page_is_only_its_words(url: str) -> None:
    blocks = render(Message(title="#3", link=Link(label="OPS-1", url=url)), desk="d").blocks
    assert texts_of(blocks, "mrkdwn") == []
    assert "OPS-1" in texts_of(blocks, "plain_text")


def test_choices_that_do_not_fit_are_counted() -> None:
    rendered = render(Message(title="Mine", choices=tuple(Choice(title=f"#{n}") for n in range(200))), desk="d")
    shown = [text for text in texts_of(rendered.blocks, "mrkdwn") if text.startswith("*#")]
    assert texts_of(rendered.blocks, "plain_text")[-1] == f"…and {200 - len(shown)} more"
    assert len(shown) > 30


def test_a_card_keeps_its_layout() -> None:
    message = Message(
        title="#12 · 7th report in 3 days",
        text="OPS-88 In progress since 09:10",
        tone=Tone.KNOWN,
        say="We are on it.",
        facts=(Fact(name="Service", value="Payments"),),
        quotes=(Quote(text="card payment fails"),),
        link=Link(label="OPS-88", url="https://jira.example/browse/OPS-88"),
        actions=(Action(name="not-same", label="Not the same", value="1"),),
    )
    kinds = [block["type"] for block in render(message, desk="d").blocks]
    assert kinds == ["header", "section", "section", "section", "section", "actions"]
