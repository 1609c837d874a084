"""The embeddings of a desk's reports as they are stored, and what is usual among them.

Sums are kept of numbers that add up without rounding (embeddings come as float16), so what is usual does not depend on
the order in which reports came and went.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.cells import Cells, Vectors
from dedupe.slot_sums import Floats, Ints, longer

DIMENSIONS = 384
Halves = npt.NDArray[np.float16]

EMBEDDINGS_READ = 3_000
"""So many embeddings are compared with a query's, those of the nearest cells."""
_ALL_READ = 2
"""Where there are no more than so many times as many, all are compared, and nothing is left to chance."""

_USUAL = 0.17
"""The likeness of two unrelated reports that is assumed until a desk's own is known."""
_USUAL_COUNTS = 20
_ROWS_AT_A_TIME = 1_024
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
        return self._count <= _ALL_READ * self._read

    def put(self, slot: int, meaning: bytes | None) -> None:
        """Set the embedding of a free slot."""
        if slot >= len(self._has):
            self._rows, self._has = longer(self._rows, slot + 1), longer(self._has, slot + 1)
        vector = read_vector(meaning)
        self._has[slot] = vector is not None
        self._upto = max(self._upto, slot + 1)
        if vector is not None:
            self._rows[slot] = vector
            self._sum += vector
            self._count += 1
            self._cells.put(slot, vector.astype(np.float32))

    def drop(self, slot: int) -> None:
        if self._has[slot]:
            self._cells.drop(slot)
            self._sum -= self._rows[slot]
            self._count -= 1
        self._has[slot] = False
        self._rows[slot] = 0.0

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

    def near(self, query: MeaningQuery) -> tuple[Ints, Floats]:
        """The slots whose embeddings were compared, and how much more alike than usual each is, 0 where no more."""
        if self.reads_all:
            slots = np.flatnonzero(self._has[: self._upto]).astype(np.int32)
        else:
            slots = self._cells.nearest(query.vector.astype(np.float32), self._read)
        return slots, self.excess(query, slots)

    def excess(self, query: MeaningQuery, slots: Ints) -> Floats:
        """How much more alike than usual each of these is, estimated; 0 where no more, and where there is nothing."""
        wanted = query.vector.astype(np.float32)
        found = np.zeros(len(slots), dtype=np.float32)
        for start in range(0, len(slots), _ROWS_AT_A_TIME):
            part = slice(start, start + _ROWS_AT_A_TIME)
            found[part] = widen(self._rows[slots[part]]) @ wanted
        excess: Floats = np.maximum(found - np.float32(query.usual), 0).astype(np.float64)
        excess[~self._has[slots]] = 0.0
        return excess

    def likeness(self, query: MeaningQuery, slots: Sequence[int]) -> Floats:
        """The cosine with each of these, exactly, in the order given; -1 where a slot has no embedding."""
        wanted = np.asarray(slots, dtype=np.int64)
        cosines: Floats = (widen(self._rows[wanted]).astype(np.float64) * query.vector).sum(axis=1).round(9)
        cosines[~self._has[wanted]] = -1.0
        return cosines

    def usual_of(self, direction: Floats) -> float:
        """The mean likeness of all reports to a direction of length 1."""
        return round(float(direction @ self._sum) / max(1, self._count), 9)


def read_vector(meaning: bytes | None) -> Floats | None:
    """The numbers of an embedding; None for None and for what is no embedding of this size."""
    if meaning is None or len(meaning) != 2 * DIMENSIONS:
        return None
    vector: Floats = np.frombuffer(meaning, dtype="<f2").astype(np.float64)
    return vector if np.isfinite(vector).all() else None


def widen(rows: Halves) -> Vectors:
    """The same finite numbers as float32, exactly, several times faster than numpy's own cast: sign and number are put
    where float32 has them, and the difference in what their exponents count from is multiplied in.
    """
    bits = rows.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= np.int32(-0x70000001)
    wide: Vectors = bits.view(np.float32)
    wide *= np.float32(2.0**112)
    return wide
