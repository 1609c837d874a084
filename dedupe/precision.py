"""From what a person can want of matching to the probabilities it goes by, and back.

The weights file says from which probability on to join for so many of the joins to be right, and from which to ask for
so many of the new failures to be asked about, as measured on desks that the weights had not seen. Between the shares it
names lies what is between their probabilities.
"""

from collections.abc import Mapping
from itertools import pairwise

from dedupe.errors import ShareError


def probability_for(share: float, table: Mapping[float, float]) -> float:
    """The probability for a share, by a table such as `Weights.same_at`. Raises ShareError outside of the table."""
    known = sorted(table.items())
    if not known or not known[0][0] <= share <= known[-1][0]:
        raise ShareError(known[0][0] if known else 1.0, known[-1][0] if known else 0.0)
    for (low, at_low), (high, at_high) in pairwise(known):
        if share <= high:
            return round(at_low + (share - low) / (high - low) * (at_high - at_low), 4)
    return known[0][1]


def share_for(probability: float, table: Mapping[float, float]) -> float | None:
    """About which share goes with a probability; None outside of what the table knows."""
    known = sorted((at, share) for share, at in table.items())
    for (low, share_low), (high, share_high) in pairwise(known):
        if low <= probability <= high:
            part = (probability - low) / (high - low) if high > low else 0.0
            return share_low + part * (share_high - share_low)
    return None
