"""A report against problems in what they mean, and what that adds to the evidence in words.

A cosine is read against the desk (`typical_…`): 0 is the report's usual likeness to unrelated reports here, 1 how alike
two reports of one problem are here. So the same number says the same on desks whose people write alike and on others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.comparing import best_others
from dedupe.features import MEANING_STANDING, Columns, Features
from dedupe.known_problems import Centre, pairs_alike
from dedupe.meaning_index import MeaningIndex, MeaningQuery
from dedupe.slot_sums import Floats, Places

_LEAST_SPAN = 0.08
_LOW, _HIGH = 0.7, 1.2
_USUAL_COHESION = 0.54
"""How alike two reports of one failure are taken to be until a problem has members enough to tell."""
_ENOUGH_TO_TELL = 5
_LEAST_COHESION = 0.05
_MIDDLE_LEVEL = 0.57
_WORDS_BESIDE, _SERVICE_BESIDE, _CODE_BESIDE = 0.5, 0.1, 0.5
"""What evidence of other kinds counts beside a cosine where one lead over all of it is wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """What is usual on the desk: for unrelated reports, and (`level`) for two of one problem."""

    usual: float
    level: float

    def place(self, cosines: Floats) -> Floats:
        return (cosines - self.usual) / max(self.level - self.usual, _LEAST_SPAN)


def compare(
    index: MeaningIndex, query: MeaningQuery, scale: Scale, centres: Sequence[Centre], members: Columns
) -> Columns:
    """The centre's cosine, the mean of all members', and each cosine, also those of `members`, as it is read here."""
    totals = np.array([centre.total for centre in centres])
    counts = np.array([centre.count for centre in centres])
    squares = np.einsum("ij,ij->i", totals, totals)
    norms = np.sqrt(np.maximum(squares, 1e-18))
    with_query = totals @ query.vector
    centroid = np.round(with_query / norms, 9)
    best, three, typical = scale.place(np.array([members["meaning_best"], members["meaning_three"], centroid]))
    return {
        "meaning_centroid": centroid,
        "meaning_mean": np.round(with_query / counts, 9),
        "meaning_centroid_squared": centroid * centroid,
        "meaning_cohesion": centroid - np.sqrt(np.maximum(_cohesion(squares, counts), _LEAST_COHESION)),
        "meaning_hub": np.round(index.usual_of(totals) / norms, 9) - query.usual,
        "typical_best": best,
        "typical_three": three,
        "typical_centroid": typical,
        "typical_low": np.maximum(0.0, _LOW - typical),
        "typical_high": np.maximum(0.0, typical - _HIGH),
    }


def _cohesion(squares: Floats, counts: Places) -> Floats:
    """How alike two members of each problem are, leaning on what is usual where there are few. `squares`: of the
    lengths of the members' sums.
    """
    shares = np.where(counts > 1, np.minimum(counts / _ENOUGH_TO_TELL, 1), 0)
    alike = pairs_alike(squares, counts) / np.maximum(counts - 1, 1)
    cohesion: Floats = shares * alike + (1 - shares) * _USUAL_COHESION
    return cohesion


def add_leads(columns: Columns, usual: float) -> None:
    """How far each is ahead of the best other one, in meaning and in all evidence together."""
    both = (
        columns["meaning_centroid"]
        + _WORDS_BESIDE * columns["words_best"]
        + _SERVICE_BESIDE * columns["service_same"]
        + _CODE_BESIDE * columns["code_agrees"]
    )
    rows = np.array([*(columns[kind] for kind in MEANING_STANDING), both])
    leads = rows - best_others(rows, alone=usual)
    columns |= zip((f"{kind}_lead" for kind in (*MEANING_STANDING, "both")), leads, strict=True)


def add_products(columns: Columns, none: Features) -> None:
    """What a likeness means depends on what else is known; `none` is what is known of the report and the desk."""
    typical, low, level = columns["typical_centroid"], columns["typical_low"], none["level"] - _MIDDLE_LEVEL
    columns["words_by_meaning"] = columns["words_best"] * columns["meaning_best"]
    columns["typical_by_burst"] = typical * columns["burst_day"]
    columns["typical_by_quiet"] = typical * columns["quiet"]
    columns["typical_by_service"] = typical * columns["service_same"]
    columns["typical_by_size"] = typical * columns["size"]
    columns["typical_by_words"] = typical * columns["words_best"]
    columns["typical_by_recurs"] = typical * none["recurs"]
    columns["typical_by_typed"] = typical * none["typed"]
    columns["typical_by_content"] = typical * none["content"]
    columns["low_by_burst"] = low * columns["burst_day"]
    columns["low_by_service"] = low * columns["service_same"]
    columns["level_by_burst"] = level * columns["burst_day"]
    columns["level_by_service"] = level * columns["service_same"]
    columns["level_by_words"] = level * columns["words_best"]
