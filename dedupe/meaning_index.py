"""The embeddings of a desk's reports as they are stored, and what is usual among them.

Sums are kept of numbers that add up without rounding (embeddings come as float16), so what is usual does not depend on
the order in which reports came and went.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.cells import Cells, Vectors
from dedupe.slot_sums import Floats, Ints, Places, longer

DIMENSIONS = 384
Halves = npt.NDArray[np.float16]

EMBEDDINGS_READ = 600
"""So many embeddings are compared with a query's, those of the nearest cells."""
ALL_READ = 10
"""Where there are no more than so many times as many, all are compared, and nothing is left to chance."""

_USUAL = 0.28
"""The likeness of two unrelated reports that is assumed until a desk's own is known."""
_USUAL_COUNTS = 20
_SHIFTED = 112
_ROWS_AT_A_TIME = 256
"""So many rows of an embedding fit the processor's cache while they are widened."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeaningQuery:
    """A text's embedding, and its usual likeness to this desk's reports: what two unrelated texts have in common."""

    vector: Floats
    usual: float


class MeaningIndex:
    """Embeddings by slot. A slot without one is like nothing."""

    def __init__(self, *, read: int = EMBEDDINGS_READ) -> None:
        self._read = read
        self._rows: Halves = np.zeros((256, DIMENSIONS), dtype=np.float16)
        self._has = np.zeros(256, dtype=bool)
        self._cells = Cells(DIMENSIONS, lambda slots: widen(self._rows[slots]))
        self._upto = 0
        self._sum: Floats = np.zeros(DIMENSIONS)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def reads_all(self) -> bool:
        """Whether a query is compared with every embedding there is."""
        return self._count <= ALL_READ * self._read

    def put(self, slots: Ints, meanings: Sequence[bytes | None]) -> None:
        """Set the embeddings of free slots."""
        if len(slots) and (most := int(slots.max())) >= len(self._has):
            self._rows, self._has = longer(self._rows, most + 1), longer(self._has, most + 1)
        read = [read_vector(meaning) for meaning in meanings]
        vectors: Floats = np.array([one for one in read if one is not None]).reshape(-1, DIMENSIONS)
        has = np.array([one is not None for one in read], dtype=bool)
        self._has[slots] = has
        self._upto = max(self._upto, int(slots.max(initial=-1)) + 1)
        self._rows[slots[has]] = vectors
        self._sum += vectors.sum(axis=0)
        self._count += len(vectors)
        self._cells.put(slots[has], vectors.astype(np.float32))

    def drop(self, slot: int) -> None:
        if self._has[slot]:
            self._cells.drop(slot)
            self._sum -= self._rows[slot]
            self._count -= 1
        self._has[slot] = False
        self._rows[slot] = 0.0

    def has(self, slots: Ints) -> npt.NDArray[np.bool_]:
        """Whether there is an embedding at each of these slots."""
        has: npt.NDArray[np.bool_] = self._has[slots]
        return has

    def sums(self, slots: Ints, owners: Places, many: int) -> tuple[Floats, Places]:
        """The embeddings at these slots added up for each of so many owners, which come in order, without rounding;
        and how many each has.
        """
        counts = np.bincount(owners, minlength=many)
        starts, rows = np.cumsum(counts) - counts, widen(self._rows[slots])
        totals = np.zeros((many, DIMENSIONS))
        totals[counts == 1] = rows[starts[counts == 1]]
        for owner in np.flatnonzero(counts > 1).tolist():
            start = starts[owner]
            rows[start : start + counts[owner]].sum(axis=0, dtype=np.float64, out=totals[owner])
        return totals, counts

    def stored(self, slot: int) -> bytes | None:
        """The embedding as it was given."""
        return self._rows[slot].tobytes() if self._has[slot] else None

    def vector(self, slot: int) -> Floats | None:
        return self._rows[slot].astype(np.float64) if self._has[slot] else None

    def ask(self, meaning: bytes | None) -> MeaningQuery | None:
        """None where there is nothing to compare by."""
        vector = read_vector(meaning)
        if vector is None or not self._count:
            return None
        usual = (float(vector @ self._sum) + _USUAL * _USUAL_COUNTS) / (self._count + _USUAL_COUNTS)
        return MeaningQuery(vector=vector, usual=round(usual, 9))

    def near(self, query: MeaningQuery | None) -> tuple[Ints, Vectors]:
        """The slots whose embeddings were compared, and how much more alike than usual each is, 0 where no more."""
        if query is None:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        if not self.reads_all:
            slots, products = self._cells.nearest(query.vector.astype(np.float32), self._read)
            return slots, _excess(query, products)
        slots = np.flatnonzero(self._has[: self._upto]).astype(np.int32)
        return slots, self.excess(query, slots)

    def excess(self, query: MeaningQuery, slots: Ints) -> Vectors:
        """How much more alike than usual each of these is; 0 where no more, and where there is nothing."""
        found = np.zeros(len(slots), dtype=np.float32)
        shifted = (query.vector * 2.0**_SHIFTED).astype(np.float32)
        for start in range(0, len(slots), _ROWS_AT_A_TIME):
            part = slice(start, start + _ROWS_AT_A_TIME)
            np.dot(_shift(np.take(self._rows, slots[part], axis=0)), shifted, out=found[part])
        excess = _excess(query, found)
        excess[~self._has[slots]] = 0.0
        return excess

    def likeness(self, query: MeaningQuery, slots: Ints) -> Floats:
        """The cosine with each of these, exactly, in the order given; -1 where a slot has no embedding."""
        rows = _shift(self._rows[slots]).astype(np.float64)
        cosines: Floats = (rows @ (query.vector * 2.0**_SHIFTED)).round(9)
        cosines[~self._has[slots]] = -1.0
        return cosines

    def usual_of(self, vectors: Floats) -> Floats:
        """The mean product of each of these vectors with all reports: for one of length 1 its mean likeness to them."""
        usual: Floats = vectors @ self._sum / max(1, self._count)
        return usual


def read_vector(meaning: bytes | None) -> Floats | None:
    """The numbers of an embedding; None for None and for what is no embedding of this size."""
    if meaning is None or len(meaning) != 2 * DIMENSIONS:
        return None
    vector: Floats = np.frombuffer(meaning, dtype="<f2").astype(np.float64)
    return vector if np.isfinite(vector).all() else None


def widen(rows: Halves) -> Vectors:
    """The same finite numbers as float32, exactly, several times faster than numpy's own cast."""
    wide = _shift(rows)
    wide *= np.float32(2.0**_SHIFTED)
    return wide


def _shift(rows: Halves) -> Vectors:
    """The same over 2 to the power of `_SHIFTED`: sign and number put where float32 has them, without minding that it
    counts exponents from elsewhere.
    """
    bits = rows.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= np.int32(-0x70000001)
    return bits.view(np.float32)


def _excess(query: MeaningQuery, products: Vectors) -> Vectors:
    excess: Vectors = np.maximum(products - np.float32(query.usual), 0)
    return excess
