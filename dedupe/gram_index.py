"""Documents by the characters in their words: an index that finds what was spelt otherwise.

What runs of characters a word has is kept once for each word, not for each document: a document has those of its words.
Only of a gram that several of its words have is it noted that it counts once.
"""

from collections.abc import Callable, Iterable
from itertools import chain

import numpy as np
import numpy.typing as npt

from dedupe.index import Query, TermIndex, Terms, cosines
from dedupe.lists import Lists
from dedupe.slot_sums import Floats, Ints, Places, add_up, longer


class GramIndex(Terms):
    """The documents of a `TermIndex` by the grams of their terms. `spell` gives the grams of a term."""

    def __init__(self, words: TermIndex, spell: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._words = words
        self._spell = spell
        self._grams_of = Lists()
        """By word."""
        self._words_with = Lists()
        """By gram."""
        self._number_of: Ints = np.zeros(256, dtype=np.int32)
        """By word, for `_distinct` to count by."""
        self._doubled_at = Lists()
        """By slot, the grams that a word has after another had them."""
        self._slots_doubling = Lists()
        """By gram, the slots where it is doubled."""

    def put(self, slots: Ints) -> None:
        """Add the documents that were put into the words at these slots just now."""
        words, lengths = self._words.terms_of(slots)
        self._spell_out(words)
        owners, grams, is_first = self._marked(words, lengths)
        doubling, doubled = slots[owners[~is_first]], grams[~is_first]
        self._doubled_at.extend(doubling, doubled)
        self._slots_doubling.extend(doubled, doubling)
        self._count_in(len(slots), grams[is_first])

    def drop(self, slot: int) -> None:
        """Take the document out of the grams and of the words."""
        words = self._words.terms_at(slot)
        _, grams, is_first = self._marked(words, np.array([len(words)]))
        for word in self._words.drop(slot):
            for gram in self._grams_of[word].tolist():
                self._words_with.remove(gram, word)
            self._grams_of.clear(word)
        self._doubled_at.clear(slot)
        for gram in self._count_out(grams[is_first]):
            self._slots_doubling.clear(gram)

    def sweep(self, is_gone: npt.NDArray[np.bool_]) -> None:
        """Take slots of documents that left out of all lists, so that they can be used again."""
        self._slots_doubling.sweep(is_gone)

    def alike(self, query: Query) -> tuple[Ints, Floats]:
        """The words that share a gram with the query, and the weights of those shared together."""
        words, lengths = self._words_with.read(query.ids)
        shared = add_up(words.astype(np.int64), np.repeat(query.weights, lengths), 0)
        found = np.flatnonzero(shared > 0).astype(np.int32)
        return found, shared[found]

    def doubled(self, query: Query) -> tuple[Ints, Floats]:
        """The slots of documents in which several words have one gram of the query, and its weight; one that is there
        three times comes twice.
        """
        slots, lengths = self._slots_doubling.read(query.ids)
        return slots, np.repeat(query.weights, lengths)

    def likeness(self, query: Query, slots: Ints) -> Floats:
        """Likeness to each of these documents, exactly, in the order given."""
        words, lengths = self._words.terms_of(slots)
        unique, places = self._distinct(words)
        grams, counts = self._grams_of.read(unique)
        of_word = np.repeat(np.arange(len(unique)), counts)
        owners = np.repeat(np.arange(len(slots)), lengths)
        doubled, times = self._doubled_at.read(slots)
        twice = np.repeat(np.arange(len(slots)), times)

        def of_documents(of_grams: Floats, of_doubled: Floats) -> Floats:
            of_words = add_up(of_word, of_grams, len(unique))[places]
            each_once = add_up(owners, of_words, len(slots)) - add_up(twice, of_doubled, len(slots))
            return each_once.clip(min=0.0)

        shared = of_documents(self.shared_with(query, grams), self.shared_with(query, doubled))
        return cosines(query, shared, of_documents(self.weights_of(grams), self.weights_of(doubled)))

    def _distinct(self, words: Ints) -> tuple[Ints, Ints]:
        """Each of these words once, and which of them each is."""
        numbers = np.arange(len(words), dtype=np.int32)
        self._number_of[words] = numbers
        unique = words[self._number_of[words] == numbers]
        self._number_of[unique] = numbers[: len(unique)]
        return unique, self._number_of[words]

    def _spell_out(self, words: Ints) -> None:
        """Keep the grams of words that are new."""
        new: Ints = np.unique(words[self._grams_of.lengths(words) == 0])
        if len(new) and int(new[-1]) >= len(self._number_of):
            self._number_of = longer(self._number_of, int(new[-1]) + 1)
        spelt = [self.ids_of(sorted(set(self._spell(word)))) for word in self._words.names(new)]
        owners = np.repeat(new, [len(grams) for grams in spelt])
        grams: Ints = np.fromiter(chain.from_iterable(spelt), dtype=np.int32, count=len(owners))
        self._grams_of.extend(owners, grams)
        self._words_with.extend(grams, owners)

    def _marked(self, words: Ints, lengths: Places) -> tuple[Places, Ints, npt.NDArray[np.bool_]]:
        """The grams of documents, given by their words one after the other and how many each has: by number which of
        the documents has it, the gram, and whether it is the document's first such.
        """
        grams, counts = self._grams_of.read(words)
        owners = np.repeat(np.repeat(np.arange(len(lengths)), lengths), counts)
        pairs = np.sort(owners * len(self._names) + grams)
        is_first = np.diff(pairs, prepend=-1) != 0
        owners, sorted_grams = np.divmod(pairs, max(1, len(self._names)))
        return owners, sorted_grams.astype(np.int32), is_first
