"""What may be wrong with how a problem is grouped: for a person to look at, never to act on."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from dedupe.links import Links
from dedupe.meaning_index import MeaningIndex
from dedupe.members import Member
from dedupe.slot_sums import Floats
from dedupe.values import Apart, ReportId

_FEWEST_OF_A_KIND = 3
_AS_GOOD_AS_UNRELATED = 0.2
_AS_GOOD_AS_ONE_FAILURE = 0.6
"""On a scale where 0 is how alike unrelated reports of the desk are and 1 how alike two of one problem are. See what
`python -m bench.suspicion` prints: hardly a right problem is split, and of two put together most are told apart.
"""
_ENOUGH_ROUNDS = 20
_LEAST_SPAN = 0.05


def named_apart(members: Iterable[Member], links: Links) -> Apart | None:
    """Members that name another error code than most of those that name one, the first made first.

    None where all agree, and where they name more than two codes: then it is not the code that tells the failure.
    Without those that people said are the same as one of the others.
    """
    members = list(members)
    naming = [member for member in members if member.codes.named]
    codes = Counter(code for member in naming for code in member.codes.named)
    if not codes:
        return None
    first = min(naming, key=_age).codes.named
    most = max(codes, key=lambda code: (codes[code], code in first, code))
    apart = [member for member in naming if not any(code.agrees(most) for code in member.codes.named)]
    if len({code.digits for member in apart for code in member.codes.named}) != 1:
        return None
    leaving = {member.report for member in apart}
    kept = [member.report for member in sorted(apart, key=_age) if links.same_as(member.report) <= leaving]
    if not kept:
        return None
    staying = min(member.report for member in members if member.report not in kept)
    return Apart(reports=tuple(kept), stays=staying, why="another code")


def meant_apart(members: Iterable[Member], links: Links, meanings: MeaningIndex, level: float) -> Apart | None:
    """The smaller of two groups of members that mean different things, the one most like its own group first.

    Two groups count as different where each holds together as one problem of this desk does (`level`: how alike two
    reports of one are here), while a report of the one is hardly more like one of the other than like anything
    reported here. None where that is not so, where a group is small, and where people said of a report of the one that
    it is the same as one of the other. Members that say too little do not count.
    """
    telling = [one for one in members if one.vector is not None and not one.is_vague]
    vectors = np.array([one.vector for one in telling])
    is_second = _two_groups(vectors)
    if is_second is None:
        return None
    groups = [_Group(vectors[which], meanings) for which in (~is_second, is_second)]
    if not _differ(groups[0], groups[1], level):
        return None
    sides: tuple[list[Member], list[Member]] = ([], [])
    for member, second in zip(telling, is_second.tolist(), strict=True):
        sides[second].append(member)
    if _are_linked(sides[0], sides[1], links):
        return None
    both = sorted(zip(groups, sides, strict=True), key=lambda pair: (len(pair[1]), -min(map(_age, pair[1]))[0]))
    leaving, staying = (group.most_typical_first(side) for group, side in both)
    return Apart(reports=tuple(leaving), stays=staying[0], why="another meaning")


class _Group:
    """Embeddings taken together. `within`: how alike two of them are; `usual`: how like anything of the desk one is."""

    def __init__(self, vectors: Floats, meanings: MeaningIndex) -> None:
        self.vectors, self.size = vectors, len(vectors)
        self.middle: Floats = vectors.mean(axis=0)
        length = float(np.linalg.norm(self.middle))
        self.within = (length * length * self.size - 1) / max(1, self.size - 1)
        self.usual = round(float(meanings.usual_of(self.middle)), 9)

    def most_typical_first(self, members: Sequence[Member]) -> list[ReportId]:
        nearness = (self.vectors @ self.middle).round(6).tolist()
        ordered = sorted(zip(nearness, members, strict=True), key=lambda one: (-one[0], _age(one[1])))
        return [member.report for _, member in ordered]


def _differ(one: _Group, other: _Group, level: float) -> bool:
    if min(one.size, other.size) < _FEWEST_OF_A_KIND:
        return False
    usual = (one.usual + other.usual) / 2
    span = max(level - usual, _LEAST_SPAN)
    across = float(one.middle @ other.middle)
    within = min(one.within, other.within)
    return across <= usual + _AS_GOOD_AS_UNRELATED * span and within >= usual + _AS_GOOD_AS_ONE_FAILURE * span


def _two_groups(vectors: Floats) -> npt.NDArray[np.bool_] | None:
    """Which of them are nearer to the second of two centres, found from two that are unlike; None if all are near one.

    The same vectors in another order are grouped in the same way, but for equals.
    """
    if len(vectors) < 2 * _FEWEST_OF_A_KIND:
        return None
    first = vectors[int(np.argmin((vectors @ vectors.mean(axis=0)).round(6)))]
    second = vectors[int(np.argmin((vectors @ first).round(6)))]
    is_second: npt.NDArray[np.bool_] = np.zeros(len(vectors), dtype=bool)
    for _ in range(_ENOUGH_ROUNDS):
        before, is_second = is_second, vectors @ second > vectors @ first
        if is_second.all() or not is_second.any():
            return None
        if (before == is_second).all():
            break
        first, second = (_direction(vectors[which]) for which in (~is_second, is_second))
    return is_second


def _direction(vectors: Floats) -> Floats:
    total: Floats = vectors.sum(axis=0)
    return total / max(float(np.linalg.norm(total)), 1e-9)


def _are_linked(one: Iterable[Member], other: Iterable[Member], links: Links) -> bool:
    there = {member.report for member in other}
    return any(not links.same_as(member.report).isdisjoint(there) for member in one)


def _age(member: Member) -> tuple[float, ReportId]:
    return member.at, member.report
