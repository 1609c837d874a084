from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given

from adapters.web.clamp import clean
from adapters.web.render import Renderer, safe_link
from adapters.web.transcript import Entry, EntryKind
from bot.messages import Action, Choice, Form, Input, InputKind, Message, Tone
from dedupe.values import ReportId
from escalation.values import PersonId
from tests.unit.web.conftest import HOME
from tests.unit.web.messages import NASTY, forms, messages

RENDERER = Renderer(home=HOME)
OUR_TAGS = {
    *("article", "p", "span", "div", "img", "a", "time", "h2", "h3", "dl", "dt", "dd", "blockquote", "footer"),
    *("button", "ul", "li", "strong", "details", "summary", "form", "label", "textarea", "input", "select", "option"),
    *("fieldset", "legend"),
}


@dataclass
class Seen(HTMLParser):
    """What a browser would make of a piece of HTML."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def look_at(html: str) -> Seen:
    seen = Seen()
    seen.feed("".join(list(html)))  # A plain string: pieces of a Markup would escape what they are joined with.
    seen.close()
    return seen


def assert_only_ours(seen: Seen) -> None:
    for tag, attributes in seen.tags:
        assert tag in OUR_TAGS
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "srcdoc", "formaction"}]
        assert (attributes.get("href") or "").partition(":")[0] in {"", "#", "http", "https"} or (
            attributes["href"] or ""
        ).startswith("/")


@given(messages)
def test_no_message_becomes_markup(message: Message) -> None:
    assert_only_ours(look_at(RENDERER.message(message, slug="ana")))


@given(messages)
def test_every_short_text_of_a_message_can_be_read(message: Message) -> None:
    words = look_at(RENDERER.message(message, slug="ana")).words
    texts = [message.title, message.text, *message.details, *(choice.title for choice in message.choices)]
    for text in texts:
        assert "".join(clean(text).split()) in "".join(words.split())


@given(messages)
def test_every_button_says_what_pressing_it_sends(message: Message) -> None:
    seen = look_at(RENDERER.message(message, slug="ana"))
    offered = [*(action for choice in message.choices for action in choice.actions), *message.actions]
    shown = [each for tag, each in seen.tags if tag == "button" and each.get("data-act") == "press"]
    assert [(each["data-name"], each["data-value"]) for each in shown] == [
        (_as_parsed(action.name), _as_parsed(action.value)) for action in offered
    ]


def _as_parsed(text: str) -> str:
    """What a parser gives back of a text that was escaped properly."""
    return look_at(f'<a title="{escape(text)}">').tags[0][1]["title"] or ""


@given(forms)
def test_no_form_becomes_markup_and_each_input_has_a_label(form: Form) -> None:
    seen = look_at(RENDERER.form(form, entry=None))
    assert_only_ours(seen)
    labelled = [each["for"] for tag, each in seen.tags if tag == "label" and each.get("class") != "box"]
    fields = [each for tag, each in seen.tags if tag in {"input", "textarea", "select"}]
    boxes = [each["value"] for each in fields if each.get("type") == "checkbox"]
    assert labelled == [each["id"] for each in fields if each.get("type") != "checkbox"]
    several = [each for each in form.inputs if each.kind is InputKind.SEVERAL]
    assert len([tag for tag, _ in seen.tags if tag == "legend"]) == len(several) == len(form.inputs) - len(labelled)
    assert boxes == [_as_parsed(option.value) for each in several for option in each.options]


@pytest.mark.parametrize("text", NASTY)
def test_what_the_agent_typed_is_shown_as_typed(text: str) -> None:
    entry = _entry(EntryKind.ME, text=text)
    seen = look_at(RENDERER.entry(entry, slug="ana", zone=UTC))
    assert clean(text) in seen.words
    assert_only_ours(seen)


def test_a_text_area_keeps_a_value_that_begins_with_a_line_break() -> None:
    form = Form(
        name="f", title="F", submit="Go", inputs=(Input(name="t", label="T", kind=InputKind.LONG_TEXT, value="\nx"),)
    )
    # A browser drops the first line break after the tag; the one we write ourselves must be it.
    assert ">\n\nx</textarea>" in RENDERER.form(form, entry=None)


def test_a_very_long_message_is_cut_with_an_ellipsis() -> None:
    action = Action(name="a", label="L" * 1_000, value="v")
    message = Message(title="T" * 10_000, text="W" * 100_000, actions=(action,) * 100, details=("D" * 5_000,) * 500)
    html = RENDERER.message(message, slug="ana")
    assert "T" * 199 + "…" in html
    assert "T" * 200 not in html
    assert len(html) < 20_000


def test_a_clamped_button_still_sends_its_whole_value() -> None:
    value = "v" * 5_000
    html = RENDERER.message(Message(title="t", actions=(Action(name="a", label="L", value=value),)), slug="ana")
    assert value in html


def test_control_characters_do_not_reach_the_page() -> None:
    html = RENDERER.message(Message(title="a\x00b\x1bc\ud800d"), slug="ana")
    assert "abcd" in html


def test_the_tone_is_said_in_words_and_not_by_colour_alone() -> None:
    seen = look_at(RENDERER.message(Message(title="#12", tone=Tone.BACK), slug="ana"))
    assert "Back again" in seen.words


def test_a_confirmation_goes_with_its_button() -> None:
    action = Action(name="undo", label="Undo", value="1", confirm="Really?")
    choice = Choice(title="one", actions=(action, replace(action, confirm=None)))
    seen = look_at(RENDERER.message(Message(title="t", choices=(choice,)), slug="ana"))
    assert [each.get("data-confirm") for tag, each in seen.tags if tag == "button"] == ["Really?", None]


def test_an_unasked_message_points_to_the_report_it_is_about() -> None:
    html = RENDERER.entry(_entry(EntryKind.TOLD, message=Message(title="#12 is fixed"), about=7), slug="a", zone=UTC)
    assert 'data-act="about" data-report="7"' in html


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://jira.example/browse/OPS-88", "https://jira.example/browse/OPS-88"),
        ("/board/TI-1", "/board/TI-1?as=jos%C3%A9"),
        (f"{HOME}/board/TI-1?x=1", "/board/TI-1?x=1&as=jos%C3%A9"),
        ("https://jira.example/board/TI-1", "https://jira.example/board/TI-1"),
        ("javascript:alert(1)", None),
        ("  JaVaScRiPt:alert(1)", None),
        ("java\x00script:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example/board/TI-1", None),
        ("/\\evil.example", None),
        (f"{HOME}//evil.example", None),
        ("http://[", None),
        ("relative", None),
    ],
)
def test_only_addresses_of_the_web_and_of_our_own_pages_are_linked(url: str, expected: str | None) -> None:
    assert safe_link(url, home=HOME, slug="josé") == expected


def _entry(kind: EntryKind, *, text: str = "", message: Message | None = None, about: int | None = None) -> Entry:
    return Entry(
        id=1,
        person=PersonId("web:ana"),
        desk="default",
        kind=kind,
        text=text,
        message=message,
        about=None if about is None else ReportId(about),
        revision=1,
        created_at=datetime(2026, 3, 2, 9, 10, tzinfo=UTC),
        replaced_at=None,
    )
