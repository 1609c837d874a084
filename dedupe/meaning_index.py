"""The embeddings of a desk's reports in one growing matrix, and what is usual among them.

Sums are kept of numbers that add up without rounding (embeddings come as float16), so what is usual does not depend on
the order in which reports came and went.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.index import Floats

DIMENSIONS = 384
Vectors = npt.NDArray[np.float32]

_USUAL = 0.17
"""The likeness of two unrelated reports that is assumed until a desk's own is known."""
_USUAL_COUNTS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class MeaningQuery:
    """A text's embedding, and its usual likeness to this desk's reports: what two unrelated texts have in common."""

    vector: Floats
    usual: float


class MeaningIndex:
    """Embeddings by slot. A slot without one is like nothing."""

    def __init__(self) -> None:
        self._vectors: Vectors = np.zeros((256, DIMENSIONS), dtype=np.float32)
        self._has = np.zeros(256, dtype=bool)
        self._sum: Floats = np.zeros(DIMENSIONS)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, slot: int, meaning: bytes | None) -> None:
        """Set the embedding of a free slot."""
        self._make_room(slot)
        vector = read_vector(meaning)
        self._has[slot] = vector is not None
        if vector is not None:
            self._vectors[slot] = vector
            self._sum += vector
            self._count += 1

    def drop(self, slot: int) -> None:
        if self._has[slot]:
            self._sum -= self._vectors[slot]
            self._count -= 1
        self._has[slot] = False
        self._vectors[slot] = 0.0

    def ask(self, meaning: bytes | None) -> MeaningQuery | None:
        """None where there is nothing to compare by."""
        vector = read_vector(meaning)
        if vector is None or not self._count:
            return None
        usual = (float(vector @ self._sum) + _USUAL * _USUAL_COUNTS) / (self._count + _USUAL_COUNTS)
        return MeaningQuery(vector=vector, usual=round(usual, 9))

    def rough_likeness(self, query: MeaningQuery, slots: int) -> Floats:
        """By slot below `slots`, how much more alike than usual, rounded; 0 where no more."""
        excess = self._vectors[:slots] @ query.vector.astype(np.float32) - np.float32(query.usual)
        rough: Floats = np.where(self._has[:slots], np.maximum(excess, 0), 0).astype(np.float64)
        return rough

    def likeness(self, query: MeaningQuery, slots: Sequence[int]) -> Floats:
        """The cosine with each of these, exactly, in the order given; -1 where a slot has no embedding."""
        wanted = np.asarray(slots, dtype=np.int64)
        cosines: Floats = (self._vectors[wanted].astype(np.float64) * query.vector).sum(axis=1).round(9)
        cosines[~self._has[wanted]] = -1.0
        return cosines

    def usual_of(self, direction: Floats) -> float:
        """The mean likeness of all reports to a direction of length 1."""
        return round(float(direction @ self._sum) / max(1, self._count), 9)

    def _make_room(self, slot: int) -> None:
        if slot >= len(self._has):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
            self._has = np.concatenate([self._has, np.zeros_like(self._has)])


def read_vector(meaning: bytes | None) -> Floats | None:
    """The numbers of an embedding; None for None and for what is no embedding of this size."""
    if meaning is None or len(meaning) != 2 * DIMENSIONS:
        return None
    vector: Floats = np.frombuffer(meaning, dtype="<f2").astype(np.float64)
    return vector if np.isfinite(vector).all() else None
