"""An inverted index of short documents, exact after every step and cheap to ask.

A document is a set of terms at a slot. Likeness is the cosine of the two sets with each shared term weighted by its
squared idf, from 0 (no term shared) to 1 (the same terms). The idf is that of the moment of asking, so that the order
in which documents came never shows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.lists import Lists
from dedupe.slot_sums import Floats, Ints, Places, add_up, longer


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A text asked about: the ids of its terms that the index knows, their squared idf, the squared norm over all its
    terms, and how many these are.
    """

    ids: Ints
    weights: Floats
    norm: float
    terms: int

    @property
    def scale(self) -> float:
        """What the sum of shared weights is to be divided by for an estimate of likeness, as by the square root of how
        many terms the other text has.
        """
        return self.norm / self.terms**0.5 if self.norm > 0 else 1.0


class Terms:
    """Terms by name, and how many documents have each. A term's id is good for as long as a document has it."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._free: list[int] = []
        self._frequency: Ints = np.zeros(1024, dtype=np.int32)
        self._logs: Floats = np.full(1024, np.log(0.5))
        self._marks: Floats = np.zeros(1024)
        self._count = 0

    def __len__(self) -> int:
        """How many documents there are."""
        return self._count

    def names(self, terms: Ints) -> list[str]:
        names = self._names
        return [names[term] for term in terms.tolist()]

    def ids_of(self, terms: Collection[str]) -> list[int]:
        """The terms' ids, in the order given; new terms get one. A document with them is to be counted next."""
        ids = self._ids
        return [known if (known := ids.get(term)) is not None else self._new_id(term) for term in terms]

    def ask(self, terms: Collection[str]) -> Query:
        """Prepare a text to be compared."""
        unique = dict.fromkeys(terms)
        known = [term for name in unique if (term := self._ids.get(name)) is not None]
        ids: Ints = np.array(known, dtype=np.int32)
        weights = self.weights_of(ids)
        unseen = float(np.log((self._count + 1) / 0.5) ** 2)
        norm = float(weights.sum()) + (len(unique) - len(known)) * unseen
        return Query(ids=ids, weights=weights, norm=norm, terms=len(unique))

    def weights_of(self, ids: Ints) -> Floats:
        """The squared idf of terms that are in the index."""
        idf: Floats = np.log(self._count + 1) - self._logs[ids]
        return idf * idf

    def shared_with(self, query: Query, ids: Ints) -> Floats:
        """For each of these terms its squared idf if the query has it, else 0."""
        self._marks[query.ids] = query.weights
        shared: Floats = self._marks[ids]
        self._marks[query.ids] = 0.0
        return shared

    def _count_in(self, documents: int, ids: Ints) -> None:
        """Count so many documents with these terms."""
        self._count += documents
        self._change(ids, 1)

    def _count_out(self, ids: Ints) -> list[int]:
        """Count a document's terms off; those that no document has any more, whose ids are free now."""
        self._count -= 1
        self._change(ids, -1)
        gone: list[int] = ids[self._frequency[ids] == 0].tolist()
        for term in gone:
            del self._ids[self._names[term]]
            self._free.append(term)
        return gone

    def _change(self, ids: Ints, step: int) -> None:
        np.add.at(self._frequency, ids, step)
        self._logs[ids] = np.log(self._frequency[ids] + 0.5)

    def _new_id(self, term: str) -> int:
        if self._free:
            fresh = self._free.pop()
            self._names[fresh] = term
        else:
            fresh = len(self._names)
            self._names.append(term)
            if fresh >= len(self._frequency):
                self._frequency, self._logs = longer(self._frequency, fresh + 1), longer(self._logs, fresh + 1)
                self._marks = np.zeros(len(self._frequency))
        self._ids[term] = fresh
        return fresh


class TermIndex(Terms):
    """Documents by their terms. One that left stays in the terms' lists until they are swept, since taking it out of
    long ones is slow.
    """

    def __init__(self) -> None:
        super().__init__()
        self._documents = Lists()
        self._slots = Lists()

    def put(self, slots: Ints, documents: Sequence[Collection[str]]) -> Places:
        """Add documents, each at a free slot; how many terms each has."""
        found = [self.ids_of(dict.fromkeys(terms)) for terms in documents]
        ids: Ints = np.array([term for terms in found for term in terms], dtype=np.int32)
        lengths: Places = np.array([len(terms) for terms in found], dtype=np.int64)
        owners = np.repeat(slots, lengths)
        self._documents.extend(owners, ids)
        self._slots.extend(ids, owners)
        self._count_in(len(slots), ids)
        return lengths

    def drop(self, slot: int) -> list[int]:
        """Take the document out; the ids that no document has any more. The slot is free again once it is swept."""
        gone = self._count_out(self.terms_at(slot))
        self._documents.clear(slot)
        for term in gone:
            self._slots.clear(term)
        return gone

    def sweep(self, is_gone: npt.NDArray[np.bool_]) -> None:
        """Take slots of documents that left out of all lists, so that they can be used again."""
        self._slots.sweep(is_gone)

    def terms_at(self, slot: int) -> Ints:
        """The ids of a document's terms, each once, in the order in which it was given them."""
        return self._documents[slot]

    def terms_of(self, slots: Ints) -> tuple[Ints, Places]:
        """The same of several documents, one after the other, and how many each has."""
        return self._documents.read(slots)

    def slots_with(self, terms: Ints, *, most: int) -> tuple[Ints, Places]:
        """The slots of the documents that have each term, and how many of each: for a common one the last `most`.
        Slots of documents that left may be among them.
        """
        return self._slots.read(terms, most=most)

    def frequency(self, terms: Ints) -> Ints:
        """How many documents have each term."""
        frequency: Ints = self._frequency[terms]
        return frequency

    def likeness(self, query: Query, slots: Ints) -> Floats:
        """Likeness to each of these documents, exactly, in the order given."""
        ids, lengths = self.terms_of(slots)
        owners = np.repeat(np.arange(len(slots)), lengths)
        shared = add_up(owners, self.shared_with(query, ids), len(slots))
        return cosines(query, shared, add_up(owners, self.weights_of(ids), len(slots)))


def cosines(query: Query, shared: Floats, norms: Floats) -> Floats:
    """Likeness from the weights shared with documents and the squared norms of these."""
    likeness: Floats = shared / np.sqrt(np.maximum(norms * query.norm, 1e-12))
    return likeness.round(9)
