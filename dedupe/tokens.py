"""A text cut into words."""

import re
import unicodedata
from itertools import pairwise

MOST_CHARACTERS = 2_000
"""Only this much of a text is compared: what failed is said at its beginning, and one pasted log stays cheap."""

_WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc`](?=\w)")
_ASCII_CONTROLS = dict.fromkeys((*range(32), 127), " ")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def fold(text: str) -> str:
    """Lower case, one form for each letter, no control characters, at most MOST_CHARACTERS long."""
    if text.isascii():
        even = text[:MOST_CHARACTERS].lower()
        if not even.isprintable():
            even = even.translate(_ASCII_CONTROLS)
        return _APOSTROPHE.sub("", even) if "'" in even or "`" in even else even
    even = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])[:MOST_CHARACTERS].casefold()
    kept = (" " if (kind := unicodedata.category(sign)) == "Cc" else sign if kind[0] != "C" else "" for sign in even)
    return _APOSTROPHE.sub("", "".join(kept))


def split_words(text: str) -> tuple[str, ...]:
    """The words of a text, folded. Scripts without spaces between words come as pairs of neighbouring signs."""
    folded = fold(text)
    if folded.isascii():
        return tuple(_WORD.findall(folded))
    words: list[str] = []
    for word in _WORD.findall(folded):
        if word.isascii() or not _UNSPACED.search(word):
            words.append(word)
        else:
            words.extend(_pairs(word))
    return tuple(words)


def _pairs(word: str) -> list[str]:
    parts: list[str] = []
    for run in re.findall(f"{_UNSPACED.pattern}|[^\\W_]+?(?={_UNSPACED.pattern}|$)", word):
        unspaced = len(run) > 1 and _UNSPACED.fullmatch(run)
        parts.extend(a + b for a, b in pairwise(run)) if unspaced else parts.append(run)
    return parts
