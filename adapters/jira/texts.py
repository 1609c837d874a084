"""What we write into Jira, in the form that its API's version takes, and what people wrote there."""

from typing import Any

from adapters.jira.adf import document, flatten, paragraph
from adapters.jira.wiki import unescape, wiki_text
from escalation.page import Page, paragraphs

_PALE = "#6b778c"
_WIKI_ONLY = 2


def written(page: Page, version: int) -> Any:
    """The page as a field of this version of the API takes it."""
    return wiki_text(page) if version == _WIKI_ONLY else document(page)


def signed(text: str, mark: str, version: int) -> Any:
    """A comment's body: the text, and under it in pale letters who wrote it and the mark by which it is known again."""
    page, signature = paragraphs(text), sign(mark)
    if version == _WIKI_ONLY:
        return f"{wiki_text(page)}\n\n{{color:{_PALE}}}{signature}{{color}}"
    body = document(page)
    body["content"].append(paragraph(signature, {"type": "textColor", "attrs": {"color": _PALE}}))
    return body


def sign(mark: str) -> str:
    """The line under our comments."""
    return f"techissue · {mark}"


def is_from_us(words: str) -> bool:
    """Whether the words have our signature under them, whoever's account they were written by."""
    last = words.strip().rpartition("\n")[2]
    return last.replace(f"{{color:{_PALE}}}", "").startswith(sign(""))


def is_signed(body: Any, mark: str) -> bool:
    """Whether the body has this mark. Jira may give wiki text back with other escapes than it was written with."""
    lines = flatten(body).replace("\\", "").replace(f"{{color:{_PALE}}}", "").replace("{color}", "").splitlines()
    return any(line.strip() == sign(mark) for line in lines)


def read_words(body: Any) -> str:
    """What a person wrote, without markup."""
    return flatten(body) if isinstance(body, dict) else unescape(str(body or ""))
