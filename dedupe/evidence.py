"""The evidence that a report belongs to a problem, for every problem that may be meant."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dedupe import comparing
from dedupe.corpus import Corpus
from dedupe.index import Query
from dedupe.known_problems import KnownProblem, Member
from dedupe.links import Links
from dedupe.normalise import Wording
from dedupe.values import ProblemId, ReportText

MOST_PROBLEMS = 24
MOST_MEMBERS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A report's text as asked about."""

    text: ReportText
    wording: Wording
    words: Query
    grams: Query


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What speaks for one problem and against it. `values` are the features by name; `likeness` is that of the
    nearest member, from 0 to 1.
    """

    problem: KnownProblem
    nearest: Member
    likeness: float
    values: dict[str, float]


def ask_about(corpus: Corpus, text: ReportText, wording: Wording) -> Asked:
    """The text, ready to be compared with what the corpus holds now."""
    return Asked(
        text=text, wording=wording, words=corpus.words.ask(wording.words), grams=corpus.grams.ask(wording.grams)
    )


def gather(corpus: Corpus, links: Links, asked: Asked, *, not_in: frozenset[ProblemId]) -> list[Evidence]:
    """The evidence for each problem that comes near, nearest first; empty where nothing does."""
    near = corpus.nearest_problems(
        asked.words, asked.grams, not_in=not_in, problems=MOST_PROBLEMS, members=MOST_MEMBERS
    )
    _pull_by_links(corpus, links, near, not_in)
    near = {problem: _telling(corpus, members) for problem, members in near.items()}
    slots = sorted({slot for members in near.values() for slot in members})
    words, grams = corpus.words.likeness(asked.words, slots), corpus.grams.likeness(asked.grams, slots)
    both = dict(zip(slots, zip(words.tolist(), grams.tolist(), strict=True), strict=True))
    found = [_evidence(corpus, asked, problem, members, both) for problem, members in near.items()]
    found.sort(key=lambda evidence: (-evidence.likeness, evidence.problem.problem))
    comparing.add_relative([evidence.values for evidence in found])
    for evidence in found:
        comparing.add_products(evidence.values)
    return found


def likeness(corpus: Corpus, asked: Asked, slots: Iterable[int]) -> list[float]:
    """How like each of these reports is, from 0 to 1, as `Evidence.likeness` is."""
    wanted = list(slots)
    both = corpus.words.likeness(asked.words, wanted) + corpus.grams.likeness(asked.grams, wanted)
    halved: list[float] = (both / 2).tolist()
    return halved


def _pull_by_links(
    corpus: Corpus, links: Links, near: dict[ProblemId, list[int]], not_in: frozenset[ProblemId]
) -> None:
    """A report that people said is the same as one of another problem speaks for that problem too."""
    for members in list(near.values()):
        for slot in tuple(members):
            for report in sorted(links.same_as(corpus.member(slot).report)):
                other = corpus.find(report)
                if other is None or other.problem in not_in:
                    continue
                speaking = near.setdefault(other.problem, [])
                if slot not in speaking:
                    speaking.append(slot)


def _telling(corpus: Corpus, slots: list[int]) -> list[int]:
    """Without the vague members, unless there are no others: "app issue" is like everything."""
    return [slot for slot in slots if not corpus.member(slot).wording.is_vague] or slots


def _evidence(
    corpus: Corpus, asked: Asked, problem: ProblemId, slots: list[int], both: dict[int, tuple[float, float]]
) -> Evidence:
    """`both`: by slot, how like the member is in words and in characters."""
    known = corpus.problem(problem)
    best = min(slots, key=lambda slot: (-sum(both[slot]), corpus.member(slot).report))
    nearest = corpus.member(best)
    values = {
        **comparing.likeness(sorted((both[slot][0] for slot in slots), reverse=True), "words"),
        **comparing.likeness(sorted((both[slot][1] for slot in slots), reverse=True), "chars"),
        **comparing.with_profile(corpus.words, asked.words, known),
        **comparing.spelling(asked.wording.plain, nearest.wording.plain),
        **comparing.codes(asked.wording.codes, known),
        **comparing.service(asked.text.service, known),
        **comparing.times(asked.text.reported_at.timestamp(), known),
        "content": float(np.log1p(asked.wording.content)),
    }
    return Evidence(problem=known, nearest=nearest, likeness=sum(both[best]) / 2, values=values)
