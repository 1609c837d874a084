"""A page in Jira's wiki text, for version 2 of its API."""

import re

from escalation.page import Block, Facts, Heading, Link, Page, Paragraph, Quotes

_SPECIAL = re.compile(r"([{}\[\]|!*_^~+])")
_DOUBLED = re.compile(r"(?<=-)-|(?<=\?)\?")
_STRUCK = re.compile(r"(?<!\S)-(?=\S)|(?<=\S)-(?!\S)")
_LINE_START = re.compile(r"^(#|-|h[1-6]\.|bq\.)")


def wiki_text(page: Page) -> str:
    """The page in wiki text. What was typed can neither lay out nor mention anybody."""
    return "\n\n".join(_written(block) for block in page)


def escape(text: str) -> str:
    """The words in one line, with nothing in them that Jira reads as markup. Hyphens inside words stay as they are."""
    line = " ".join(text.split()).replace("\\", "&#92;")
    line = _SPECIAL.sub(r"\\\1", line)
    line = _STRUCK.sub(r"\\-", line)
    line = _DOUBLED.sub(lambda found: f"\\{found[0]}", line)
    return _LINE_START.sub(lambda found: f"\\{found[0]}", line)


def unescape(text: str) -> str:
    """A person's comment without the markup that is commonly in one."""
    plain = re.sub(r"\{(?:color|quote|noformat|panel|code)[^}]*\}", "", text)
    plain = re.sub(r"\[([^|\]]+)\|[^\]]+\]", r"\1", plain)
    plain = re.sub(r"(?<![\w\\])[*_]+(\S.*?\S|\S)[*_]+(?!\w)", r"\1", plain)
    return re.sub(r"\\([^\w\s])", r"\1", plain).replace("&#92;", "\\")


def _written(block: Block) -> str:
    match block:
        case Heading():
            return f"h3. {escape(block.text)}"
        case Paragraph():
            return escape(block.text)
        case Facts():
            return "\n".join(f"||{escape(name)}|{escape(value)}|" for name, value in block.rows)
        case Quotes():
            return "\n".join(f"bq. {escape(text)}" for text in block.texts)
        case Link():
            return f"[{escape(block.label)}|{block.url}]"
