"""What Slack takes, and texts cut to it. Lengths are counted as Slack's clients do: an emoji may count for two."""

import re

BLOCKS = 50
VIEW_BLOCKS = 100
WEIGHT = 12_500
"""Characters of a message's blocks as JSON. No page documents it; above some 13,200 Slack refuses the message."""
VIEW_WEIGHT = 60_000
"""The same for a form or the Home tab, which Slack refuses from 250 KB on, whatever an emoji weighs there."""
SECTION = 3_000
FIELD = 2_000
FIELDS = 10
HEADER = 150
NOTICE = 3_000
"""A message's text beside its blocks; 4,000 are advised."""
LABEL = 75
VALUE = 2_000
ACTIONS = 25
ID = 255
CONFIRM = 300
OPTIONS = 100
BOXES = 10
OPTION_LABEL = 75
OPTION_VALUE = 150
INPUT_LABEL = 2_000
INPUT_VALUE = 3_000
MODAL_TITLE = 24
METADATA = 3_000
ADDRESS = 500

_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""Control characters but for line breaks and tabs, halves of surrogate pairs, and what turns round the words beside it,
so that one person's text could rewrite the bot's.
"""


def measure(text: str) -> int:
    """How long Slack finds it."""
    return len(text) + sum(each > "\uffff" for each in text)


def clean(text: str) -> str:
    """Without characters that are not for the eye."""
    return _UNSHOWN.sub("", text)


def shorten(text: str, limit: int) -> str:
    """The cleaned text within the limit, with an ellipsis where it was longer. Never empty: Slack refuses that."""
    text = clean(text).strip()
    if not any(each.isprintable() and not each.isspace() for each in text):
        return "-"
    if measure(text) <= limit:
        return text
    return cut(text, limit - 1).rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """The same, in one line."""
    return shorten(" ".join(clean(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """As much of its beginning as is within the limit."""
    text = text[:limit]
    while measure(text) > limit:
        text = text[:-1]
    return text
