"""A report against one problem, in numbers by name: words, spelling, codes, service and time."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from rapidfuzz import fuzz

from dedupe.codes import Codes
from dedupe.features import Features
from dedupe.index import Query, TermIndex
from dedupe.known_problems import KnownProblem

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


def likeness(sorted_down: Sequence[float], kind: str) -> Features:
    """The best member's likeness, and the mean of the best three (of as many as there are)."""
    three = sorted_down[:3]
    return {f"{kind}_best": sorted_down[0], f"{kind}_three": sum(three) / len(three)}


def with_profile(index: TermIndex, query: Query, known: KnownProblem) -> Features:
    """The report against all members together: likeness to their centroid, how much of what it says any of them said,
    and its most telling word that any of them used.
    """
    ids, shares = known.profile()
    if query.norm <= 0 or not len(ids):
        return {"words_centroid": 0.0, "words_seen": 0.0, "rarest_shared": 0.0}
    shared = index.shared_with(query, ids)
    norm = float(index.weights_of(ids) @ (shares * shares))
    return {
        "words_centroid": round(float(shared @ shares) / math.sqrt(max(norm * query.norm, 1e-12)), 9),
        "words_seen": round(float(shared.sum()) / query.norm, 9),
        "rarest_shared": math.sqrt(float(shared.max())) / math.log((len(index) + 1) / 0.5),
    }


def spelling(asked: str, nearest: str) -> Features:
    """Likeness letter by letter with the nearest member: typos and word order."""
    return {
        "spelling": fuzz.ratio(asked, nearest) / 100,
        "spelling_sorted": fuzz.token_sort_ratio(asked, nearest) / 100,
    }


def codes(asked: Codes, known: KnownProblem, common: frozenset[str]) -> Features:
    """Whether the codes and the numbers that name things agree, conflict, or are named by one side only. `common`: the
    digits of codes that many failures show.
    """
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


def service(asked: str | None, known: KnownProblem) -> Features:
    """The share of the members naming a service that name the report's, and whether none does."""
    named = sum(known.services.values())
    if not asked or not named:
        return {"service_same": 0.0, "service_other": 0.0}
    share = known.services[asked.casefold()] / named
    return {"service_same": share, "service_other": 1.0 - share}


def times(at: float, known: KnownProblem, in_a_day: int) -> Features:
    """Size, age, hours since the last report before this one, also against what is usual for the problem, how many came
    within the hours before, and their share of all that did (`in_a_day`).
    """
    before = bisect_right(known.times, at)
    nearest = known.times[before - 1] if before else known.times[0]
    quiet = math.log1p(min(abs(at - nearest) / 3600, _FAR_HOURS))
    first, last = known.times[0], known.times[-1]
    usual = math.log1p((last - first) / 3600 / (len(known) - 1)) if len(known) > 1 else _USUAL_GAP
    came = {hours: before - bisect_left(known.times, at - hours * 3600) for hours in (2, 6, 24, 168)}
    return {
        "size": math.log(len(known)),
        "single": float(len(known) == 1),
        "age": math.log1p(max(0.0, at - first) / 86_400),
        "quiet": quiet,
        "quiet_unusual": quiet - usual,
        "burst_2h": math.log1p(came[2]),
        "burst_6h": math.log1p(came[6]),
        "burst_day": math.log1p(came[24]),
        "burst_week": math.log1p(came[168]),
        "burst_share": came[24] / (1 + in_a_day),
    }


def add_relative(rows: Sequence[Features], kinds: Sequence[str]) -> None:
    """How each candidate stands to the others: its rank, its lead over the best other, and over what is usual."""
    for kind in kinds:
        ordered = sorted((row[kind] for row in rows), reverse=True)
        usual = sum(ordered[3:]) / len(ordered[3:]) if len(ordered) > 3 else 0.0  # noqa: PLR2004 - the three likely ones
        for row in rows:
            other = ordered[1] if len(ordered) > 1 and row[kind] == ordered[0] else ordered[0]
            row[f"{kind}_lead"] = row[kind] - (other if len(ordered) > 1 else 0.0)
            row[f"{kind}_unusual"] = row[kind] - usual
    for rank, row in enumerate(rows):
        row["rank"] = math.log1p(rank)
