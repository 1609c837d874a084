"""Words without their endings and accents."""

import unicodedata
from functools import lru_cache

import snowballstemmer

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word's English stem; a word that is not plain letters stays as it is. Accents, which people leave out when
    they are in a hurry, are left out first, and umlauts are written out.

    A stemmer of its own for each new word, since stemmers keep state and threads may share this function.
    """
    plain = word if word.isascii() else "".join(map(_plain, word.translate(_UMLAUTS)))
    if not (plain.isascii() and plain.isalpha()):
        return plain
    return str(snowballstemmer.stemmer("english").stemWord(plain))


def _plain(letter: str) -> str:
    """A Latin letter without its marks; any other sign as it is."""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter
