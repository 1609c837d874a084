"""An inverted index of short documents, exact after every step and cheap to ask.

A document is a set of terms at a slot. Likeness is the cosine of the two sets with each shared term weighted by its
squared idf, from 0 (no term shared) to 1 (the same terms). The idf is that of the moment of asking, so that the order
in which documents came never shows.
"""

from array import array
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

POSTINGS_READ = 40_000
"""So many postings are read for a query, those of its rarest terms first: what bounds its cost in a large index."""

_NO_TERMS: Ints = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A text asked about: the ids of its terms that the index knows, rarest first, their squared idf, the squared
    norm over all its terms, and how many these are.
    """

    ids: Ints
    weights: Floats
    norm: float
    terms: int


class TermIndex:
    """Documents by their terms."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._free: list[int] = []
        self._postings: list[array[int]] = []
        self._documents: dict[int, Ints] = {}
        self._frequency: Ints = np.zeros(1024, dtype=np.int32)
        self._marks: Floats = np.zeros(1024)

    def __len__(self) -> int:
        return len(self._documents)

    def put(self, slot: int, terms: Collection[str]) -> Ints:
        """Add a document at a free slot; the ids of its terms, valid for as long as it is there."""
        ids = np.fromiter(sorted(self._id(term) for term in set(terms)), dtype=np.int32)
        for term in ids.tolist():
            self._postings[term].append(slot)
        self._frequency[ids] += 1
        self._documents[slot] = ids
        return ids

    def drop(self, slot: int) -> Ints:
        """Take the document out; the ids it had."""
        ids = self._documents.pop(slot)
        self._frequency[ids] -= 1
        for term in ids.tolist():
            self._postings[term].remove(slot)
            if not self._postings[term]:
                del self._ids[self._names[term]]
                self._free.append(term)
        return ids

    def ask(self, terms: Collection[str]) -> Query:
        """Prepare a text to be compared."""
        unique = set(terms)
        known = sorted(
            (int(self._frequency[term]), name, term) for name in unique if (term := self._ids.get(name)) is not None
        )
        ids = np.fromiter((term for _, _, term in known), dtype=np.int32, count=len(known))
        weights = self.weights_of(ids)
        unknown = (len(unique) - len(known)) * self._weight_of_unseen()
        return Query(ids=ids, weights=weights, norm=float(weights.sum()) + unknown, terms=len(unique))

    def weights_of(self, ids: Ints) -> Floats:
        """The squared idf of terms that are in the index."""
        idf: Floats = np.log((len(self._documents) + 1) / (self._frequency[ids] + 0.5))
        return idf * idf

    def rough_likeness(self, query: Query, slots: int) -> Floats:
        """Likeness by slot for the slots below `slots`, estimated: documents that share a term with the query among
        those read have more than 0. Very common terms are left out where the rarer ones use up POSTINGS_READ.
        """
        taken: list[Ints] = []
        lengths: list[int] = []
        total = 0
        for term in query.ids.tolist():
            length = len(self._postings[term])
            if taken and total + length > POSTINGS_READ:
                break
            taken.append(np.frombuffer(self._postings[term], dtype=np.int32))
            lengths.append(length)
            total += length
        if not taken:
            return np.zeros(slots)
        weights = np.repeat(query.weights[: len(taken)], lengths)
        rough: Floats = np.bincount(np.concatenate(taken), weights=weights, minlength=slots).astype(
            np.float64, copy=False
        )
        return rough

    def likeness(self, query: Query, slots: Collection[int]) -> Floats:
        """Likeness to each of these documents, exactly, in the order given."""
        documents = [self._documents.get(slot, _NO_TERMS) for slot in slots]
        lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
        if query.norm <= 0 or not lengths.sum():
            return np.zeros(len(documents))
        ids = np.concatenate(documents)
        owners = np.repeat(np.arange(len(documents)), lengths)
        norms = np.bincount(owners, weights=self.weights_of(ids), minlength=len(documents))
        shared = np.bincount(owners, weights=self.shared_with(query, ids), minlength=len(documents))
        likeness: Floats = shared / np.sqrt(np.maximum(norms * query.norm, 1e-12))
        return likeness.round(9)

    def shared_with(self, query: Query, ids: Ints) -> Floats:
        """For each of these terms its squared idf if the query has it, else 0."""
        self._marks[query.ids] = query.weights
        shared: Floats = self._marks[ids]
        self._marks[query.ids] = 0.0
        return shared

    def _weight_of_unseen(self) -> float:
        return float(np.log((len(self._documents) + 1) / 0.5) ** 2)

    def _id(self, term: str) -> int:
        known = self._ids.get(term)
        if known is not None:
            return known
        if self._free:
            fresh = self._free.pop()
            self._names[fresh] = term
        else:
            fresh = len(self._names)
            self._names.append(term)
            self._postings.append(array("i"))
            self._grow(fresh)
        self._ids[term] = fresh
        return fresh

    def _grow(self, size: int) -> None:
        if size >= len(self._frequency):
            self._frequency = np.concatenate([self._frequency, np.zeros_like(self._frequency)])
            self._marks = np.zeros(len(self._frequency))
