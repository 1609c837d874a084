"""The weights file as it is written: weights, how they were fitted, and what they reach."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.quality import Tally
from dedupe.weights import Weights

Figures = dict[str, float]


def figures(tallies: dict[str, Tally]) -> Figures:
    """What the weights file says they reach."""
    total = Tally()
    for tally in tallies.values():
        total = total.plus(tally)
    new = total.reports - total.repeats
    return {
        "joins_right_percent": round(100 * total.precision, 1),
        "repeats_joined_right_percent": round(100 * total.joined_right / total.repeats, 1),
        "repeats_asked_with_right_shown_percent": round(100 * total.asked_right / total.repeats, 1),
        "repeats_first_right_percent": round(100 * total.first_right / total.repeats, 1),
        "new_asked_percent": round(100 * total.new_asked / new, 1),
        "new_joined_percent": round(100 * total.new_joined / new, 1),
    }


def write(path: Path, weights: Weights, *, on: Sequence[str], how: str, reached: Mapping[str, Figures]) -> None:
    """The file that dedupe reads, with how its weights came about."""
    table = {
        "fitted": {"by": "python -m bench.fit", "on": list(on), "how": how},
        "figures_held_out": dict(reached),
        "thresholds": {
            "same": weights.thresholds.same,
            "ask": weights.thresholds.ask,
            "most_asked": weights.thresholds.most_asked,
        },
        "must_link_pull": weights.must_link_pull,
        "intercept": weights.intercept,
        "features": {
            name: {"weight": one.weight, "mean": one.mean, "scale": one.scale} for name, one in weights.features.items()
        },
    }
    path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
