"""Embeddings for a million invented reports, of which some thousands are read by the model.

A model reads a thousand texts a second at best, so a million would take twenty minutes. The first reports of a desk,
and all that are asked about, are read. Every other report's embedding is derived: that of a read report of its failure,
or where there is none a mixture of two read ones that stands for the failure, moved by the difference of two others, by
so much that reports of one failure are as unlike each other as those that were read are.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from dedupe.meaning import MeaningModel
from dedupe.meaning_index import DIMENSIONS

Halves = npt.NDArray[np.float16]
Vectors = npt.NDArray[np.float32]

READ = 5_000
_MIXED = 0.7
_MOVED = (0.2, 1.05)
_AT_A_TIME = 20_000


def read_texts(model: MeaningModel, texts: Sequence[str]) -> Halves:
    """As the model reads them, one row each."""
    rows = [np.frombuffer(model.read(text), dtype="<f2") for text in texts]
    return np.array(rows, dtype=np.float16).reshape(-1, DIMENSIONS)


def derive(read: Halves, failures: npt.NDArray[np.int64], seed: int = 7) -> Halves:
    """A row for each report, given by its failure; those of the first reports are `read`."""
    chance = np.random.default_rng(seed)
    known = read.astype(np.float32)
    found = np.zeros((len(failures), DIMENSIONS), dtype=np.float16)
    found[: len(read)] = read[: len(failures)]
    stands_for = _stand_ins(chance, known, failures)
    for start in range(len(read), len(failures), _AT_A_TIME):
        part = slice(start, min(start + _AT_A_TIME, len(failures)))
        anchors = stands_for(failures[part])
        one, other = (known[chance.integers(len(known), size=len(anchors))] for _ in range(2))
        moved = chance.uniform(*_MOVED, size=(len(anchors), 1)).astype(np.float32)
        found[part] = _unit(anchors + moved * (one - other))
    return found


def _stand_ins(
    chance: np.random.Generator, known: Vectors, failures: npt.NDArray[np.int64]
) -> Callable[[npt.NDArray[np.int64]], Vectors]:
    """For failures, what their embeddings are moved from."""
    many = int(failures.max()) + 1
    first, second = chance.integers(len(known), size=(2, many))
    is_read = np.zeros(many, dtype=bool)
    read = failures[: len(known)]
    first[read], is_read[read] = np.arange(len(read)), True

    def stand_in(wanted: npt.NDArray[np.int64]) -> Vectors:
        anchors = known[first[wanted]]
        mixed = _unit(anchors + np.float32(_MIXED) * known[second[wanted]])
        found: Vectors = np.where(is_read[wanted, None], anchors, mixed)
        return found

    return stand_in


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    found: Vectors = rows / np.maximum(lengths, np.float32(1e-9))
    return found
