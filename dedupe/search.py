"""Which problems are like what somebody is looking for."""

from dataclasses import dataclass

from dedupe.corpus import Corpus
from dedupe.evidence import Asked
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
    slots = [members[0] for members in near.values()]
    words = corpus.words.likeness(asked.words, slots).tolist()
    letters = corpus.grams.likeness(asked.grams, slots).tolist()
    meant = [-1.0] * len(slots) if asked.meaning is None else corpus.meanings.likeness(asked.meaning, slots).tolist()
    found = []
    for problem, slot, *likenesses in zip(near, slots, words, letters, meant, strict=True):
        how = _likeness(asked, *likenesses)
        if how > 0:
            found.append(Found(problem=problem, nearest=corpus.member(slot).report, likeness=how))
    return sorted(found, key=lambda one: (-one.likeness, one.problem))


def _likeness(asked: Asked, words: float, letters: float, meaning: float) -> float:
    is_meant = asked.meaning is not None and asked.scale.place(meaning) >= _LIKE_IN_MEANING
    return max((words + letters) / 2, meaning if is_meant else 0.0)
