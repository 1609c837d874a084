"""An inverted index of short documents, exact after every step and cheap to ask.

A document is a set of terms at a slot. Likeness is the cosine of the two sets with each shared term weighted by its
squared idf, from 0 (no term shared) to 1 (the same terms). The idf is that of the moment of asking, so that the order
in which documents came never shows.
"""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.slot_sums import Floats, Ints, SlotSums, longer

POSTINGS_READ = 40_000
"""So many postings are read for a query, those of its rarest terms first: what bounds its cost in a large index."""

_NO_TERMS = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A text asked about: the ids of its terms that the index knows, rarest first, their squared idf, the squared
    norm over all its terms, and how many these are.
    """

    ids: Ints
    weights: Floats
    norm: float
    terms: int


class Postings:
    """Terms, and the slots of the documents that have each. A term's id is good for as long as a document has it.

    A document that left stays in the lists until they are swept, since taking it out of long ones is slow.
    """

    def __init__(self, *, read: int = POSTINGS_READ) -> None:
        self.read = read
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._free: list[int] = []
        self._lists: list[array[int]] = []
        self._frequency: Ints = np.zeros(1024, dtype=np.int32)
        self._marks: Floats = np.zeros(1024)
        self._lengths: Ints = np.zeros(256, dtype=np.int32)
        self._count = 0
        self._sums = SlotSums()

    def __len__(self) -> int:
        return self._count

    def name(self, term: int) -> str:
        return self._names[term]

    def ids_of(self, terms: Collection[str]) -> list[int]:
        """The terms' ids, in the order given; new terms get one. To be followed by `_add` of a document with them."""
        ids = self._ids
        return [known if (known := ids.get(term)) is not None else self._new_id(term) for term in terms]

    def ask(self, terms: Collection[str]) -> Query:
        """Prepare a text to be compared."""
        unique = set(terms)
        known = [(term, name) for name in unique if (term := self._ids.get(name)) is not None]
        counts = self._frequency[[term for term, _ in known]].tolist() if known else []
        ordered = sorted((count, name, term) for count, (term, name) in zip(counts, known, strict=True))
        ids = np.fromiter((term for _, _, term in ordered), dtype=np.int32, count=len(ordered))
        weights = self.weights_of(ids)
        unknown = (len(unique) - len(ordered)) * self._weight_of_unseen()
        return Query(ids=ids, weights=weights, norm=float(weights.sum()) + unknown, terms=len(unique))

    def weights_of(self, ids: Ints) -> Floats:
        """The squared idf of terms that are in the index."""
        idf: Floats = np.log((self._count + 1) / (self._frequency[ids] + 0.5))
        return idf * idf

    def shared_with(self, query: Query, ids: Ints) -> Floats:
        """For each of these terms its squared idf if the query has it, else 0."""
        self._marks[query.ids] = query.weights
        shared: Floats = self._marks[ids]
        self._marks[query.ids] = 0.0
        return shared

    def rough_likeness(self, query: Query) -> tuple[Ints, Floats]:
        """The slots of documents that share a term with the query among those read, and how like each is, estimated
        with its length for a norm. Slots of documents that left may be among them.

        The commonest terms are left out where the rarer ones use up what is read; of a term that alone is more than
        that, the documents that came last are read.
        """
        taken: list[Ints] = []
        total = 0
        for term, count in zip(query.ids.tolist(), self._frequency[query.ids].tolist(), strict=True):
            if taken and total + count > self.read:
                break
            taken.append(np.frombuffer(self._lists[term], dtype=np.int32)[-self.read :])
            total += count
        if not taken or query.norm <= 0:
            return np.zeros(0, dtype=np.int32), np.zeros(0)
        weights = np.repeat(query.weights[: len(taken)], [len(one) for one in taken])
        self._sums.add(np.concatenate(taken), weights)
        slots, shared = self._sums.take()
        per_term = query.norm / query.terms
        return slots, shared / np.sqrt(query.norm * per_term * self._lengths[slots])

    def sweep(self, gone: Ints) -> None:
        """Take slots of documents that left out of all lists, so that they can be used again."""
        is_gone = np.zeros(len(self._lengths), dtype=bool)
        is_gone[gone] = True
        for term, slots in enumerate(self._lists):
            old = np.frombuffer(slots, dtype=np.int32)
            left = is_gone[old]
            if left.any():
                self._lists[term] = array("i", old[~left].tobytes())

    def _add(self, slot: int, ids: Ints) -> None:
        if slot >= len(self._lengths):
            self._lengths = longer(self._lengths, slot + 1)
            self._sums.make_room(len(self._lengths))
        lists = self._lists
        for term in ids.tolist():
            lists[term].append(slot)
        self._frequency[ids] += 1
        self._lengths[slot] = max(1, len(ids))
        self._count += 1

    def _take(self, ids: Ints) -> list[int]:
        """Count a document's terms off; those that no document has any more, whose ids are free now."""
        self._frequency[ids] -= 1
        self._count -= 1
        gone: list[int] = ids[self._frequency[ids] == 0].tolist()
        for term in gone:
            self._lists[term] = array("i")
            del self._ids[self._names[term]]
            self._free.append(term)
        return gone

    def _cosines(self, query: Query, ids: Ints, lengths: Sequence[int]) -> Floats:
        """Likeness to documents, given by their terms one after the other and how many each has."""
        if query.norm <= 0 or not len(ids):
            return np.zeros(len(lengths))
        owners = np.repeat(np.arange(len(lengths)), lengths)
        norms = np.bincount(owners, weights=self.weights_of(ids), minlength=len(lengths))
        shared = np.bincount(owners, weights=self.shared_with(query, ids), minlength=len(lengths))
        likeness: Floats = shared / np.sqrt(np.maximum(norms * query.norm, 1e-12))
        return likeness.round(9)

    def _weight_of_unseen(self) -> float:
        return float(np.log((self._count + 1) / 0.5) ** 2)

    def _new_id(self, term: str) -> int:
        if self._free:
            fresh = self._free.pop()
            self._names[fresh] = term
        else:
            fresh = len(self._names)
            self._names.append(term)
            self._lists.append(array("i"))
            if fresh >= len(self._frequency):
                self._frequency = longer(self._frequency, fresh + 1)
                self._marks = np.zeros(len(self._frequency))
        self._ids[term] = fresh
        return fresh


class TermIndex(Postings):
    """Documents by their terms, each kept as the ids of these."""

    def __init__(self, *, read: int = POSTINGS_READ) -> None:
        super().__init__(read=read)
        self._documents: list[bytes] = []

    def put(self, slot: int, terms: Collection[str]) -> Ints:
        """Add a document at a free slot; the ids of its terms, each once, in the order given."""
        ids = np.array(self.ids_of(dict.fromkeys(terms)), dtype=np.int32)
        self._add(slot, ids)
        while slot >= len(self._documents):
            self._documents.append(_NO_TERMS)
        self._documents[slot] = ids.tobytes()
        return ids

    def drop(self, slot: int) -> list[int]:
        """Take the document out; the ids that no document has any more. The slot is free again once it is swept."""
        ids = self.terms_at(slot)
        self._documents[slot] = _NO_TERMS
        return self._take(ids)

    def terms_at(self, slot: int) -> Ints:
        """The ids of a document's terms, each once, in the order in which it was given them."""
        return np.frombuffer(self._documents[slot], dtype=np.int32)

    def likeness(self, query: Query, slots: Collection[int]) -> Floats:
        """Likeness to each of these documents, exactly, in the order given."""
        documents = [self._documents[slot] for slot in slots]
        ids = np.frombuffer(b"".join(documents), dtype=np.int32)
        return self._cosines(query, ids, [len(one) // ids.itemsize for one in documents])
