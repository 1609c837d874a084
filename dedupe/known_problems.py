"""What the engine keeps of each problem: sums over its members, changed one member at a time."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from dedupe.codes import Code
from dedupe.meaning_index import DIMENSIONS
from dedupe.members import Member
from dedupe.slot_sums import Floats, Ints
from dedupe.values import ProblemId

Thing = TypeVar("Thing")

_USUAL_COHESION = 0.37
"""How alike two reports of one failure are taken to be until a problem has members enough to tell."""
_ENOUGH_TO_TELL = 5
_NOTHING: Floats = np.zeros(DIMENSIONS)
_NOTHING.flags.writeable = False


@dataclass(kw_only=True, slots=True)
class Centre:
    """The sum of some members' embeddings, and how many these are."""

    total: Floats = field(default_factory=lambda: _NOTHING)
    count: int = 0
    _direction: Floats | None = None

    def add(self, vector: Floats, step: int) -> None:
        self.total = self.total + step * vector
        self.count += step
        self._direction = None

    @property
    def direction(self) -> Floats:
        """Of length 1."""
        if self._direction is None:
            self._direction = self.total / max(float(np.linalg.norm(self.total)), 1e-9)
        return self._direction

    @property
    def pairs_alike(self) -> float:
        """The mean likeness of two members, times one less than there are members."""
        return (float(self.total @ self.total) - self.count) / self.count if self.count > 1 else 0.0

    @property
    def cohesion(self) -> float:
        """How alike two members are, leaning on what is usual where there are few."""
        if self.count <= 1:
            return _USUAL_COHESION
        share = min(1.0, self.count / _ENOUGH_TO_TELL)
        return share * self.pairs_alike / (self.count - 1) + (1 - share) * _USUAL_COHESION


@dataclass(kw_only=True, slots=True)
class KnownProblem:
    """A problem with at least one member."""

    problem: ProblemId
    slots: set[int] = field(default_factory=set)
    times: list[float] = field(default_factory=list)
    services: Counter[str] = field(default_factory=Counter)
    codes: Counter[Code] = field(default_factory=Counter)
    bare: Counter[str] = field(default_factory=Counter)
    names: Counter[tuple[str, str]] = field(default_factory=Counter)
    terms: Counter[int] = field(default_factory=Counter)
    telling: Centre = field(default_factory=Centre)
    vague: Centre = field(default_factory=Centre)
    _profile: tuple[Ints, Floats] | None = None

    def __len__(self) -> int:
        return len(self.slots)

    def add(self, member: Member) -> None:
        self.slots.add(member.slot)
        insort(self.times, member.at)
        self._count(member, 1)

    def take(self, member: Member) -> None:
        self.slots.discard(member.slot)
        del self.times[bisect_left(self.times, member.at)]
        self._count(member, -1)

    @property
    def centre(self) -> Centre:
        """Of the members that say enough, or of the others where there are none."""
        return self.telling if self.telling.count else self.vague

    def profile(self) -> tuple[Ints, Floats]:
        """The terms of its members, and the share of the members that have each."""
        if self._profile is None:
            ids = np.fromiter(sorted(self.terms), dtype=np.int32, count=len(self.terms))
            counts = np.array([self.terms[term] for term in ids.tolist()], dtype=np.float64)
            self._profile = (ids, counts / len(self.slots))
        return self._profile

    def _count(self, member: Member, step: int) -> None:
        codes, service, vector = member.codes, member.service, member.vector
        _change(self.services, [service.casefold()] if service else [], step)
        _change(self.codes, codes.named, step)
        _change(self.bare, codes.bare, step)
        _change(self.names, codes.names, step)
        _change(self.terms, member.terms.tolist(), step)
        if vector is not None:
            (self.vague if member.is_vague else self.telling).add(vector, step)
        self._profile = None


def _change(counter: Counter[Thing], things: Iterable[Thing], step: int) -> None:
    for thing in things:
        counter[thing] += step
        if not counter[thing]:
            del counter[thing]
