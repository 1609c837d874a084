"""The error codes of a text as a person writes them, for those who only want to name them."""

from functools import cache

from dedupe.normalise import Normaliser
from dedupe.vocabulary import load_vocabulary


def named_codes(text: str) -> frozenset[str]:
    """Such as {"ERR-4012"}. Numbers that may be something else than a code are left out."""
    return frozenset(str(code) for code in _normaliser().read(text).codes.named)


@cache
def _normaliser() -> Normaliser:
    """Read once, when the first text is asked about; the vocabulary is the package's and does not change."""
    return Normaliser(load_vocabulary())
