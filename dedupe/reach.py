"""How far a query looks."""

from dataclasses import dataclass

from dedupe.meaning_index import ALL_READ, EMBEDDINGS_READ

POSTINGS_READ = 25_000
SMALL_DESK = ALL_READ * EMBEDDINGS_READ
"""A desk of no more reports than that is read whole."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """How many places of words, and how many embeddings, are read for one query at the most. What bounds the cost in a
    large desk: up to some thousands of reports everything is read.
    """

    postings: int = POSTINGS_READ
    embeddings: int = EMBEDDINGS_READ


EVERYTHING = Reach(postings=2**31 - 1, embeddings=2**31 - 1)
"""Nothing is left out: what the candidates of a bounded query are measured by."""
