"""What can go wrong in matching. Judging a text never raises: wild input gets a verdict like any other.

DedupeError
├── WeightsError        the weights file does not fit this engine: names the field
├── VocabularyError     the vocabulary does not hold what is expected of it: names the table
└── ModelError          the meaning model cannot be read, or is of another kind: says which file
"""


class DedupeError(Exception):
    """The root: the engine cannot be built as asked."""


class WeightsError(DedupeError):
    """The weights file does not fit this engine."""


class VocabularyError(DedupeError):
    """The vocabulary does not hold what is expected of it."""


class ModelError(DedupeError):
    """The meaning model cannot be read, or gives other embeddings than the engine compares."""
