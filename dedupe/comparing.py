"""A report against problems, in numbers by name: words, spelling, codes, service and time."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from dedupe.codes import Codes
from dedupe.features import Columns, Features
from dedupe.index import Query, TermIndex
from dedupe.known_problems import KnownProblem
from dedupe.slot_sums import Floats, Places, add_up

MOST_DIGITS_OF_A_CODE = 5
_NO_CODES: Features = dict.fromkeys(
    (
        *("code_agrees", "code_exact", "code_common", "code_conflicts", "code_unknown", "code_unsaid"),
        *("name_agrees", "name_conflicts"),
    ),
    0.0,
)
_FAR_HOURS = 24 * 60
_USUAL_GAP = 3.0


def likeness(values: Floats, owners: Places, kind: str) -> Columns:
    """The best member's likeness, and the mean of the best three (of as many as there are), for each candidate.
    `owners`: which candidate each value is a member's of; every one has a member.
    """
    downwards = values[np.lexsort((-values, owners))]
    counts = np.bincount(owners)
    starts = np.cumsum(counts) - counts
    taken = np.arange(3) < counts[:, None]
    three = np.where(taken, downwards[np.minimum(starts[:, None] + np.arange(3), len(values) - 1)], 0.0)
    return {f"{kind}_best": downwards[starts], f"{kind}_three": three.sum(axis=1) / taken.sum(axis=1)}


def with_profiles(index: TermIndex, query: Query, known: Sequence[KnownProblem]) -> Columns:
    """The report against all members of a problem together: likeness to their centroid, how much of what it says any of
    them said, and its most telling word that any of them used.
    """
    lengths = [len(one.terms) for one in known]
    owners = np.repeat(np.arange(len(known)), lengths)
    ids = np.concatenate([one.terms for one in known])
    shares = np.concatenate([one.counts for one in known]) / np.repeat([len(one) for one in known], lengths)
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
    return {
        "spelling": np.array([fuzz.ratio(asked, one) for one in nearest]) / 100,
        "spelling_sorted": np.array([fuzz.token_sort_ratio(asked, one) for one in nearest]) / 100,
    }


def codes(asked: Codes, known: Sequence[KnownProblem], common: frozenset[str]) -> Columns:
    """Whether the codes and the numbers that name things agree, conflict, or are named by one side only. `common`: the
    digits of codes that many failures show.
    """
    rows = [_codes(asked, one, common) for one in known]
    return {name: np.array([row[name] for row in rows]) for name in _NO_CODES}


def _codes(asked: Codes, known: KnownProblem, common: frozenset[str]) -> Features:
    if not (asked.named or asked.bare or asked.names or known.codes):
        return _NO_CODES
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
    named = np.array([sum(one.services.values()) if asked else 0 for one in known], dtype=np.float64)
    same = np.array([one.services[asked.casefold()] if asked else 0 for one in known], dtype=np.float64)
    share = same / np.maximum(named, 1)
    return {"service_same": share, "service_other": np.where(named > 0, 1.0 - share, 0.0)}


def times(at: float, known: Sequence[KnownProblem], in_a_day: int) -> Columns:
    """Size, age, hours since the last report before this one, also against what is usual for the problem, how many came
    within the hours before, and their share of all that did (`in_a_day`).
    """
    size = np.array([len(one) for one in known], dtype=np.float64)
    first, last = (np.array([one.times[place] for one in known]) for place in (0, -1))
    before = [bisect_right(one.times, at) for one in known]
    nearest = np.array([one.times[max(0, there - 1)] for one, there in zip(known, before, strict=True)])
    came = {
        hours: np.array(
            [there - bisect_left(one.times, at - hours * 3600) for one, there in zip(known, before, strict=True)]
        )
        for hours in (2, 6, 24, 168)
    }
    quiet = np.log1p(np.minimum(np.abs(at - nearest) / 3600, _FAR_HOURS))
    usual = np.where(size > 1, np.log1p((last - first) / 3600 / np.maximum(size - 1, 1)), _USUAL_GAP)
    return {
        "size": np.log(size),
        "single": np.where(size == 1, 1.0, 0.0),
        "age": np.log1p(np.maximum(at - first, 0.0) / 86_400),
        "quiet": quiet,
        "quiet_unusual": quiet - usual,
        "burst_2h": np.log1p(came[2]),
        "burst_6h": np.log1p(came[6]),
        "burst_day": np.log1p(came[24]),
        "burst_week": np.log1p(came[168]),
        "burst_share": came[24] / (1 + in_a_day),
    }


def add_relative(columns: Columns, kinds: Sequence[str]) -> None:
    """How each candidate stands to the others: its rank, its lead over the best other, and over what is usual."""
    for kind in kinds:
        column = columns[kind]
        rest = np.sort(column)[:-3]
        columns[f"{kind}_lead"] = column - best_other(column, alone=0.0)
        columns[f"{kind}_unusual"] = column - (rest.mean() if len(rest) else 0.0)
    columns["rank"] = np.log1p(np.arange(len(columns[kinds[0]])))


def best_other(column: Floats, *, alone: float) -> Floats:
    """For each candidate the best of the others; `alone` where there is no other."""
    if len(column) == 1:
        return np.array([alone])
    second, first = np.partition(column, -2)[-2:]
    others: Floats = np.where(column == first, second, first)
    return others
