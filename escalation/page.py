"""What a ticket's page is made of, for each tracker to lay out in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above what follows it."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, in one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, each in one line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    """What customers said, each in one line, as agents wrote it down."""

    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Words that lead somewhere."""

    label: str
    url: str


Block = Heading | Paragraph | Facts | Quotes | Link
Page = tuple[Block, ...]


def plain_text(page: Sequence[Block]) -> str:
    """Paragraphs parted by blank lines, quotes beginning with `> `. A heading stands on what follows it."""
    parts: list[str] = []
    above = ""
    for block in page:
        if isinstance(block, Heading):
            above = f"{block.text}:\n"
            continue
        parts.append(above + _words(block))
        above = ""
    return "\n\n".join(parts)


def paragraphs(text: str) -> Page:
    """The page of a plain text in that form."""
    blocks: list[Block] = []
    for part in text.split("\n\n"):
        lines = part.splitlines()
        said = [line for line in lines if not line.startswith("> ")]
        quoted = tuple(line.removeprefix("> ") for line in lines if line.startswith("> "))
        if any(said):
            blocks.append(Paragraph(" ".join(said)))
        if quoted:
            blocks.append(Quotes(quoted))
    return tuple(blocks)


def _words(block: Paragraph | Facts | Quotes | Link) -> str:
    match block:
        case Paragraph():
            return block.text
        case Facts():
            return "\n".join(f"{name}: {value}" for name, value in block.rows)
        case Quotes():
            return "\n".join(f"> {text}" for text in block.texts)
        case Link():
            return f"{block.label}: {block.url}"
