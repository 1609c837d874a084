"""What the engine keeps of each problem: sums over its members, changed one member at a time."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

import numpy as np

from dedupe.codes import Code
from dedupe.meaning_index import DIMENSIONS
from dedupe.members import Member, Members
from dedupe.slot_sums import Floats, Ints, Places
from dedupe.values import ProblemId

Thing = TypeVar("Thing")

_NOTHING: Floats = np.zeros(DIMENSIONS)
_BITS_OF_A_TERM = 32
_ALL_BITS = (1 << _BITS_OF_A_TERM) - 1


def pairs_alike(squares: Floats, counts: Places | int) -> Floats:
    """The mean likeness of two of so many embeddings, times one less than there are; 0 for one. `squares`: of the
    lengths of their sums.
    """
    alike: Floats = np.where(np.greater(counts, 1), (squares - counts) / np.maximum(counts, 1), 0.0)
    return alike


@dataclass(kw_only=True, slots=True)
class Centre:
    """The sum of some members' embeddings, and how many these are."""

    total: Floats
    count: int

    def add(self, vector: Floats, step: int) -> None:
        self.total = self.total + step * vector
        self.count += step

    @property
    def pairs_alike(self) -> float:
        """The mean likeness of two members, times one less than there are members."""
        return float(pairs_alike(self.total @ self.total, self.count))


@dataclass(kw_only=True, slots=True)
class KnownProblem:
    """A problem with at least one member. `terms`: the words of its members, rising; `counts`: how many members have
    each.
    """

    problem: ProblemId
    times: list[float]
    terms: Ints
    counts: Ints
    telling: Centre
    vague: Centre
    _shares: Floats | None = None
    services: Counter[str] = field(default_factory=Counter)
    codes: Counter[Code] = field(default_factory=Counter)
    bare: Counter[str] = field(default_factory=Counter)
    names: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.times)

    @property
    def shares(self) -> Floats:
        """The share of the members that have each of the words."""
        if self._shares is None:
            self._shares = self.counts / len(self)
        return self._shares

    def add(self, member: Member) -> None:
        insort(self.times, member.at)
        self._count(member, 1)

    def take(self, member: Member) -> None:
        del self.times[bisect_left(self.times, member.at)]
        self._count(member, -1)

    @property
    def centre(self) -> Centre:
        """Of the members that say enough, or of the others where there are none."""
        return self.telling if self.telling.count else self.vague

    def _count(self, member: Member, step: int) -> None:
        _change(self.services, [member.service.casefold()] if member.service else [], step)
        codes = member.codes
        _change(self.codes, codes.named, step)
        _change(self.bare, codes.bare, step)
        _change(self.names, codes.names, step)
        terms = np.concatenate([self.terms, member.terms])
        steps = np.concatenate([self.counts, np.full(len(terms) - len(self.terms), step, dtype=np.int32)])
        self.terms, places = np.unique(terms, return_inverse=True)
        counts = np.bincount(places, steps, minlength=len(self.terms)).astype(np.int32)
        self.terms, self.counts = self.terms[counts > 0], counts[counts > 0]
        self._shares = None
        if (vector := member.vector) is not None:
            (self.vague if member.is_vague else self.telling).add(vector, step)


def sum_up(members: Members, slots: Mapping[ProblemId, Sequence[int]]) -> list[KnownProblem]:
    """What is known of problems, given by the slots of their members."""
    many = np.arange(len(slots) + 1)
    sizes = [len(there) for there in slots.values()]
    owners = np.repeat(many[:-1], sizes)
    every: Ints = np.fromiter(chain.from_iterable(slots.values()), dtype=np.int32, count=len(owners))
    times = members.times(every).tolist()
    words, lengths = members.words.terms_of(every)
    pairs, counts = np.unique((np.repeat(owners, lengths) << _BITS_OF_A_TERM) + words, return_counts=True)
    terms, shown = (pairs & _ALL_BITS).astype(np.int32), counts.astype(np.int32)
    cuts = np.searchsorted(pairs, many << _BITS_OF_A_TERM).tolist()
    telling, vague = (members.add_up(every, owners, len(slots), vague=which) for which in (False, True))
    found = []
    done = 0
    for place, (problem, there) in enumerate(slots.items()):
        its_words = slice(cuts[place], cuts[place + 1])
        known = KnownProblem(
            problem=problem,
            times=sorted(times[done : done + len(there)]),
            terms=terms[its_words].copy(),
            counts=shown[its_words].copy(),
            telling=_centre(telling, place),
            vague=_centre(vague, place),
            services=Counter(members.services_among(there)),
        )
        for codes in members.codes_among(there):
            known.codes.update(codes.named)
            known.bare.update(codes.bare)
            known.names.update(codes.names)
        found.append(known)
        done += len(there)
    return found


def _centre(added_up: tuple[Floats, Places], place: int) -> Centre:
    """One of several, by the sums of embeddings and how many these are of."""
    totals, counts = added_up
    count = int(counts[place])
    return Centre(total=totals[place].copy() if count else _NOTHING, count=count)


def _change(counter: Counter[Thing], things: Iterable[Thing], step: int) -> None:
    for thing in things:
        counter[thing] += step
        if not counter[thing]:
            del counter[thing]
