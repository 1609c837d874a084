"""Which problems are like what somebody is looking for."""

from dataclasses import dataclass

import numpy as np

from dedupe.corpus import Corpus
from dedupe.evidence import Asked
from dedupe.slot_sums import Ints
from dedupe.values import ProblemId, ReportId

_LIKE_IN_MEANING = 0.5
"""Half-way from what is usual between unrelated reports of the desk to what is between two of one problem: nearer ones
are found without a word in common.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A problem with its nearest member, and how like that is, from 0 to 1."""

    problem: ProblemId
    nearest: ReportId
    likeness: float


def search(corpus: Corpus, asked: Asked, limit: int) -> list[Found]:
    """So many problems at the most, the likest first."""
    near = corpus.nearest_problems(
        asked.words, asked.grams, asked.meaning, not_in=frozenset(), problems=max(limit, 0), members=1
    )
    slots: Ints = np.array([members[0] for members in near.values()], dtype=np.int32)
    words, letters = corpus.words.likeness(asked.words, slots), corpus.grams.likeness(asked.grams, slots)
    likenesses = (words + letters) / 2
    if asked.meaning is not None:
        meant = corpus.meanings.likeness(asked.meaning, slots)
        likenesses = np.maximum(likenesses, np.where(asked.scale.place(meant) >= _LIKE_IN_MEANING, meant, 0.0))
    found = [
        Found(problem=problem, nearest=corpus.report(slot), likeness=how)
        for problem, slot, how in zip(near, slots.tolist(), likenesses.tolist(), strict=True)
        if how > 0
    ]
    return sorted(found, key=lambda one: (-one.likeness, one.problem))
