"""What Slack refuses, beside its published structure: lengths, counts, ids that are not unique, empty texts.

It knows nothing of the product, so that a mistake of the product's own arithmetic is found by it.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

_HEAVIEST = 13_000
_TEXTS = {"header": 150, "section": 3_000}


def message_faults(text: str, blocks: Sequence[Json]) -> list[str]:
    """What Slack would refuse of a message, or tear apart."""
    heavy = len(json.dumps(blocks, ensure_ascii=False).encode("utf-16-le")) // 2
    return [
        *_when(not text.strip(), "a message without a text"),
        *_when(_long(text) > 4_000, "a message's text of more than 4,000"),
        *_when(len(blocks) > 50, "a message of more than 50 blocks"),
        *_when(heavy >= _HEAVIEST, f"a message that weighs {heavy}"),
        *_calls(text),
        *_blocks_faults(blocks),
    ]


def view_faults(view: Json) -> list[str]:
    """What Slack would refuse of a form or of the Home tab."""
    blocks = view["blocks"]
    asks = any(block["type"] == "input" for block in blocks)
    short = [view[name]["text"] for name in ("title", "submit", "close") if name in view]
    return [
        *_when(len(blocks) > 100, "a view of more than 100 blocks"),
        *_when(not blocks, "a view of no blocks"),
        *_when(any(not 1 <= _long(each) <= 24 for each in short), "a view's title or button of more than 24"),
        *_when(_long(view.get("private_metadata", "")) > 3_000, "a view's metadata of more than 3,000"),
        *_when(_long(view.get("callback_id", "")) > 255, "a view's name of more than 255"),
        *_when(view["type"] == "modal" and asks and "submit" not in view, "inputs that nothing submits"),
        *_when(len(json.dumps(view).encode()) > 250_000, "a view of more than 250 KB"),
        *_blocks_faults(blocks),
    ]


def options_faults(answer: Json) -> list[str]:
    """What Slack would refuse of the answer to a field that is searched."""
    options = answer["options"]
    return [*_when(len(options) > 100, "more than 100 options"), *_option_faults(options)]


def _blocks_faults(blocks: Sequence[Json]) -> Iterator[str]:
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"two blocks named {name}" for name, count in ids.items() if count > 1)
    yield from (f"a block's name of more than 255: {name}" for name in ids if _long(name) > 255)
    elements = [(block, element) for block in blocks for element in _elements(block)]
    actions = Counter((block.get("block_id"), element["action_id"]) for block, element in elements)
    yield from (f"two elements named {name}" for (_, name), count in actions.items() if count > 1)
    for block in blocks:
        yield from _block_faults(block)
    for _, element in elements:
        yield from _element_faults(element)
    for text in _texts(blocks):
        yield from _text_faults(text)


def _block_faults(block: Json) -> Iterator[str]:
    kind = block["type"]
    if kind in _TEXTS and "text" in block and _long(block["text"]["text"]) > _TEXTS[kind]:
        yield f"a {kind} of more than {_TEXTS[kind]}"
    if kind == "section":
        fields = block.get("fields", ())
        yield from _when("text" not in block and not fields, "a section of nothing")
        yield from _when(len(fields) > 10, "more than 10 fields")
        yield from _when(any(_long(each["text"]) > 2_000 for each in fields), "a field of more than 2,000")
    if kind == "actions":
        yield from _when(not 1 <= len(block["elements"]) <= 25, "none or more than 25 buttons in a row")
    if kind == "context":
        yield from _when(not 1 <= len(block["elements"]) <= 10, "none or more than 10 things in a context")
    if kind == "input":
        yield from _when(_long(block["label"]["text"]) > 2_000, "a label of more than 2,000")
        yield from _when(_long(block.get("hint", {}).get("text", "-")) > 2_000, "a hint of more than 2,000")


def _element_faults(element: Json) -> Iterator[str]:
    yield from _when(_long(element["action_id"]) > 255, "an action's name of more than 255")
    if element["type"] == "button":
        yield from _when(_long(element["text"]["text"]) > 75, "a button of more than 75")
        yield from _when(_long(element["value"]) > 2_000, "a button's value of more than 2,000")
        confirm = element.get("confirm")
        if confirm:
            yield from _when(_long(confirm["title"]["text"]) > 100, "a question's title of more than 100")
            yield from _when(_long(confirm["text"]["text"]) > 300, "a question of more than 300")
    most = {"static_select": 100, "multi_static_select": 100, "checkboxes": 10}.get(element["type"])
    if most is not None:
        yield from _when(not 1 <= len(element["options"]) <= most, f"none or more than {most} options")
        yield from _option_faults(element["options"])
        chosen = element.get("initial_option")
        yield from _when(chosen is not None and chosen not in element["options"], "chosen is what is no option")
    if element["type"] == "external_select" and "initial_option" in element:
        yield from _option_faults([element["initial_option"]])
    if element["type"] == "plain_text_input":
        value = element.get("initial_value", "")
        yield from _when(_long(value) > element.get("max_length", 3_000), "a field's value is too long for it")


def _option_faults(options: Sequence[Json]) -> Iterator[str]:
    yield from _when(len({each["value"] for each in options}) < len(options), "two options of one value")
    for option in options:
        yield from _when(not 1 <= _long(option["text"]["text"]) <= 75, "an option of none or more than 75")
        yield from _when(not 1 <= _long(option["value"]) <= 150, "an option's value of none or more than 150")
        hint = option.get("description", {}).get("text", "-")
        yield from _when(not 1 <= _long(hint) <= 75, "an option's description of none or more than 75")


def _text_faults(text: Json) -> Iterator[str]:
    words = text["text"]
    yield from _when(not words.strip(), "an empty text")
    if text["type"] == "mrkdwn":
        yield from _calls(words)
        yield from _when(text.get("verbatim") is not True, "markup in which Slack looks for names")


def _calls(words: str) -> Iterator[str]:
    """A link is the only thing that may stand between angle brackets."""
    for part in words.split("<")[1:]:
        yield from _when(not part.startswith(("http://", "https://")) or ">" not in part, f"calls somebody: <{part}")
    for call in ("@channel", "@here", "@everyone"):
        yield from _when(call in words.lower(), f"calls {call}")


def _elements(block: Json) -> list[Json]:
    found = [*block.get("elements", ()), block.get("element"), block.get("accessory")]
    return [each for each in found if each and "action_id" in each]


def _texts(value: Any) -> Iterator[Json]:
    """Every text object, wherever it stands."""
    if isinstance(value, Mapping):
        if value.get("type") in {"plain_text", "mrkdwn"}:
            yield value
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _long(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _when(wrong: bool, words: str) -> list[str]:  # noqa: FBT001 - the condition is what it is about
    return [words] if wrong else []
