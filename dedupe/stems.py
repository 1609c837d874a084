"""Words without their endings."""

from functools import lru_cache

import snowballstemmer


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word's English stem; a word that is not plain letters stays as it is.

    A stemmer of its own for each new word, since stemmers keep state and threads may share this function.
    """
    if not (word.isascii() and word.isalpha()):
        return word
    return str(snowballstemmer.stemmer("english").stemWord(word))
