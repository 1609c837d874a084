"""The weights of the evidence: one reviewed data file, made by bench/fit.py.

A report belongs to one of the candidate problems or to none of them. Each candidate and "none" has log-odds, a sum over
its features; together they share out the probability of 1.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np

from dedupe.errors import WeightsError
from dedupe.features import BY_MEANING, BY_WORDS, NONE_BY_MEANING, NONE_BY_WORDS
from dedupe.slot_sums import Floats
from dedupe.values import Thresholds

Value = TypeVar("Value", float, Floats)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeatureWeight:
    """Log-odds for each `scale` that the feature lies above its `mean`."""

    weight: float
    mean: float
    scale: float

    @property
    def slope(self) -> float:
        """Log-odds for each 1 that the feature is higher."""
        return self.weight / self.scale


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """Log-odds as a weighted sum of named features."""

    intercept: float
    features: Mapping[str, FeatureWeight]
    _slopes: Floats = field(init=False, repr=False, compare=False)
    _at_zero: float = field(init=False, repr=False, compare=False)
    _parts: dict[frozenset[str], list[tuple[str, float, float]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Work out what is the same for every report once."""
        object.__setattr__(self, "_slopes", np.array([one.slope for one in self.features.values()]))
        at_zero = self.intercept - sum(one.slope * one.mean for one in self.features.values())
        object.__setattr__(self, "_at_zero", at_zero)

    def log_odds(self, values: Mapping[str, Value]) -> Value:
        """Of one candidate by its features, or of several by their columns."""
        found: Value = self._at_zero + self._slopes @ np.array([values[name] for name in self.features])
        return found

    def worth(self, values: Mapping[str, float], names: frozenset[str]) -> float:
        """Log-odds that these features give over what they would give at their mean."""
        parts = self._parts.get(names)
        if parts is None:
            parts = [(name, one.slope, one.mean) for name, one in sorted(self.features.items()) if name in names]
            self._parts[names] = parts
        return sum(slope * (values[name] - mean) for name, slope, mean in parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheme:
    """How one kind of evidence is weighed: for a problem, and for none of them. `sharpness` is what calibration made of
    the log-odds: below 1 they promised too much.
    """

    problem: Sum
    none: Sum
    sharpness: float = 1.0

    def worth(self, values: Mapping[str, float], names: frozenset[str]) -> float:
        """Log-odds that these features give the problem over one that is like the most."""
        return self.sharpness * self.problem.worth(values, names)

    def over_none(self, values: Mapping[str, Value], none: Mapping[str, float]) -> Value:
        """Log-odds of the report belonging to the problem rather than to none; for several by their columns."""
        return self.sharpness * (self.problem.log_odds(values) - self.none.log_odds(none))


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """`by_words` weighs where embeddings are missing. `must_link_pull`: log-odds added, times the likeness, where
    people have put a report that is nearly the same into the problem. `same_at`: the probability to join from,
    by the share of joins that shall be right; `ask_at`: the one to ask from, by the share of new reports that may be
    asked about. `digest`: the sha256 of what they were read from.
    """

    by_meaning: Scheme
    by_words: Scheme
    thresholds: Thresholds
    must_link_pull: float
    same_at: Mapping[float, float] = field(default_factory=dict)
    ask_at: Mapping[float, float] = field(default_factory=dict)
    digest: str = ""

    def scheme(self, *, by_meaning: bool) -> Scheme:
        return self.by_meaning if by_meaning else self.by_words


def share_out(over_none: Sequence[float]) -> list[float]:
    """Probabilities of the candidates with these log-odds over none; what is missing to 1 is that of none."""
    highest = max([0.0, *over_none])
    shares = [math.exp(max(one - highest, -60.0)) for one in over_none]
    total = sum(shares) + math.exp(max(-highest, -60.0))
    return [share / total for share in shares]


def load_weights() -> Weights:
    """The package's weights."""
    return read_weights(files("dedupe").joinpath("data/weights.json").read_text(encoding="utf-8"))


def read_weights(text: str) -> Weights:
    """Weights as bench/fit.py writes them. Raises WeightsError, naming what is wrong with them."""
    try:
        table = json.loads(text)
        return Weights(
            by_meaning=_scheme(table["by_meaning"], BY_MEANING, NONE_BY_MEANING),
            by_words=_scheme(table["by_words"], BY_WORDS, NONE_BY_WORDS),
            thresholds=_thresholds(table["thresholds"]),
            must_link_pull=_finite("must_link_pull", table["must_link_pull"]),
            same_at=_by_share("same_at", table["same_at"]),
            ask_at=_by_share("ask_at", table["ask_at"]),
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )
    except KeyError as error:
        raise WeightsError(f"the weights lack {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise WeightsError(f"the weights are not as bench/fit.py writes them: {error}") from error


def _scheme(entry: Mapping[str, Any], known: frozenset[str], known_of_none: frozenset[str]) -> Scheme:
    sharpness = _finite("sharpness", entry["sharpness"])
    if sharpness <= 0:
        raise WeightsError("the sharpness must be above 0")
    return Scheme(problem=_sum(entry["problem"], known), none=_sum(entry["none"], known_of_none), sharpness=sharpness)


def _sum(entry: Mapping[str, Any], known: frozenset[str]) -> Sum:
    return Sum(
        intercept=_finite("intercept", entry["intercept"]),
        features={name: _feature_weight(name, one, known) for name, one in entry["features"].items()},
    )


def _feature_weight(name: str, entry: Mapping[str, Any], known: frozenset[str]) -> FeatureWeight:
    if name not in known:
        raise WeightsError(f"the weights name a feature that this engine does not have: {name}")
    found = FeatureWeight(**{part: _finite(name, entry[part]) for part in ("weight", "mean", "scale")})
    if found.scale <= 0:
        raise WeightsError(f"the scale of {name} must be above 0")
    return found


def _thresholds(entry: Mapping[str, Any]) -> Thresholds:
    found = Thresholds(
        same=_finite("same", entry["same"]), ask=_finite("ask", entry["ask"]), most_asked=int(entry["most_asked"])
    )
    if not 0 < found.ask <= found.same < 1:
        raise WeightsError("the thresholds must be 0 < ask <= same < 1")
    return found


def _by_share(name: str, entry: Mapping[str, Any]) -> Mapping[float, float]:
    """Probabilities by share, the smallest share first."""
    found = {float(share): _finite(name, at) for share, at in entry.items()}
    return {share: found[share] for share in sorted(found)}


def _finite(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WeightsError(f"{name} must be a number, not {value!r}")
    return float(value)
