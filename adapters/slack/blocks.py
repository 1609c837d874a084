"""The bot's messages as Slack's blocks: short, of one layout, and within every limit whatever people wrote.

Title; what it is about; facts; quotes; what to tell the customer, to be copied with one press; choices; buttons.
People's words stand where Slack obeys no markup, or with their markup broken.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.slack import limits
from adapters.slack.limits import clean, measure, one_line, shorten
from adapters.slack.mrkdwn import is_harmless, link, notice, quoted
from adapters.slack.pressed import encode
from bot.messages import Action, Choice, Fact, Link, Message, Quote, Style, Tone

Block = Mapping[str, object]

SHOW_DETAILS = "slack-details"
"""The button whose value is the message's details, to be shown on request."""
COPY = "slack-copy"
"""The button whose value is what to tell the customer, to be copied."""

_SIGNS = {
    Tone.KNOWN: "🔁 ",
    Tone.NEW: "🆕 ",
    Tone.ASK: "❓ ",
    Tone.FIXED: "✅ ",
    Tone.BACK: "⚠️ ",
    Tone.WARNING: "⚠️ ",
    Tone.NEUTRAL: "",
}
_TEXT = 1_500
_SAY = 1_500
_QUOTE = 700
_FACT_NAME = 60
_FACT = 200
_FACTS = 20
_QUOTES = 5
_LINE = 300
_DETAILS = 1_500
_ROW = 5_000
_MORE = "…and {} more"


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackMessage:
    """A message as Slack's methods take it. `text` is what notifications and screen readers give."""

    text: str
    blocks: Sequence[Block]


class Numbering:
    """Gives each button of one message or view a number of its own, since Slack refuses two of one id."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


def render(message: Message, *, desk: str) -> SlackMessage:
    """The message, with buttons that say which desk they are of."""
    return SlackMessage(
        text=notice(one_line(message.plain, limits.NOTICE), limits.NOTICE),
        blocks=blocks_of(message, desk=desk, most=limits.BLOCKS, weight=limits.WEIGHT, numbers=Numbering()),
    )


def blocks_of(message: Message, *, desk: str, most: int, weight: int, numbers: Numbering) -> list[Block]:
    """The message within so many blocks and so many characters. What matters most is given room first; choices that do
    not fit are counted in a line.
    """
    room = Room(blocks=most, weight=weight)
    head = room.take([*_head(message), *_say(message.say, desk, numbers)])
    buttons = room.take(_buttons([*message.actions, *_on_request(message.details)], desk, numbers))
    facts = room.take(_facts(message.facts))
    quotes = room.take(_quotes(message.quotes))
    choices = room.take_groups([list(choice_blocks(each, desk, numbers)) for each in message.choices])
    said = 1 if head and "accessory" in head[-1] else 0
    told, say = head[: len(head) - said], head[len(head) - said :]
    return [*told, *facts, *quotes, *say, *choices, *buttons]


class Room:
    """What a message may still hold."""

    def __init__(self, *, blocks: int, weight: int) -> None:
        self.blocks = blocks
        self.weight = weight

    def take(self, blocks: Iterable[Block]) -> list[Block]:
        """As many of them, from the first on, as there is room for."""
        return [each for each in blocks if self._holds([each])]

    def take_groups(self, groups: Sequence[Sequence[Block]]) -> list[Block]:
        """As many whole groups, and if there are more, a line that says how many."""
        if not groups:
            return []
        line = context(_MORE.format(len(groups)))
        self.blocks -= 1
        self.weight -= weigh([line])
        taken: list[Block] = []
        for place, group in enumerate(groups):
            if not self._holds(group):
                return [*taken, context(_MORE.format(len(groups) - place))]
            taken += group
        return taken

    def _holds(self, group: Sequence[Block]) -> bool:
        heavy = weigh(group)
        if len(group) > self.blocks or heavy > self.weight:
            return False
        self.blocks -= len(group)
        self.weight -= heavy
        return True


def choice_blocks(choice: Choice, desk: str, numbers: Numbering) -> Iterator[Block]:
    """One of several things, with its button beside it, or its buttons below."""
    title, text = one_line(choice.title, _LINE), shorten(choice.text, _LINE) if clean(choice.text).strip() else ""
    quote = _said(choice.quote, _LINE) if choice.quote else ""
    target = _target(choice.link)
    if is_harmless(f"{title}\n{quote}\n{text}"):
        head = f"*{title}*"
        section: Block = {"type": "section", "text": mrkdwn(_lines(_linked(head, text, choice.link), quoted(quote)))}
        target = ""
    else:
        section = {"type": "section", "text": plain(_lines(title, text, f"“{quote}”" if quote else ""), _TEXT)}
    buttons = list(_elements(choice.actions, desk, numbers))
    yield {**section, "accessory": buttons[0]} if len(buttons) == 1 else section
    if target:
        yield {"type": "context", "elements": [mrkdwn(target)]}
    if len(buttons) > 1:
        yield {"type": "actions", "elements": buttons}


def weigh(blocks: Iterable[Block]) -> int:
    """How much of a message's weight they are."""
    return measure(json.dumps(list(blocks), ensure_ascii=False))


def plain(text: str, limit: int) -> Block:
    """A text in which Slack obeys nothing."""
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}


def mrkdwn(text: str) -> Block:
    """Markup of ours around people's words that were made harmless."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    """A line in large letters."""
    return {"type": "header", "text": plain(one_line(text, limits.HEADER), limits.HEADER)}


def context(text: str) -> Block:
    """A small line."""
    return {"type": "context", "elements": [plain(text, limits.FIELD)]}


def _head(message: Message) -> Iterator[Block]:
    yield header(_SIGNS[message.tone] + one_line(message.title, limits.HEADER))
    text = shorten(message.text, _TEXT) if clean(message.text).strip() else ""
    target, label = _target(message.link), message.link.label if message.link else ""
    if target and is_harmless(text):
        words = _linked(text, "", message.link)
        yield {"type": "section", "text": mrkdwn(words)}
        return
    if label and not target and not text.startswith(label):
        text = _lines(text, one_line(label, _LINE))
    if text:
        yield {"type": "section", "text": plain(text, _TEXT)}
    if target:
        yield {"type": "context", "elements": [mrkdwn(target)]}


def _facts(facts: Sequence[Fact]) -> Iterator[Block]:
    fields = [_field(one_line(fact.name, _FACT_NAME), shorten(fact.value, _FACT)) for fact in facts[:_FACTS]]
    for start in range(0, len(fields), limits.FIELDS):
        yield {"type": "section", "fields": fields[start : start + limits.FIELDS]}


def _field(name: str, value: str) -> Block:
    words = f"{name}\n{value}"
    return mrkdwn(f"*{name}*\n{value}") if is_harmless(words) else plain(words, limits.FIELD)


def _quotes(quotes: Sequence[Quote]) -> Iterator[Block]:
    for quote in quotes[:_QUOTES]:
        words = _said(quote, _QUOTE)
        marked = mrkdwn(quoted(words)) if is_harmless(words) else plain(f"“{words}”", limits.SECTION)
        yield {"type": "section", "text": marked}


def _said(quote: Quote, limit: int) -> str:
    """What somebody wrote, and who."""
    source = f" — {one_line(quote.source, 100)}" if quote.source else ""
    return shorten(quote.text, limit) + source


def _say(words: str | None, desk: str, numbers: Numbering) -> Iterator[Block]:
    """What to tell the customer, with a button that gives it to be copied."""
    if not words or not clean(words).strip():
        return
    words = shorten(words, _SAY)
    title = "Tell the customer"
    marked = mrkdwn(f"*{title}*\n{quoted(words)}") if is_harmless(words) else plain(f"{title}\n{words}", limits.SECTION)
    copy = Action(name=COPY, label="Copy", value=words)
    yield {"type": "section", "text": marked, "accessory": next(_elements([copy], desk, numbers))}


def _target(link_: Link | None) -> str:
    return (link(link_.label, link_.url) or "") if link_ else ""


def _linked(first: str, second: str, target: Link | None) -> str:
    """Two lines, with the link where they name what it leads to, as a card names its ticket; else after the first."""
    address = _target(target)
    if not address or target is None:
        return _lines(first, second)
    named = re.compile(rf"(?<!\w){re.escape(target.label)}(?![\w-])")
    for line in filter(None, (first, second) if target.label.strip() else ()):
        if found := named.search(line):
            linked = f"{line[: found.start()]}{address}{line[found.end() :]}"
            return _lines(linked, second) if line is first else _lines(first, linked)
    return _lines(" · ".join(filter(None, (first, address))), second)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _on_request(details: Sequence[str]) -> Iterator[Action]:
    """Why the message says what it says, shown when it is asked for."""
    lines = "\n".join(one_line(line, _LINE) for line in details)
    if lines:
        yield Action(name=SHOW_DETAILS, label="Why?", value=shorten(lines, _DETAILS))


def _buttons(actions: Sequence[Action], desk: str, numbers: Numbering) -> Iterator[Block]:
    """The message's buttons in a row; those whose values would weigh too much are left out, from the last on."""
    row: list[Block] = []
    for button in _elements(actions, desk, numbers):
        if weigh([*row, button]) <= _ROW:
            row.append(button)
    if row:
        yield {"type": "actions", "elements": row}


def _elements(actions: Sequence[Action], desk: str, numbers: Numbering) -> Iterator[Block]:
    for action in actions[: limits.ACTIONS]:
        carried = encode(action.name, action.value, desk, place=numbers.next())
        if carried is None:
            continue
        button: dict[str, object] = {
            "type": "button",
            "text": plain(one_line(action.label, limits.LABEL), limits.LABEL),
            "action_id": carried[0],
            "value": carried[1],
        }
        if action.style is not Style.PLAIN:
            button["style"] = action.style.value
        if action.confirm is not None:
            button["confirm"] = _confirmation(action)
        yield button


def _confirmation(action: Action) -> Block:
    return {
        "title": plain(one_line(action.label, limits.LABEL), limits.LABEL),
        "text": plain(action.confirm or "", limits.CONFIRM),
        "confirm": plain("Yes", limits.LABEL),
        "deny": plain("No", limits.LABEL),
    }
