"""A desk's own weights: the shipped ones, moved by a few numbers.

`known` is log-odds added to every known problem over "none of them". `all` is the share by which all evidence counts
more than shipped (below 0: less), and each other move the share by which one group of features does. So a desk has a
dozen numbers of its own where the shipped weights have more than a hundred.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from dedupe.errors import WeightsError
from dedupe.features import BY_WORDS, Features
from dedupe.weights import Scheme, Sum, Weights

KNOWN, ALL = "known", "all"
_OF_THE_DESK = frozenset({"reports", "problems", "singles", "recent", "level"})
_OF_A_PROBLEM = ("meaning", "words", "letters", "codes", "service", "time", "standing")
_OF_NONE = ("report", "desk")
MOVES = (KNOWN, ALL, *_OF_A_PROBLEM, *_OF_NONE)
"""What can be moved, in the order in which it is shown."""

Moves = Mapping[str, float]


def group_of(feature: str) -> str:
    """The group of a feature of a problem, by its name, so that a new feature has one too."""
    parts = set(feature.split("_"))
    if "service" in parts:
        return "service"
    if parts & {"burst", "quiet", "age"}:
        return "time"
    if feature not in BY_WORDS:
        return "meaning"
    first = feature.split("_", maxsplit=1)[0]
    of_first = {"words": "words", "rarest": "words", "chars": "letters", "spelling": "letters"}
    return of_first.get(first, "codes" if first in {"code", "name"} else "standing")


def group_of_none(feature: str) -> str:
    """The group of a feature that speaks for a new failure."""
    return "desk" if feature in _OF_THE_DESK else "report"


def worths(scheme: Scheme, values: Features, none: Features) -> list[float]:
    """What each move adds to the log-odds over none for each 1 that it is moved, in the order of MOVES."""
    worth = dict.fromkeys(MOVES, 0.0)
    worth[KNOWN] = 1.0
    worth[ALL] = scheme.over_none(values, none)
    for name, one in scheme.problem.features.items():
        worth[_group_of(name)] += scheme.sharpness * one.slope * (values[name] - one.mean)
    for name, one in scheme.none.features.items():
        worth[group_of_none(name)] -= scheme.sharpness * one.slope * (none[name] - one.mean)
    return list(worth.values())


def adjust(weights: Weights, moves: Moves, *, by_meaning: bool) -> Weights:
    """The weights, those of evidence by meaning or by words moved. Raises WeightsError for moves there are not."""
    if unknown := sorted(moves.keys() - set(MOVES)):
        raise WeightsError(f"these weights have no {unknown[0]} to be moved")
    scheme = _moved(weights.scheme(by_meaning=by_meaning), {name: moves.get(name, 0.0) for name in MOVES})
    return replace(weights, by_meaning=scheme) if by_meaning else replace(weights, by_words=scheme)


def _moved(scheme: Scheme, moves: Moves) -> Scheme:
    problem, none = _scaled(scheme.problem, moves, _group_of), _scaled(scheme.none, moves, group_of_none)
    nearer = moves[KNOWN] / scheme.sharpness
    return replace(scheme, problem=problem, none=replace(none, intercept=none.intercept - nearer))


def _scaled(one: Sum, moves: Moves, group: Callable[[str], str]) -> Sum:
    features = {
        name: replace(each, weight=each.weight * (1 + moves[ALL] + moves[group(name)]))
        for name, each in one.features.items()
    }
    return Sum(intercept=one.intercept * (1 + moves[ALL]), features=features)


_group_of = cache(group_of)
