"""What can go wrong in matching. Judging a text never raises: wild input gets a verdict like any other.

DedupeError
├── WeightsError        the weights file does not fit this engine: names the field
├── VocabularyError     the vocabulary does not hold what is expected of it: names the table
├── ShareError          no probability is known for so large or so small a share: says between which there is
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


class ShareError(DedupeError):
    """No probability is known for the share, only for those from `least` to `most`."""

    def __init__(self, least: float, most: float) -> None:
        super().__init__(f"it must be from {least:g} to {most:g}")
        self.least, self.most = least, most
