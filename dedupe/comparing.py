"""A report against problems, in numbers by name: words, spelling, codes, service and time."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from dedupe.codes import NO_CODES, Codes
from dedupe.features import Columns, Features
from dedupe.index import Query, TermIndex
from dedupe.known_problems import KnownProblem
from dedupe.slot_sums import Floats, Places, add_up

MOST_DIGITS_OF_A_CODE = 5
_OF_CODES = (
    *("code_agrees", "code_exact", "code_common", "code_conflicts", "code_unknown", "code_unsaid"),
    *("name_agrees", "name_conflicts"),
)
_BURSTS = {"burst_2h": 2, "burst_6h": 6, "burst_day": 24, "burst_week": 168}
"""Hours of each."""
_DAY = list(_BURSTS).index("burst_day")
_FAR_HOURS = 24 * 60
_USUAL_GAP = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """The best member's likeness, the mean of the best three (of as many as there are), and how many can be compared,
    for each candidate.
    """

    best: Floats
    three: Floats
    many: Places

    def columns(self, kind: str) -> Columns:
        return {f"{kind}_best": self.best, f"{kind}_three": self.three}


def likeness(rows: Floats, owners: Places, order: Places) -> list[Likeness]:
    """Of each kind that has a row, how like the candidates' members are, the candidates in this order. `owners`: which
    candidate each column is a member's of, rising; every one has a member. -1 stands for nothing to compare.
    """
    counts = np.bincount(owners)
    ranks = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    table = np.full((len(rows), len(counts), max(3, int(counts.max()))), -1.0)
    table[:, owners, ranks] = rows
    table = table[:, order]
    table.sort(axis=2)
    three, many = table[:, :, :-4:-1], (table > -1).sum(axis=2)
    means = np.where(three > -1, three, 0.0).sum(axis=2) / np.maximum(np.minimum(many, 3), 1)
    return [
        Likeness(best=best, three=mean, many=each) for best, mean, each in zip(three[:, :, 0], means, many, strict=True)
    ]


def with_profiles(index: TermIndex, query: Query, known: Sequence[KnownProblem]) -> Columns:
    """The report against all members of a problem together: likeness to their centroid, how much of what it says any of
    them said, and its most telling word that any of them used.
    """
    ids = np.concatenate([one.terms for one in known])
    shares = np.concatenate([one.shares for one in known])
    owners = np.arange(len(known)).repeat([len(one.terms) for one in known])
    shared = index.shared_with(query, ids)

    rarest = np.zeros(len(known))
    np.maximum.at(rarest, owners, shared)
    norms = np.sqrt(np.maximum(add_up(owners, index.weights_of(ids) * shares * shares, len(known)) * query.norm, 1e-12))
    return {
        "words_centroid": np.round(add_up(owners, shared * shares, len(known)) / norms, 9),
        "words_seen": np.round(add_up(owners, shared, len(known)) / max(query.norm, 1e-12), 9),
        "rarest_shared": np.sqrt(rarest) / math.log((len(index) + 1) / 0.5),
    }


def spelling(asked: str, nearest: Sequence[str]) -> Columns:
    """Likeness letter by letter with the nearest member: typos and word order."""
    scorers = {"spelling": fuzz.ratio, "spelling_sorted": fuzz.token_sort_ratio}
    return {
        name: process.cdist([asked], nearest, scorer=scorer, dtype=np.float64)[0] / 100
        for name, scorer in scorers.items()
    }


def codes(asked: Codes, known: Sequence[KnownProblem], common: frozenset[str]) -> Columns:
    """Whether the codes and the numbers that name things agree, conflict, or are named by one side only. `common`: the
    digits of codes that many failures show.
    """
    columns = dict(zip(_OF_CODES, np.zeros((len(_OF_CODES), len(known))), strict=True))
    if asked == NO_CODES:
        columns["code_unsaid"][:] = [min(1.0, sum(one.codes.values()) / len(one)) if one.codes else 0 for one in known]
        return columns
    for place, one in enumerate(known):
        for name, value in _codes(asked, one, common).items():
            columns[name][place] = value
    return columns


def _codes(asked: Codes, known: KnownProblem, common: frozenset[str]) -> Features:
    """Those that are not 0 in any case."""
    if not (known.codes or known.bare or known.names):
        return {"code_unknown": float(bool(asked.named))}
    agreeing = agreeing_codes(asked, known)
    naming = sum(known.codes.values())
    return {
        "code_agrees": min(1.0, agreeing / max(1, naming)),
        "code_exact": float(any(code.prefix and code in known.codes for code in asked.named)),
        "code_common": float(bool(agreeing) and not _digits(asked).isdisjoint(common)),
        "code_conflicts": float(conflicting_codes(asked, known) is not None),
        "code_unknown": float(bool(asked.named and not naming and not agreeing)),
        "code_unsaid": 0.0 if asked.named or agreeing else min(1.0, naming / len(known)),
        "name_agrees": float(any(name in known.names for name in asked.names)),
        "name_conflicts": float(bool(conflicting_names(asked, known))),
    }


def _digits(codes: Codes) -> set[str]:
    return {code.digits for code in codes.named} | codes.bare


def agreeing_codes(asked: Codes, known: KnownProblem) -> int:
    """How many codes the members name that the report names too; bare digits on one side will do."""
    agreeing = sum(
        count
        for code, count in known.codes.items()
        if code.digits in asked.bare or any(code.agrees(named) for named in asked.named)
    )
    return agreeing + sum(known.bare[code.digits] for code in asked.named)


def conflicting_codes(asked: Codes, known: KnownProblem) -> tuple[str, str] | None:
    """The report's code and the members', where both name one and none agrees; None where nothing is in the way.

    A number of a code's length without a word that makes it one counts too ("4012 this time"), unless the members say
    several: then it is not what tells the failure.
    """
    if not (asked.named or asked.bare) or not (known.codes or known.bare):
        return None
    if agreeing_codes(asked, known) or asked.bare & known.bare.keys():
        return None
    if asked.named and known.codes:
        return str(min(asked.named)), str(min(known.codes, key=lambda code: (-known.codes[code], code)))
    ours = {code.digits: str(code) for code in asked.named} or {digits: digits for digits in sorted(asked.bare)}
    theirs = {code.digits: str(code) for code in known.codes} or {digits: digits for digits in known.bare}
    if len(theirs) != 1 or len(ours) != 1:
        return None
    (our_digits, our_words), (their_digits, their_words) = *ours.items(), *theirs.items()
    alike = len(our_digits) == len(their_digits) <= MOST_DIGITS_OF_A_CODE
    return (our_words, their_words) if alike else None


def doubtful_codes(asked: Codes, known: KnownProblem) -> list[str]:
    """Codes the report names beside an agreeing one that no member names: "4021 I think, or 4012"."""
    if not (asked.named or asked.bare):
        return []
    said = {code.digits for code in known.codes} | known.bare.keys()
    ours = {code.digits for code in asked.named} | asked.bare
    agreeing = ours & said
    lengths = {len(digits) for digits in agreeing}
    return sorted(digits for digits in ours - said if agreeing and len(digits) in lengths)


def conflicting_names(asked: Codes, known: KnownProblem) -> list[tuple[str, str, str]]:
    """Names with the report's number and the members': "lane 4" where all members that name a lane say lane 7.
    Where the members name several, the number is not what tells the failure.
    """
    conflicts = []
    for name, number in sorted(asked.names):
        said = {other for kind, other in known.names if kind == name}
        if len(said) == 1 and number not in said:
            conflicts.append((name, number, min(said)))
    return conflicts


def services(asked: str | None, known: Sequence[KnownProblem]) -> Columns:
    """The share of the members naming a service that name the report's, and whether none does."""
    if not asked:
        return {"service_same": np.zeros(len(known)), "service_other": np.zeros(len(known))}
    folded = asked.casefold()
    named = np.array([sum(one.services.values()) for one in known], dtype=np.float64)
    share = np.array([one.services.get(folded, 0) for one in known]) / np.maximum(named, 1)
    return {"service_same": share, "service_other": np.where(named > 0, 1.0 - share, 0.0)}


def times(at: float, known: Sequence[KnownProblem], in_a_day: int) -> Columns:
    """Size, age, hours since the last report before this one, also against what is usual for the problem, how many came
    within the hours before, and their share of all that did (`in_a_day`).
    """
    begins = [at - hours * 3600 for hours in _BURSTS.values()]
    size, first, last, nearest, *came = np.array([_times(at, one.times, begins) for one in known]).T
    spans = np.array(
        [
            np.minimum(np.abs(at - nearest) / 3600, _FAR_HOURS),
            (last - first) / 3600 / np.maximum(size - 1, 1),
            np.maximum(at - first, 0.0) / 86_400,
            *came,
        ]
    )
    quiet, usual, age, *bursts = np.log1p(spans)
    return {
        "size": np.log(size),
        "single": np.where(size == 1, 1.0, 0.0),
        "age": age,
        "quiet": quiet,
        "quiet_unusual": quiet - np.where(size > 1, usual, _USUAL_GAP),
        **dict(zip(_BURSTS, bursts, strict=True)),
        "burst_share": came[_DAY] / (1 + in_a_day),
    }


def _times(at: float, times: Sequence[float], begins: Sequence[float]) -> tuple[float, ...]:
    """How many, the first, the last, the one before this moment, and how many came before it from each beginning on.
    `begins`: the last one first.
    """
    if times[-1] < begins[-1]:
        return (len(times), times[0], times[-1], times[-1], *[0] * len(begins))
    before = bisect_right(times, at)
    came = [before - bisect_left(times, begin, 0, before) for begin in begins]
    return (len(times), times[0], times[-1], times[max(0, before - 1)], *came)


def add_relative(columns: Columns, kinds: Sequence[str]) -> None:
    """How each candidate stands to the others: its rank, its lead over the best other, and over what is usual."""
    rows = np.array([columns[kind] for kind in kinds])
    rest = np.sort(rows, axis=1)[:, :-3]
    leads = rows - best_others(rows, alone=0.0)
    unusual = rows - (rest.mean(axis=1, keepdims=True) if rest.size else 0.0)
    for kind, lead, over in zip(kinds, leads, unusual, strict=True):
        columns[f"{kind}_lead"], columns[f"{kind}_unusual"] = lead, over
    columns["rank"] = np.log1p(np.arange(rows.shape[1]))


def best_others(rows: Floats, *, alone: float) -> Floats:
    """For each candidate, in each row, the best of the others; `alone` where there is no other."""
    if rows.shape[1] == 1:
        return np.full(rows.shape, alone)
    second, first = np.partition(rows, -2, axis=1)[:, -2:].T[:, :, None]
    others: Floats = np.where(rows == first, second, first)
    return others
