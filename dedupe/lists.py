"""Many lists of numbers, most of them short, kept in one array: several are read at once without a loop."""

import numpy as np
import numpy.typing as npt

from dedupe.slot_sums import Ints, Places, longer

_LONG = 64
"""Lists of more values than this, by the mean, are read faster one by one."""


class Lists:
    """Lists by number, empty at first. What a list outgrows is given back when the array is full."""

    def __init__(self) -> None:
        self._values: Ints = np.zeros(1024, dtype=np.int32)
        self._used = 0
        self._starts: Places = np.zeros(256, dtype=np.int64)
        self._lengths: Places = np.zeros(256, dtype=np.int64)
        self._rooms: Places = np.zeros(256, dtype=np.int64)

    def __getitem__(self, number: int) -> Ints:
        """One list, to be read only before the next change."""
        if number >= len(self._lengths):
            return self._values[:0]
        start = int(self._starts[number])
        return self._values[start : start + int(self._lengths[number])]

    def lengths(self, numbers: Ints | Places) -> Places:
        """How long each of these lists is."""
        self._make_room(numbers)
        return self._lengths[numbers]

    def read(self, numbers: Ints | Places, *, most: int | None = None) -> tuple[Ints, Places]:
        """These lists one after the other, and how much is of each. `most`: only so much of a list, its end."""
        lengths = self.lengths(numbers)
        starts = self._starts[numbers]
        if most is not None:
            starts = starts + np.maximum(lengths - most, 0)
            lengths = np.minimum(lengths, most)
        if len(numbers) * _LONG >= int(lengths.sum()):
            return self._values[_places(starts, lengths)], lengths
        ends = starts + lengths
        parts = [self._values[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        return np.concatenate(parts), lengths

    def put(self, number: int, values: Ints) -> None:
        """Have this be the list."""
        self.clear(number)
        self.extend(np.full(len(values), number, dtype=np.int64), values)

    def clear(self, number: int) -> None:
        """Empty the list."""
        if number < len(self._lengths):
            self._lengths[number] = 0

    def extend(self, numbers: Ints | Places, values: Ints) -> None:
        """Put each value at the end of its list, in the order given."""
        if not len(values):
            return
        self._make_room(numbers)
        if (numbers[1:] < numbers[:-1]).any():
            order = np.argsort(numbers, kind="stable")
            numbers, values = numbers[order], values[order]
        firsts = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))
        lists, added = numbers[firsts], np.diff(firsts, append=len(numbers))
        wanted = self._lengths[lists] + added
        if (short := wanted > self._rooms[lists]).any():
            self._move(lists[short].astype(np.int64), wanted[short])
        self._values[_places(self._starts[lists] + self._lengths[lists], added)] = values
        self._lengths[lists] = wanted

    def remove(self, number: int, value: int) -> None:
        """Take a value out of a list that has it."""
        there = self[number]
        place = int(np.flatnonzero(there == value)[0])
        there[place:-1] = there[place + 1 :].copy()
        self._lengths[number] -= 1

    def sweep(self, is_gone: npt.NDArray[np.bool_]) -> None:
        """Take these values out of all lists."""
        values, lengths = self._all()
        stays = ~is_gone[values]
        owners = np.repeat(np.arange(len(lengths)), lengths)
        self._lay_out(values[stays], np.bincount(owners[stays], minlength=len(lengths)))

    def _make_room(self, numbers: Ints | Places) -> None:
        if len(numbers) and (most := int(numbers.max())) >= len(self._lengths):
            self._starts, self._lengths, self._rooms = (
                longer(each, most + 1) for each in (self._starts, self._lengths, self._rooms)
            )

    def _move(self, numbers: Places, wanted: Places) -> None:
        """Give lists room for more than is wanted, for a new list exactly what is."""
        rooms = wanted + np.where(self._lengths[numbers] > 0, wanted // 2, 0)
        needed = int(rooms.sum())
        if self._used + needed > len(self._values):
            self._lay_out(*self._all(), needed)
        old, lengths = self.read(numbers)
        self._starts[numbers] = self._used + np.cumsum(rooms) - rooms
        self._rooms[numbers] = rooms
        self._used += needed
        self._values[_places(self._starts[numbers], lengths)] = old

    def _all(self) -> tuple[Ints, Places]:
        return self._values[_places(self._starts, self._lengths)], self._lengths

    def _lay_out(self, values: Ints, lengths: Places, needed: int = 0) -> None:
        """Put all lists into a new array, each in as much room as it had, with more than is needed after them."""
        self._starts = np.cumsum(self._rooms) - self._rooms
        self._used = int(self._rooms.sum())
        self._values = np.zeros((self._used + needed) * 3 // 2 + 1024, dtype=np.int32)
        self._values[_places(self._starts, lengths)] = values
        self._lengths = lengths


def _places(starts: Places, lengths: Places) -> Places:
    """Where stretches of an array lie, one after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    places = np.repeat(starts - (ends - lengths), lengths)
    places += np.arange(total)
    return places
