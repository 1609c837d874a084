"""A desk's own weights, as they are kept: by how much those that are shipped were moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from escalation.values import PersonId


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuning:
    """`moves` is what `dedupe.adjustment` takes. `weights` is the digest of the shipped weights that were moved,
    `model` that of the model whose meanings were compared, None for none: the moves hold for these only.
    `decisions`: how many of people's decisions they were learned from.
    """

    desk: str
    moves: Mapping[str, float]
    weights: str
    model: str | None
    decisions: int
    by: PersonId
    at: datetime

    def holds_for(self, *, weights: str, model: str | None) -> bool:
        """Whether these are the weights and the model that were moved."""
        return (self.weights, self.model) == (weights, model)
