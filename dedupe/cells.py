"""Vectors in cells of like ones, so that those near to a vector are found without looking at all.

A cell is known by its centre. One that has grown too large is parted in two along the line on which its vectors differ
most, then as two centres find them nearer. So the cells follow what the desk is told, with no training beforehand.
"""

from array import array
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from dedupe.slot_sums import Ints, longer

Vectors = npt.NDArray[np.float32]

MOST_IN_A_CELL = 384
_STEPS = 6
_FEWEST_OF_A_PART = 0.15
"""A part with a smaller share than this would leave the other one nearly as large as before."""


class Cells:
    """Slots by cell. `read` gives the vectors of slots."""

    def __init__(self, dimensions: int, read: Callable[[Ints], Vectors], *, most: int = MOST_IN_A_CELL) -> None:
        self._read = read
        self._most = most
        self._centres: Vectors = np.zeros((16, dimensions), dtype=np.float32)
        self._slots: list[array[int]] = [array("i")]
        self._cell_of: Ints = np.zeros(256, dtype=np.int32)

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, slots: Ints, vectors: Vectors) -> None:
        """Add slots that are in no cell, with their vectors."""
        if len(slots) and (most := int(slots.max())) >= len(self._cell_of):
            self._cell_of = longer(self._cell_of, most + 1)
        for start in range(0, len(slots), self._most):
            part = slice(start, start + self._most)
            cells = (vectors[part] @ self._centres[: len(self._slots)].T).argmax(axis=1).astype(np.int32)
            self._cell_of[slots[part]] = cells
            for slot, cell in zip(slots[part].tolist(), cells.tolist(), strict=True):
                self._slots[cell].append(slot)
            crowded = [cell for cell in set(cells.tolist()) if len(self._slots[cell]) > self._most]
            while crowded:
                cell = crowded.pop()
                self._part(cell)
                crowded += [each for each in (cell, len(self._slots) - 1) if len(self._slots[each]) > self._most]

    def drop(self, slot: int) -> None:
        self._slots[self._cell_of[slot]].remove(slot)

    def nearest(self, vector: Vectors, enough: int) -> Ints:
        """The slots of the cells nearest to a vector: as many cells as hold `enough`, or all."""
        order = np.argsort(-(self._centres[: len(self._slots)] @ vector), kind="stable")
        found: list[Ints] = []
        total = 0
        for cell in order.tolist():
            found.append(np.frombuffer(self._slots[cell], dtype=np.int32))
            total += len(found[-1])
            if total >= enough:
                break
        return np.concatenate(found)

    def _part(self, cell: int) -> None:
        slots = np.array(self._slots[cell], dtype=np.int32)
        vectors = self._read(slots)
        is_second = _halve(vectors)
        centres = _centres(vectors, is_second)
        for _ in range(_STEPS):
            nearer = vectors @ (centres[1] - centres[0]) > 0
            if not _FEWEST_OF_A_PART < nearer.mean() < 1 - _FEWEST_OF_A_PART:
                break
            is_second, centres = nearer, _centres(vectors, nearer)
        fresh = len(self._slots)
        if fresh >= len(self._centres):
            self._centres = longer(self._centres, fresh + 1)
        self._slots[cell] = array("i", slots[~is_second].tobytes())
        self._slots.append(array("i", slots[is_second].tobytes()))
        self._cell_of[slots[is_second]] = fresh
        self._centres[cell], self._centres[fresh] = centres


def _halve(vectors: Vectors) -> npt.NDArray[np.bool_]:
    """Which half each is in, along the line on which they differ most."""
    apart = vectors - vectors.mean(axis=0)
    line = apart[int((apart * apart).sum(axis=1).argmax())]
    for _ in range(_STEPS):
        line = (apart @ line) @ apart
        line = line / max(float(np.linalg.norm(line)), 1e-12)
    is_second = np.zeros(len(vectors), dtype=bool)
    is_second[np.argsort(apart @ line, kind="stable")[len(vectors) // 2 :]] = True
    return is_second


def _centres(vectors: Vectors, is_second: npt.NDArray[np.bool_]) -> Vectors:
    """The directions of two parts."""
    sums = np.stack([vectors[~is_second].sum(axis=0), vectors[is_second].sum(axis=0)])
    centres: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return centres
