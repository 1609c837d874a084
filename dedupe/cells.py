"""Vectors in cells of like ones, so that those near to a vector are found without looking at all.

A cell is known by its centre. One that has grown too large is parted in two along the line on which its vectors differ
most, then as two centres find them nearer. So the cells follow what the desk is told, with no training beforehand.

A cell holds its vectors in whole numbers from -127 to 127, with a unit for each: for estimates these are good enough, a
quarter as long, and read in one go.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from dedupe.slot_sums import Ints, Number, longer

Vectors = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]

MOST_IN_A_CELL = 512
_ROOM = 32
"""A cell has room for a multiple of so many, so that what one gives back another can use."""
_MOST_UNITS, _SMALLEST = 127, np.float32(1e-6)
_STEPS = 6
_FEWEST_OF_A_PART = 0.15
"""A part with a smaller share than this would leave the other one nearly as large as before."""


class _Cell:
    """Slots with their vectors, in no order."""

    def __init__(self, slots: Ints, rows: Bytes, units: Vectors) -> None:
        self._size = len(slots)
        self._slots, self._rows, self._units = _with_room(slots), _with_room(rows), _with_room(units)

    def __len__(self) -> int:
        return self._size

    @property
    def slots(self) -> Ints:
        return self._slots[: self._size]

    def add(self, slots: Ints, rows: Bytes, units: Vectors) -> None:
        start, self._size = self._size, self._size + len(slots)
        if self._size > len(self._slots):
            self._slots = _with_room(self._slots, self._size)
            self._rows, self._units = _with_room(self._rows, self._size), _with_room(self._units, self._size)
        there = slice(start, self._size)
        self._slots[there], self._rows[there], self._units[there] = slots, rows, units

    def drop(self, slot: int) -> None:
        """The last takes its place."""
        self._size -= 1
        place, last = int(np.flatnonzero(self._slots == slot)[0]), self._size
        for each in (self._slots, self._rows, self._units):
            each[place] = each[last]

    def part(self, is_second: npt.NDArray[np.bool_]) -> tuple["_Cell", "_Cell"]:
        """The two parts."""
        first, second = (
            _Cell(self.slots[part], self._rows[: self._size][part], self._units[: self._size][part])
            for part in (~is_second, is_second)
        )
        return first, second

    def products(self, vector: Vectors, room: Vectors, found: Vectors) -> None:
        """Find the products of its vectors with one. `room`: where they are widened."""
        wide = room[: self._size]
        wide[...] = self._rows[: self._size]
        np.dot(wide, vector, out=found)
        found *= self._units[: self._size]


class Cells:
    """Slots by cell. `read` gives the vectors of slots."""

    def __init__(self, dimensions: int, read: Callable[[Ints], Vectors], *, most: int = MOST_IN_A_CELL) -> None:
        self._read = read
        self._most = most
        self._centres: Vectors = np.zeros((16, dimensions), dtype=np.float32)
        self._cells = [_no_cell(dimensions)]
        self._cell_of: Ints = np.zeros(256, dtype=np.int32)
        self._room: Vectors = np.zeros((most, dimensions), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._cells)

    def put(self, slots: Ints, vectors: Vectors) -> None:
        """Add slots that are in no cell, with their vectors."""
        if len(slots) and (most := int(slots.max())) >= len(self._cell_of):
            self._cell_of = longer(self._cell_of, most + 1)
        for start in range(0, len(slots), self._most):
            self._put(slots[start : start + self._most], vectors[start : start + self._most])

    def drop(self, slot: int) -> None:
        self._cells[self._cell_of[slot]].drop(slot)

    def nearest(self, vector: Vectors, enough: int) -> tuple[Ints, Vectors]:
        """The slots of the cells nearest to a vector, as many cells as hold `enough`, or all; and the products of their
        vectors with it, estimated.
        """
        order = np.argsort(-(self._centres[: len(self._cells)] @ vector))
        near: list[_Cell] = []
        total = 0
        for cell in order.tolist():
            near.append(self._cells[cell])
            total += len(near[-1])
            if total >= enough:
                break
        products = np.empty(total, dtype=np.float32)
        start = 0
        for each in near:
            each.products(vector, self._room, products[start : start + len(each)])
            start += len(each)
        return np.concatenate([each.slots for each in near]), products

    def _put(self, slots: Ints, vectors: Vectors) -> None:
        units = np.maximum(np.abs(vectors).max(axis=1), _SMALLEST) / _MOST_UNITS
        rows = np.rint(vectors / units[:, None]).astype(np.int8)
        cells = (vectors @ self._centres[: len(self._cells)].T).argmax(axis=1).astype(np.int32)
        self._cell_of[slots] = cells
        crowded: list[int] = np.unique(cells).tolist()
        for cell in crowded:
            its = cells == cell
            self._cells[cell].add(slots[its], rows[its], units[its])
        while crowded:
            cell = crowded.pop()
            if len(self._cells[cell]) > self._most:
                self._part(cell)
                crowded += [cell, len(self._cells) - 1]

    def _part(self, cell: int) -> None:
        slots = self._cells[cell].slots
        vectors = self._read(slots)
        is_second = _halve(vectors)
        centres = _centres(vectors, is_second)
        for _ in range(_STEPS):
            nearer = vectors @ (centres[1] - centres[0]) > 0
            if not _FEWEST_OF_A_PART < nearer.mean() < 1 - _FEWEST_OF_A_PART:
                break
            is_second, centres = nearer, _centres(vectors, nearer)
        fresh = len(self._cells)
        if fresh >= len(self._centres):
            self._centres = longer(self._centres, fresh + 1)
        self._cell_of[slots[is_second]] = fresh
        self._cells[cell], second = self._cells[cell].part(is_second)
        self._cells.append(second)
        self._centres[cell], self._centres[fresh] = centres


def _with_room(rows: npt.NDArray[Number], wanted: int = 0) -> npt.NDArray[Number]:
    """The rows in a longer array."""
    needed = max(wanted, len(rows))
    grown = np.empty((needed + -needed % _ROOM, *rows.shape[1:]), dtype=rows.dtype)
    grown[: len(rows)] = rows
    return grown


def _no_cell(dimensions: int) -> _Cell:
    return _Cell(np.zeros(0, dtype=np.int32), np.zeros((0, dimensions), dtype=np.int8), np.zeros(0, dtype=np.float32))


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
