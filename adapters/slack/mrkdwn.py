"""People's words and Slack's markup: shown as they are, whatever is in them, and calling nobody."""

import re
from urllib.parse import urlsplit

from adapters.slack.limits import ADDRESS, clean, measure, one_line, shorten

_UNSEEN = "\u2060"
"""A word joiner: it has no width and breaks no line."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CALLS = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)
_MARKUP = re.compile(r"[*_~`&<>]|:[\w+'-]+:|@(?:channel|here|everyone|group)", re.IGNORECASE)


def is_harmless(text: str) -> bool:
    """Whether Slack would find nothing to obey in it. What is not goes where Slack obeys nothing: no character put
    before a mark breaks every mark.
    """
    return _MARKUP.search(text) is None


def notice(text: str, limit: int) -> str:
    """A text for notifications, within the limit, in which nothing is a mention, a link or a call."""
    written = [_ENTITIES.get(each, each) for each in _CALLS.sub(f"@{_UNSEEN}", shorten(text, limit))]
    if measure("".join(written)) <= limit:
        return "".join(written)
    while measure("".join(written)) > limit - 1:
        written.pop()
    return "".join(written) + "…"


def quoted(text: str) -> str:
    """The text, which must be harmless, as a quotation."""
    return "\n".join(f"> {line}" for line in text.splitlines() if line.strip())


def link(label: str, url: str) -> str | None:
    """A link where the address is one that may be opened and the label is harmless."""
    words, address = one_line(label, 150).replace("|", "¦"), safe_address(url)
    if address is None or not is_harmless(words):
        return None
    return f"<{_percent(address)}|{words}>"


def safe_address(url: str) -> str | None:
    """The address if it leads to a web page, else None."""
    url = clean(url).strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_page = parts.scheme in {"http", "https"} and bool(parts.netloc)
    return url if is_page and measure(url) <= ADDRESS and not any(each.isspace() for each in url) else None


def _percent(address: str) -> str:
    """No character of an address ends the link it stands in."""
    return address.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace("&", "&amp;")
