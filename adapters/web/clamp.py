"""Keeping what a page shows within bounds. Nothing here escapes: the templates do."""

import unicodedata
from dataclasses import replace

from bot.messages import Action, Choice, Fact, Link, Message, Quote

TITLE = 200
PARAGRAPH = 2_000
SHORT = 300
LABEL = 60
_FACTS = 40
_QUOTES = 5
_CHOICES = 50
_ACTIONS = 10
_DETAILS = 20


def clean(text: str) -> str:
    """The text without control characters (line breaks and tabs stay) and without halves of surrogate pairs."""
    return "".join(each for each in text if each in "\n\t" or unicodedata.category(each) not in {"Cc", "Cs"})


def shorten(text: str, limit: int) -> str:
    """The cleaned text, cut to the limit with an ellipsis where it is longer."""
    text = clean(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clamp(message: Message) -> Message:
    """The message with every text and every list within the page's limits."""
    return replace(
        message,
        title=shorten(message.title, TITLE),
        text=shorten(message.text, PARAGRAPH),
        say=None if message.say is None else shorten(message.say, PARAGRAPH),
        facts=tuple(_fact(fact) for fact in message.facts[:_FACTS]),
        quotes=tuple(_quote(quote) for quote in message.quotes[:_QUOTES]),
        choices=tuple(_choice(choice) for choice in message.choices[:_CHOICES]),
        link=_link(message.link),
        actions=tuple(_action(action) for action in message.actions[:_ACTIONS]),
        details=tuple(shorten(line, SHORT) for line in message.details[:_DETAILS]),
    )


def _fact(fact: Fact) -> Fact:
    return Fact(name=shorten(fact.name, TITLE), value=shorten(fact.value, SHORT))


def _quote(quote: Quote) -> Quote:
    return Quote(text=shorten(quote.text, PARAGRAPH), source=quote.source and shorten(quote.source, LABEL))


def _choice(choice: Choice) -> Choice:
    return Choice(
        title=shorten(choice.title, TITLE),
        text=shorten(choice.text, SHORT),
        quote=None if choice.quote is None else _quote(choice.quote),
        link=_link(choice.link),
        actions=tuple(_action(action) for action in choice.actions[:_ACTIONS]),
    )


def _link(link: Link | None) -> Link | None:
    return None if link is None else Link(label=shorten(link.label, LABEL), url=link.url)


def _action(action: Action) -> Action:
    confirm = None if action.confirm is None else shorten(action.confirm, SHORT)
    return replace(action, label=shorten(action.label, LABEL), confirm=confirm)
