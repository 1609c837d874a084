"""Numbers added up by slot, at a cost that depends on how many are added and not on how many slots there are."""

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)

_FEWEST_SAMPLED, _ONE_IN, _SPARE = 4_096, 16, 2


class SlotSums(Generic[Number]):
    """For each slot a sum, 0 where nothing was added."""

    def __init__(self, kind: type[Number]) -> None:
        """`kind`: float64, or float32 where an estimate will do."""
        self._sums: npt.NDArray[Number] = np.zeros(256, dtype=kind)
        self._is_touched = np.zeros(256, dtype=bool)

    def make_room(self, slots: int) -> None:
        """Let there be slots below `slots`."""
        if slots > len(self._is_touched):
            self._sums, self._is_touched = longer(self._sums, slots), longer(self._is_touched, slots)

    def add(self, slots: Ints, values: npt.NDArray[Number]) -> None:
        """Add to the slot of each value; a slot may come several times."""
        places = slots.astype(np.intp)
        np.add.at(self._sums, places, values)
        self._is_touched[places] = True

    def raise_to(self, slots: Ints, values: npt.NDArray[Number]) -> None:
        """Let no sum be less than any value given for its slot. Values are not negative."""
        np.maximum.at(self._sums, slots, values)
        self._is_touched[slots] = True

    def take_from(self, slots: Ints) -> npt.NDArray[Number]:
        """The sums of these slots, each given once; they are 0 again."""
        self._is_touched[slots] = False
        return self._clear(slots)

    def take(self) -> tuple[Ints, npt.NDArray[Number]]:
        """Each slot that something was added to, in order, and its sum; all are 0 again.

        Marks of one byte a slot are looked through for this: in a million that takes less than sorting the slots.
        """
        places = np.flatnonzero(self._is_touched)
        self._is_touched[:] = False
        return places.astype(np.int32), self._clear(places)

    def _clear(self, slots: Ints | Places) -> npt.NDArray[Number]:
        cleared = np.take(self._sums, slots)
        self._sums[slots] = 0.0
        return cleared


def highest(values: Floats | Singles, many: int) -> Places:
    """Where the highest so many of at least as many values are, and those equal to the last of these, in order."""
    pool = np.arange(len(values))
    if len(values) > _FEWEST_SAMPLED:
        # What a few of them show to be low is not looked at again.
        sample = values[::_ONE_IN]
        expected = min(len(sample), many * _SPARE // _ONE_IN + 1)
        found = np.flatnonzero(values >= np.partition(sample, -expected)[-expected])
        if len(found) >= many:
            pool = found
    high = values[pool]
    places: Places = pool[high >= np.partition(high, -many)[-many]]
    return places


def add_up(owners: Places, values: Floats, many: int) -> Floats:
    """The values of each of so many owners, added up."""
    sums: Floats = np.bincount(owners, values, minlength=many).astype(np.float64, copy=False)
    return sums


def longer(rows: npt.NDArray[Number], wanted: int) -> npt.NDArray[Number]:
    """The rows in a longer array, zeros after them. What lies beyond takes up no memory until it is written."""
    grown = np.zeros((max(wanted, 2 * len(rows)), *rows.shape[1:]), dtype=rows.dtype)
    grown[: len(rows)] = rows
    return grown
