"""A page in the Atlassian Document Format, for version 3 of Jira's API."""

from typing import Any

from escalation.page import Block, Facts, Heading, Link, Page, Paragraph, Quotes

Node = dict[str, Any]

_BLOCKS = frozenset({"paragraph", "heading", "blockquote", "listItem", "tableRow", "codeBlock", "panel"})


def document(page: Page) -> Node:
    """The page as a document."""
    return {"type": "doc", "version": 1, "content": [node for block in page for node in _nodes(block)]}


def flatten(node: Any) -> str:
    """The words of a document, one line for each of its paragraphs. A text is given as it is."""
    if isinstance(node, str):
        return node
    if not isinstance(node, dict):
        return ""
    kind = node.get("type")
    if kind == "text":
        return str(node.get("text", ""))
    if kind == "hardBreak":
        return "\n"
    if kind in {"mention", "emoji", "status", "inlineCard"}:
        attributes = node.get("attrs") or {}
        return str(attributes.get("text") or attributes.get("shortName") or attributes.get("url") or "")
    inner = "".join(flatten(child) for child in node.get("content") or [])
    return f"{inner.rstrip()}\n" if kind in _BLOCKS else inner


def paragraph(text: str, *marks: Node) -> Node:
    """One paragraph. There is no empty text in the format."""
    words: Node = {"type": "text", "text": " ".join(text.split())}
    if marks:
        words["marks"] = list(marks)
    return {"type": "paragraph", "content": [words] if words["text"] else []}


def _nodes(block: Block) -> list[Node]:
    match block:
        case Heading():
            return [{"type": "heading", "attrs": {"level": 3}, "content": paragraph(block.text)["content"]}]
        case Paragraph():
            return [paragraph(block.text)]
        case Facts():
            return [{"type": "table", "content": [_row(name, value) for name, value in block.rows]}]
        case Quotes():
            return [{"type": "blockquote", "content": [paragraph(text)]} for text in block.texts]
        case Link():
            return [paragraph(block.label, {"type": "link", "attrs": {"href": block.url}})]


def _row(name: str, value: str) -> Node:
    cells = [
        {"type": "tableHeader", "attrs": {}, "content": [paragraph(name)]},
        {"type": "tableCell", "attrs": {}, "content": [paragraph(value)]},
    ]
    return {"type": "tableRow", "content": cells}
