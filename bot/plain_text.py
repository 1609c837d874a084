"""A message as lines of plain text, for a terminal."""

import unicodedata
from collections.abc import Iterator

from bot.messages import Choice, Form, Link, Message, Quote, Reply


def render(message: Message) -> str:
    """The whole message; buttons are shown as `[Label]`. No control character of anybody's text gets through."""
    return "\n".join(_printable(line) for line in _message_lines(message))


def render_reply(reply: Reply) -> str:
    """What an act was answered with: the message, the form that would open, or what is wrong with it."""
    parts = [f"{error.field}: {_printable(error.message)}" for error in reply.errors]
    if reply.message is not None:
        parts.insert(0, render(reply.message))
    if reply.form is not None:
        parts.extend(_printable(line) for line in _form_lines(reply.form))
    return "\n".join(parts)


def _message_lines(message: Message) -> Iterator[str]:
    yield message.title
    if message.text:
        yield message.text
    if message.say:
        yield f"Say: {message.say}"
    yield from (f"{fact.name}: {fact.value}" for fact in message.facts)
    yield from map(_quote, message.quotes)
    for number, choice in enumerate(message.choices, start=1):
        yield from _choice_lines(choice, number)
    if message.link:
        yield _link(message.link)
    yield from (f"- {line}" for line in message.details)
    if message.actions:
        yield " ".join(f"[{action.label}]" for action in message.actions)


def _choice_lines(choice: Choice, number: int) -> Iterator[str]:
    yield f"{number}. {choice.title}"
    if choice.text:
        yield f"   {choice.text}"
    if choice.quote:
        yield f"   {_quote(choice.quote)}"
    if choice.link:
        yield f"   {_link(choice.link)}"
    if choice.actions:
        yield "   " + " ".join(f"[{action.label}]" for action in choice.actions)


def _form_lines(form: Form) -> Iterator[str]:
    yield form.title
    for each in form.inputs:
        options = " | ".join(option.label for option in each.options)
        yield f"  {each.label}{' (required)' if each.required else ''}{f': {options}' if options else ''}"
    yield f"[{form.submit}]"


def _quote(quote: Quote) -> str:
    return f"> {quote.text}" + (f" ({quote.source})" if quote.source else "")


def _link(link: Link) -> str:
    return f"{link.label}: {link.url}"


def _printable(line: str) -> str:
    """A terminal obeys control characters: one line's words must not move the cursor or hide another's."""
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in line)
