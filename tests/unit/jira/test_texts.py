import json
from pathlib import Path
from typing import Any

import pytest

from adapters.jira.adf import document, flatten
from adapters.jira.comments import read_note
from adapters.jira.texts import is_signed, read_words, signed, written
from adapters.jira.wiki import escape, unescape, wiki_text
from bot.jira_desk import JiraDesk
from escalation.page import Facts, Heading, Link, Page, Paragraph, Quotes, paragraphs, plain_text
from escalation.values import TicketNoteKind

PAGE: Page = (
    Paragraph("Opened because: 3 reports."),
    Heading("What it does to customers"),
    Facts((("Codes", "ERR-4012"), ("Trend", "▁▅█ (last 3 days)"))),
    Quotes(("it says [card] *now*", "nothing\nhappens")),
    Link(label="techissue", url="https://help.example.com"),
)


def test_a_page_in_wiki_text_is_laid_out_for_people() -> None:
    assert wiki_text(PAGE) == (
        "Opened because: 3 reports.\n\n"
        "h3. What it does to customers\n\n"
        "||Codes|ERR-4012|\n||Trend|▁▅█ (last 3 days)|\n\n"
        "bq. it says \\[card\\] \\*now\\*\nbq. nothing happens\n\n"
        "[techissue|https://help.example.com]"
    )


@pytest.mark.parametrize(
    ("typed", "safe"),
    [
        ("[~admin] look", "\\[\\~admin\\] look"),
        ("{code}x{code}", "\\{code\\}x\\{code\\}"),
        ("!http://evil/x.png!", "\\!http://evil/x.png\\!"),
        ("a|b", "a\\|b"),
        ("# one", "\\# one"),
        ("h1. big", "\\h1. big"),
        ("ERR-4012 shows", "ERR-4012 shows"),
        ("a -struck- b", "a \\-struck\\- b"),
        ("C:\\temp", "C:&#92;temp"),
        ("two\nlines", "two lines"),
    ],
)
def test_nothing_typed_is_markup(typed: str, safe: str) -> None:
    assert escape(typed) == safe


@pytest.mark.parametrize("typed", ["a|b *c* {d} [e]", "# one", "ERR-4012", "C:\\temp"])
def test_escapes_can_be_read_back(typed: str) -> None:
    assert unescape(escape(typed)) == typed


def test_a_document_flattens_to_its_words() -> None:
    words = flatten(document(PAGE)).split("\n")
    assert "Codes" in words
    assert "it says [card] *now*" in words
    assert "nothing happens" in words


def test_plain_text_and_paragraphs_are_each_others_way_back() -> None:
    page = (Paragraph("Still reported: a spike."), Paragraph("7 reports."), Quotes(("it says 42",)))
    assert paragraphs(plain_text(page)) == page


@pytest.mark.parametrize("version", [2, 3])
def test_a_comment_is_known_again_by_its_mark_and_no_other(version: int) -> None:
    body = signed("7 reports.\n\n> techissue · other-mark", "techissue-7-2026", version)
    assert is_signed(body, "techissue-7-2026")
    assert not is_signed(body, "techissue-7-20")
    assert read_words(body).startswith("7 reports.")


def test_wiki_text_that_jira_gives_back_with_other_escapes_is_known_again() -> None:
    body = "7 reports.\n\n{color:#6b778c}techissue · techissue\\-7\\-2026{color}\n"
    assert is_signed(body, "techissue-7-2026")


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("workaround: use the other reader", (TicketNoteKind.WORKAROUND, "use the other reader")),
        ("  Workaround:\n use the other  reader", (TicketNoteKind.WORKAROUND, "use the other reader")),
        ("Tell the customer: soon", (TicketNoteKind.CUSTOMER, "soon")),
        ("cause: certificate", (TicketNoteKind.CAUSE, "certificate")),
        ("workaround:", (TicketNoteKind.WORKAROUND, "")),
        ("the workaround: none", (None, "")),
        ("", (None, "")),
    ],
)
def test_a_note_begins_with_its_mark(words: str, note: tuple[TicketNoteKind | None, str]) -> None:
    assert read_note(words, JiraDesk(project="OPS")) == note


def test_a_bold_mark_in_wiki_text_is_a_mark() -> None:
    words = read_words("*Workaround:* use [the other reader|http://x/y], {color:red}now{color}")
    assert read_note(words, JiraDesk(project="OPS")) == (
        TicketNoteKind.WORKAROUND,
        "use the other reader, now",
    )


def schema() -> dict[str, Any]:
    """Atlassian's schema of documents, where `.ci/run` or somebody else has put its package."""
    root = Path(__file__).parents[3]
    places = (root / "var/peers/adf-schema", root / "node_modules/@atlaskit/adf-schema")
    for path in [place / "json-schema/v1/full.json" for place in places]:
        if path.exists():
            found: dict[str, Any] = json.loads(path.read_text())
            return found
    pytest.skip("there is no @atlaskit/adf-schema here; .ci/run puts it into var/peers")


@pytest.mark.parametrize("page", [PAGE, (Paragraph(""),), paragraphs("one\n\n> two"), ()])
def test_documents_are_as_atlassians_schema_wants_them(page: Page) -> None:
    from jsonschema import Draft4Validator  # noqa: PLC0415 - only where there is a schema

    errors = Draft4Validator(schema()).iter_errors(written(page, 3))
    assert [error.message for error in errors] == []


def test_a_signed_comment_is_as_atlassians_schema_wants_it() -> None:
    from jsonschema import Draft4Validator  # noqa: PLC0415 - only where there is a schema

    errors = Draft4Validator(schema()).iter_errors(signed("7 reports.", "techissue-7-2026", 3))
    assert [error.message for error in errors] == []
