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
        self._is_touched = np.zeros(256, dtype=bool)

    def make_room(self, slots: int) -> None:
        """Let there be slots below `slots`."""
        if slots > len(self._sums):
            self._sums, self._is_touched = longer(self._sums, slots), longer(self._is_touched, slots)

    def add(self, slots: Ints, values: Floats) -> None:
        """Add to the slot of each value; a slot may come several times."""
        np.add.at(self._sums, slots, values)
        self._is_touched[slots] = True

    def raise_to(self, slots: Ints, values: Floats) -> None:
        """Let no slot be less than any value given for it. Values are not negative."""
        np.maximum.at(self._sums, slots, values)
        self._is_touched[slots] = True

    def at(self, slots: Ints) -> Floats:
        """The sums at these slots."""
        sums: Floats = self._sums[slots]
        return sums

    def take(self) -> tuple[Ints, Floats]:
        """Each slot that something was added to, in order, with its sum; all are 0 again.

        Marks of one byte a slot are looked through for this: in a million that takes less than sorting the slots.
        """
        slots = np.flatnonzero(self._is_touched).astype(np.int32)
        sums = self.at(slots)
        self._sums[slots] = 0.0
        self._is_touched[slots] = False
        return slots, sums


def longer(rows: npt.NDArray[Number], wanted: int) -> npt.NDArray[Number]:
    """The rows in a longer array, zeros after them. What lies beyond takes up no memory until it is written."""
    grown = np.zeros((max(wanted, 2 * len(rows)), *rows.shape[1:]), dtype=rows.dtype)
    grown[: len(rows)] = rows
    return grown
