"""People's words inside Slack's markup: shown as they are, whatever is in them, and calling nobody."""

import re
from urllib.parse import urlsplit

from adapters.slack.limits import ADDRESS, clean, cut, measure, shorten

_UNSEEN = "\u2060"
"""A word joiner: it has no width and breaks no line, and what it stands in is no markup."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CALLS = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)
_MARKS = re.compile(r"[*_~`]")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_QUOTED = re.compile(r"^(\s*)>", re.MULTILINE)


def escape(text: str, limit: int) -> str:
    """The text within the limit, in which nothing is a mention, a link or a call. Marks of emphasis still count."""
    return _within(_CALLS.sub(f"@{_UNSEEN}", shorten(text, limit)), limit)


def literal(text: str, limit: int) -> str:
    """The text within the limit, each character of it shown as it is."""
    text = _CALLS.sub(f"@{_UNSEEN}", shorten(text, limit))
    text = _EMOJI.sub(f":{_UNSEEN}", text)
    text = _QUOTED.sub(rf"\1{_UNSEEN}>", text)
    return _within(_MARKS.sub(lambda found: f"{_UNSEEN}{found[0]}{_UNSEEN}", text), limit)


def code(text: str, limit: int) -> str:
    """The text as a block that can be copied with one press, within the limit."""
    fence = "```"
    inside = _CALLS.sub(f"@{_UNSEEN}", shorten(text, limit)).replace("`", f"`{_UNSEEN}")
    return f"{fence}{_within(inside, limit - 2 * len(fence))}{fence}"


def quoted(text: str, limit: int) -> str:
    """The text as a quotation, within the limit."""
    lines = [line for line in shorten(text, limit).splitlines() if line.strip()]
    room = limit - 2 * len(lines)
    return "\n".join(f"> {line}" for line in literal("\n".join(lines), room).splitlines())


def link(label: str, url: str, limit: int) -> str:
    """A link where the address is one that may be opened, else its label alone."""
    words, address = literal(label.replace("|", "¦"), 150), safe_address(url)
    target = "" if address is None else f"<{_percent(address)}|{words}>"
    return target if target and measure(target) <= limit else words


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


def _within(text: str, limit: int) -> str:
    """Its characters written as entities where Slack needs that, with none cut in two."""
    written = [_ENTITIES.get(each, each) for each in text]
    if measure(whole := "".join(written)) <= limit:
        return whole
    kept, room = [], limit - 1
    for each in written:
        room -= measure(each)
        if room < 0:
            break
        kept.append(each)
    return cut("".join(kept), limit - 1) + "…"
