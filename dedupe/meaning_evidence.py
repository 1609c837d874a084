"""A report against one problem in what they mean, and what that adds to the evidence in words.

A cosine is read against the desk (`typical_…`): 0 is the report's usual likeness to unrelated reports here, 1 how alike
two reports of one problem are here. So the same number says the same on desks whose people write alike and on others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dedupe.features import MEANING_STANDING, Features
from dedupe.known_problems import KnownProblem
from dedupe.meaning_index import MeaningIndex, MeaningQuery

_LEAST_SPAN = 0.08
_LOW, _HIGH = 0.7, 1.2
_MIDDLE_LEVEL = 0.4
_WORDS_BESIDE, _SERVICE_BESIDE, _CODE_BESIDE = 0.5, 0.1, 0.5
"""What evidence of other kinds counts beside a cosine where one lead over all of it is wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """What is usual on the desk: for unrelated reports, and (`level`) for two of one problem."""

    usual: float
    level: float

    def place(self, cosine: float) -> float:
        return (cosine - self.usual) / max(self.level - self.usual, _LEAST_SPAN)


def compare(
    index: MeaningIndex, query: MeaningQuery, scale: Scale, known: KnownProblem, sorted_down: Sequence[float]
) -> Features:
    """The best member's cosine, the mean of the best three, the centre's, and each as it is read here."""
    three = sum(sorted_down[:3]) / len(sorted_down[:3])
    direction, count = known.centre.direction, known.centre.count
    centroid = round(float(query.vector @ direction), 9)
    typical = scale.place(centroid)
    return {
        "meaning_best": sorted_down[0],
        "meaning_three": three,
        "meaning_centroid": centroid,
        "meaning_mean": round(float(query.vector @ known.centre.total) / max(1, count), 9),
        "meaning_centroid_squared": centroid * centroid,
        "meaning_cohesion": centroid - max(known.centre.cohesion, 0.05) ** 0.5,
        "meaning_hub": index.usual_of(direction) - query.usual,
        "typical_best": scale.place(sorted_down[0]),
        "typical_three": scale.place(three),
        "typical_centroid": typical,
        "typical_low": max(0.0, _LOW - typical),
        "typical_high": max(0.0, typical - _HIGH),
    }


def add_leads(rows: Sequence[Features], usual: float) -> None:
    """How far each is ahead of the best other one, in meaning and in all evidence together."""
    for row in rows:
        row["both"] = (
            row["meaning_centroid"]
            + _WORDS_BESIDE * row["words_best"]
            + _SERVICE_BESIDE * row["service_same"]
            + _CODE_BESIDE * row["code_agrees"]
        )
    for kind in (*MEANING_STANDING, "both"):
        ordered = sorted((row[kind] for row in rows), reverse=True)
        for row in rows:
            other = ordered[1] if len(ordered) > 1 and row[kind] == ordered[0] else ordered[0]
            row[f"{kind}_lead"] = row[kind] - (other if len(ordered) > 1 else usual)
    for row in rows:
        del row["both"]


def add_products(row: Features, none: Features) -> None:
    """What a likeness means depends on what else is known; `none` is what is known of the report and the desk."""
    typical, low, level = row["typical_centroid"], row["typical_low"], none["level"] - _MIDDLE_LEVEL
    row["words_by_meaning"] = row["words_best"] * row["meaning_best"]
    row["typical_by_burst"] = typical * row["burst_day"]
    row["typical_by_quiet"] = typical * row["quiet"]
    row["typical_by_service"] = typical * row["service_same"]
    row["typical_by_size"] = typical * row["size"]
    row["typical_by_words"] = typical * row["words_best"]
    row["typical_by_recurs"] = typical * none["recurs"]
    row["typical_by_typed"] = typical * none["typed"]
    row["typical_by_content"] = typical * none["content"]
    row["low_by_burst"] = low * row["burst_day"]
    row["low_by_service"] = low * row["service_same"]
    row["level_by_burst"] = level * row["burst_day"]
    row["level_by_service"] = level * row["service_same"]
    row["level_by_words"] = level * row["words_best"]
