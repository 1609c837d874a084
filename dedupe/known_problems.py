"""What the engine keeps of each problem: sums over its members, changed one member at a time."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from dedupe.codes import Code
from dedupe.index import Floats, Ints
from dedupe.normalise import Wording
from dedupe.values import ProblemId, ReportId, ReportText

Thing = TypeVar("Thing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A report in the index. `terms` are the ids of its words there."""

    report: ReportId
    text: ReportText
    wording: Wording
    problem: ProblemId
    terms: Ints

    @property
    def at(self) -> float:
        """When it was reported, in seconds."""
        return self.text.reported_at.timestamp()


@dataclass(kw_only=True, slots=True)
class KnownProblem:
    """A problem with at least one member. `row` is its place in arrays over all problems."""

    problem: ProblemId
    row: int
    slots: set[int] = field(default_factory=set)
    times: list[float] = field(default_factory=list)
    services: Counter[str] = field(default_factory=Counter)
    codes: Counter[Code] = field(default_factory=Counter)
    bare: Counter[str] = field(default_factory=Counter)
    names: Counter[tuple[str, str]] = field(default_factory=Counter)
    terms: Counter[int] = field(default_factory=Counter)
    _profile: tuple[Ints, Floats] | None = None

    def __len__(self) -> int:
        return len(self.slots)

    def add(self, slot: int, member: Member) -> None:
        self.slots.add(slot)
        insort(self.times, member.at)
        self._count(member, 1)

    def take(self, slot: int, member: Member) -> None:
        self.slots.discard(slot)
        del self.times[bisect_left(self.times, member.at)]
        self._count(member, -1)

    def profile(self) -> tuple[Ints, Floats]:
        """The terms of its members, and the share of the members that have each."""
        if self._profile is None:
            ids = np.fromiter(sorted(self.terms), dtype=np.int32, count=len(self.terms))
            counts = np.array([self.terms[term] for term in ids.tolist()], dtype=np.float64)
            self._profile = (ids, counts / len(self.slots))
        return self._profile

    def _count(self, member: Member, step: int) -> None:
        codes, service = member.wording.codes, member.text.service
        _change(self.services, [service.casefold()] if service else [], step)
        _change(self.codes, codes.named, step)
        _change(self.bare, codes.bare, step)
        _change(self.names, codes.names, step)
        _change(self.terms, member.terms.tolist(), step)
        self._profile = None


def _change(counter: Counter[Thing], things: Iterable[Thing], step: int) -> None:
    for thing in things:
        counter[thing] += step
        if not counter[thing]:
            del counter[thing]
