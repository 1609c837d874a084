"""Numbers added up by slot, at a cost that depends on how many are added and not on how many slots there are."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Number = TypeVar("Number", bound=np.generic)


class SlotSums:
    """A sum for each slot, 0 where nothing was added."""

    def __init__(self) -> None:
        self._sums: Floats = np.zeros(256)
        self._last: Ints = np.zeros(256, dtype=np.int32)
        self._touched: list[Ints] = []

    def make_room(self, slots: int) -> None:
        """Let there be slots below `slots`."""
        if slots > len(self._sums):
            self._sums, self._last = longer(self._sums, slots), longer(self._last, slots)

    def add(self, slots: Ints, values: Floats) -> None:
        """Add to the slot of each value; a slot may come several times."""
        np.add.at(self._sums, slots, values)
        self._touched.append(slots)

    def raise_to(self, slots: Ints, values: Floats) -> None:
        """Let no slot be less than any value given for it. Values are not negative."""
        np.maximum.at(self._sums, slots, values)
        self._touched.append(slots)

    def at(self, slots: Ints) -> Floats:
        """The sums at these slots."""
        sums: Floats = self._sums[slots]
        return sums

    def touched(self) -> Ints:
        """Each slot that something was added to, once."""
        if not self._touched:
            return np.zeros(0, dtype=np.int32)
        touched = np.concatenate(self._touched) if len(self._touched) > 1 else self._touched[0]
        # Of several places that name one slot, the last to write there stays: a way to each slot once without sorting.
        places = np.arange(len(touched), dtype=np.int32)
        self._last[touched] = places
        slots: Ints = touched[self._last[touched] == places]
        return slots

    def clear(self) -> None:
        """Make all 0 again."""
        for slots in self._touched:
            self._sums[slots] = 0.0
        self._touched.clear()

    def take(self) -> tuple[Ints, Floats]:
        """Each slot that something was added to with its sum; all are 0 again."""
        slots = self.touched()
        sums = self.at(slots)
        self.clear()
        return slots, sums


def longer(rows: npt.NDArray[Number], wanted: int) -> npt.NDArray[Number]:
    """The rows in a longer array, zeros after them. What lies beyond takes up no memory until it is written."""
    grown = np.zeros((max(wanted, 2 * len(rows)), *rows.shape[1:]), dtype=rows.dtype)
    grown[: len(rows)] = rows
    return grown
