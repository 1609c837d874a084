"""Numbers added up by slot, at a cost that depends on how many are added and not on how many slots there are."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)


class SlotSums:
    """For each slot as many sums as there are kinds, 0 where nothing was added."""

    def __init__(self, kinds: int = 1) -> None:
        self._sums: list[Floats] = [np.zeros(256) for _ in range(kinds)]
        self._is_touched = np.zeros(256, dtype=bool)

    def make_room(self, slots: int) -> None:
        """Let there be slots below `slots`."""
        if slots > len(self._is_touched):
            self._sums = [longer(sums, slots) for sums in self._sums]
            self._is_touched = longer(self._is_touched, slots)

    def add(self, slots: Ints, *values: Floats | None) -> None:
        """Add to the slot of each value, for each kind; a slot may come several times."""
        places = slots.astype(np.intp)
        for sums, each in zip(self._sums, values, strict=True):
            if each is not None:
                np.add.at(sums, places, each)
        self._is_touched[places] = True

    def raise_to(self, slots: Ints, values: Floats) -> None:
        """Let no sum of the first kind be less than any value given for its slot. Values are not negative."""
        np.maximum.at(self._sums[0], slots, values)
        self._is_touched[slots] = True

    def take(self) -> tuple[Ints, list[Floats]]:
        """Each slot that something was added to, in order, and its sums of each kind; all are 0 again.

        Marks of one byte a slot are looked through for this: in a million that takes less than sorting the slots.
        """
        places = np.flatnonzero(self._is_touched)
        taken = [sums[places] for sums in self._sums]
        for sums in self._sums:
            sums[places] = 0.0
        self._is_touched[places] = False
        return places.astype(np.int32), taken


def add_up(owners: Places, values: Floats, many: int) -> Floats:
    """The values of each of so many owners, added up."""
    sums: Floats = np.bincount(owners, values, minlength=many).astype(np.float64, copy=False)
    return sums


def longer(rows: npt.NDArray[Number], wanted: int) -> npt.NDArray[Number]:
    """The rows in a longer array, zeros after them. What lies beyond takes up no memory until it is written."""
    grown = np.zeros((max(wanted, 2 * len(rows)), *rows.shape[1:]), dtype=rows.dtype)
    grown[: len(rows)] = rows
    return grown
