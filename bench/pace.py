"""How fast something goes that many do at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How many were done in how many seconds, and how long each took, sorted. In `busy` of the seconds the process
    computed: what else the machine does lengthens everything but that.
    """

    seconds: float
    busy: float
    took: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    @property
    def cpu(self) -> float:
        """Milliseconds of this process's computing for each."""
        return 1000 * self.busy / len(self.took)

    def within(self, share: float) -> float:
        """The milliseconds within which this share of them was done."""
        return 1000 * self.took[min(len(self.took) - 1, int(share * len(self.took)))]


async def measured(acts: Sequence[Callable[[], Awaitable[float]]], *, at_once: int) -> Pace:
    """Do all, so many at once: who is done begins the next. Each act gives the seconds it took."""
    waiting = iter(acts)
    took: list[float] = []

    async def one_after_the_other() -> None:
        took.extend([await act() for act in waiting])

    begun, busy = perf_counter(), process_time()
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return Pace(seconds=perf_counter() - begun, busy=process_time() - busy, took=tuple(sorted(took)))
