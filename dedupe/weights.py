"""The weights of the evidence: one reviewed data file, made by bench/fit.py."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from dedupe.comparing import FEATURES
from dedupe.errors import WeightsError
from dedupe.values import Thresholds


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
class Weights:
    """A logistic regression over named features. `must_link_pull`: log-odds added, times the likeness, where people
    have put a report of nearly the same wording into the problem.
    """

    intercept: float
    features: Mapping[str, FeatureWeight]
    thresholds: Thresholds
    must_link_pull: float
    _slopes: Mapping[str, float] = field(init=False, repr=False, compare=False)
    _at_zero: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what is the same for every report once."""
        object.__setattr__(self, "_slopes", {name: one.slope for name, one in self.features.items()})
        at_zero = self.intercept - sum(one.slope * one.mean for one in self.features.values())
        object.__setattr__(self, "_at_zero", at_zero)

    def log_odds(self, values: Mapping[str, float]) -> float:
        """Of the report belonging to the problem with these features."""
        return self._at_zero + sum([slope * values[name] for name, slope in self._slopes.items()])

    def worth(self, values: Mapping[str, float], names: frozenset[str]) -> float:
        """Log-odds that these features give over what they would give at 0."""
        return sum(slope * values[name] for name, slope in self._slopes.items() if name in names)


def probability(log_odds: float) -> float:
    """The probability of these log-odds, kept off 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def load_weights() -> Weights:
    """The package's weights."""
    return read_weights(files("dedupe").joinpath("data/weights.json").read_text(encoding="utf-8"))


def read_weights(text: str) -> Weights:
    """Weights as bench/fit.py writes them. Raises WeightsError, naming what is wrong with them."""
    try:
        table = json.loads(text)
        features = {name: _feature_weight(name, entry) for name, entry in table["features"].items()}
        return Weights(
            intercept=_finite("intercept", table["intercept"]),
            features=features,
            thresholds=_thresholds(table["thresholds"]),
            must_link_pull=_finite("must_link_pull", table["must_link_pull"]),
        )
    except KeyError as error:
        raise WeightsError(f"the weights lack {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise WeightsError(f"the weights are not as bench/fit.py writes them: {error}") from error


def _feature_weight(name: str, entry: Mapping[str, Any]) -> FeatureWeight:
    if name not in FEATURES:
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


def _finite(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WeightsError(f"{name} must be a number, not {value!r}")
    return float(value)
