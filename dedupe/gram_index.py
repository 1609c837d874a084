"""Documents by the characters in their words: an index that finds what was spelt otherwise.

What runs of characters a word has is kept once for each word, not for each document: a document has those of its words.
"""

from collections.abc import Callable, Collection, Iterable

import numpy as np

from dedupe.index import POSTINGS_READ, Postings, Query, TermIndex
from dedupe.slot_sums import Floats, Ints


class GramIndex(Postings):
    """The documents of a `TermIndex` by the grams of their terms. `spell` gives the grams of a term."""

    def __init__(self, words: TermIndex, spell: Callable[[str], Iterable[str]], *, read: int = POSTINGS_READ) -> None:
        super().__init__(read=read)
        self._words = words
        self._spell = spell
        self._spelt: list[bytes | None] = []

    def put(self, slot: int) -> None:
        """Add the document that was put into the words at this slot just now."""
        words: list[int] = self._words.terms_at(slot).tolist()
        if words and (most := max(words)) >= len(self._spelt):
            self._spelt.extend([None] * (most + 1 - len(self._spelt)))
        for word in words:
            if self._spelt[word] is None:
                ids = self.ids_of(set(self._spell(self._words.name(word))))
                self._spelt[word] = np.array(ids, dtype=np.int32).tobytes()
        self._add(slot, self._grams_of(words))

    def drop(self, slot: int) -> None:
        """Take the document out of the grams and of the words."""
        self._take(self._grams_of(self._words.terms_at(slot).tolist()))
        for word in self._words.drop(slot):
            self._spelt[word] = None

    def likeness(self, query: Query, slots: Collection[int]) -> Floats:
        """Likeness to each of these documents, exactly, in the order given."""
        spelt = [self._join(self._words.terms_at(slot).tolist()) for slot in slots]
        ids = np.frombuffer(b"".join(spelt), dtype=np.int32)
        owners = np.repeat(np.arange(len(spelt), dtype=np.int64), [len(one) // ids.itemsize for one in spelt])
        # A gram that two of a document's words have counts once.
        pairs = np.sort(owners * len(self._names) + ids)
        pairs = pairs[np.diff(pairs, prepend=-1) != 0]
        owners, grams = np.divmod(pairs, max(1, len(self._names)))
        lengths = np.bincount(owners, minlength=len(spelt))
        return self._cosines(query, grams.astype(np.int32), lengths.tolist())

    def _grams_of(self, words: Iterable[int]) -> Ints:
        grams = np.sort(np.frombuffer(self._join(words), dtype=np.int32))
        each_once: Ints = grams[np.diff(grams, prepend=np.int32(-1)) != 0]
        return each_once

    def _join(self, words: Iterable[int]) -> bytes:
        spelt = self._spelt
        return b"".join([spelt[word] or b"" for word in words])
