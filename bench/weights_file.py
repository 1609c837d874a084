"""The weights file as it is written: weights, how they were fitted, and what they reach."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measures import Tally
from dedupe.weights import Scheme, Sum, Weights

Figures = dict[str, float]


def describe(tally: Tally) -> Figures:
    """What the weights file says they reach."""
    joined = max(1, tally.joined_right + tally.wrong)
    repeats, new = max(1, tally.repeats), max(1, tally.new)
    return {
        "repeats_joined_right_percent": round(100 * tally.joined_right / repeats, 1),
        "reports_joined_wrong_percent": round(100 * tally.wrong / max(1, tally.reports), 2),
        "joins_right_percent": round(100 * tally.joined_right / joined, 1),
        "repeats_joined_or_asked_right_percent": round(100 * (tally.joined_right + tally.asked_right) / repeats, 1),
        "new_asked_percent": round(100 * tally.new_asked / new, 1),
        "repeats_first_right_percent": round(100 * tally.share_at(1), 1),
        "repeats_right_among_three_percent": round(100 * tally.share_at(3), 1),
    }


def write(  # noqa: PLR0913 - the parts of one file
    path: Path,
    weights: Weights,
    *,
    on: Mapping[str, str],
    desks: Sequence[str],
    how: str,
    reached: Mapping[str, Mapping[str, Figures]],
) -> None:
    """The file that dedupe reads, with how its weights came about. `on`: the digests of the data, by file."""
    table = {
        "fitted": {"by": "python -m bench.fit", "on": dict(on), "desks": list(desks), "how": how},
        "figures_held_out": {name: dict(figures) for name, figures in reached.items()},
        "thresholds": {
            "same": weights.thresholds.same,
            "ask": weights.thresholds.ask,
            "most_asked": weights.thresholds.most_asked,
        },
        "same_at": {str(share): at for share, at in weights.same_at.items()},
        "ask_at": {str(share): at for share, at in weights.ask_at.items()},
        "must_link_pull": weights.must_link_pull,
        "by_meaning": _scheme(weights.by_meaning),
        "by_words": _scheme(weights.by_words),
    }
    path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def _scheme(scheme: Scheme) -> dict[str, object]:
    return {"sharpness": scheme.sharpness, "problem": _sum(scheme.problem), "none": _sum(scheme.none)}


def _sum(one: Sum) -> dict[str, object]:
    features = {
        name: {"weight": each.weight, "mean": each.mean, "scale": each.scale} for name, each in one.features.items()
    }
    return {"intercept": one.intercept, "features": features}
