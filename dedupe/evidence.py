"""The evidence that a report belongs to a problem, for every problem that may be meant."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dedupe import comparing, meaning_evidence
from dedupe.corpus import Corpus
from dedupe.features import SIZED, STANDING, Features
from dedupe.index import Query
from dedupe.known_problems import KnownProblem
from dedupe.links import Links
from dedupe.meaning_evidence import Scale
from dedupe.meaning_index import MeaningQuery
from dedupe.members import Member
from dedupe.normalise import Wording
from dedupe.values import ProblemId, ReportText

MOST_PROBLEMS = 24
MOST_MEMBERS = 5
_DAY = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A report's text as asked about. `none`: the features of the report alone and of the desk; `scale`: how cosines
    are read on this desk; `common`: digits of codes that say little.
    """

    text: ReportText
    wording: Wording
    words: Query
    grams: Query
    meaning: MeaningQuery | None
    scale: Scale
    none: Features
    common: frozenset[str]

    @property
    def at(self) -> float:
        return self.text.reported_at.timestamp()


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """How like one report is, from 0 (in meaning from -1: nothing to compare) to 1."""

    words: float
    chars: float
    meaning: float

    @property
    def altogether(self) -> float:
        """Meaning counts where it is more than what the wording shows."""
        wording = (self.words + self.chars) / 2
        return max(wording, self.meaning)

    @property
    def nearness(self) -> float:
        """What the nearest member is chosen by."""
        return self.words + self.chars / 2 + max(self.meaning, 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What speaks for one problem and against it. `values` are the features by name; `likeness` is that of the
    nearest member, from 0 to 1; `by_meaning`: whether embeddings are among it.
    """

    problem: KnownProblem
    nearest: Member
    likeness: float
    by_meaning: bool
    values: Features


def ask_about(corpus: Corpus, text: ReportText, wording: Wording, common: frozenset[str]) -> Asked:
    """The text, ready to be compared with what the corpus holds now."""
    meaning = corpus.meanings.ask(text.meaning)
    at = text.reported_at.timestamp()
    return Asked(
        text=text,
        wording=wording,
        words=corpus.words.ask(wording.words),
        grams=corpus.grams.ask(wording.grams),
        meaning=meaning,
        scale=Scale(usual=0.0 if meaning is None else meaning.usual, level=corpus.cohesion),
        none={
            "content": math.log1p(wording.content),
            "typed": math.log1p(wording.typed),
            "vague": float(wording.is_vague),
            "recurs": float(wording.recurs),
            "service_named": float(text.service is not None),
            "reports": math.log1p(len(corpus) / 50),
            "problems": math.log1p(corpus.problems),
            "singles": corpus.single,
            "recent": math.log1p(corpus.since(at, _DAY)),
            "level": corpus.cohesion,
        },
        common=common,
    )


def gather(corpus: Corpus, links: Links, asked: Asked, *, not_in: frozenset[ProblemId]) -> list[Evidence]:
    """The evidence for each problem that comes near, nearest first; empty where nothing does."""
    near = corpus.nearest_problems(
        asked.words, asked.grams, asked.meaning, not_in=not_in, problems=MOST_PROBLEMS, members=MOST_MEMBERS
    )
    _pull_by_links(corpus, links, near, not_in)
    near = {problem: _telling(corpus, members) for problem, members in near.items()}
    alike = _likenesses(corpus, asked, {slot for members in near.values() for slot in members})
    found = [_evidence(corpus, asked, problem, members, alike) for problem, members in near.items()]
    found.sort(key=lambda evidence: (-evidence.likeness, evidence.problem.problem))
    rows = [evidence.values for evidence in found]
    meant = [evidence.values for evidence in found if evidence.by_meaning]
    comparing.add_relative(rows, STANDING)
    meaning_evidence.add_leads(meant, asked.scale.usual)
    for row in rows:
        _add_products(row, asked.none)
    for row in meant:
        meaning_evidence.add_products(row, asked.none)
    return found


def likeness(corpus: Corpus, asked: Asked, slots: Iterable[int]) -> list[float]:
    """How like each of these reports is, from 0 to 1, as `Evidence.likeness` is."""
    wanted = list(slots)
    alike = _likenesses(corpus, asked, wanted)
    return [alike[slot].altogether for slot in wanted]


def _likenesses(corpus: Corpus, asked: Asked, slots: Iterable[int]) -> dict[int, Likeness]:
    wanted = sorted(set(slots))
    words, chars = corpus.words.likeness(asked.words, wanted), corpus.grams.likeness(asked.grams, wanted)
    none = [-1.0] * len(wanted)
    meaning = none if asked.meaning is None else corpus.meanings.likeness(asked.meaning, wanted).tolist()
    return {
        slot: Likeness(words=one, chars=other, meaning=third)
        for slot, one, other, third in zip(wanted, words.tolist(), chars.tolist(), meaning, strict=True)
    }


def _pull_by_links(
    corpus: Corpus, links: Links, near: dict[ProblemId, list[int]], not_in: frozenset[ProblemId]
) -> None:
    """A report that people said is the same as one of another problem speaks for that problem too."""
    for members in list(near.values()):
        for slot in tuple(members):
            for report in sorted(links.same_as(corpus.member(slot).report)):
                other = corpus.problem_of(report)
                if other is None or other in not_in:
                    continue
                speaking = near.setdefault(other, [])
                if slot not in speaking:
                    speaking.append(slot)


def _telling(corpus: Corpus, slots: list[int]) -> list[int]:
    """Without the vague members, unless there are no others: "app issue" is like everything."""
    return [slot for slot in slots if not corpus.member(slot).is_vague] or slots


def _evidence(
    corpus: Corpus, asked: Asked, problem: ProblemId, slots: list[int], alike: Mapping[int, Likeness]
) -> Evidence:
    """`alike`: by slot, how like the member is."""
    known = corpus.problem(problem)
    best = min(slots, key=lambda slot: (-alike[slot].nearness, corpus.member(slot).report))
    nearest = corpus.member(best)
    values = {
        **comparing.likeness(sorted((alike[slot].words for slot in slots), reverse=True), "words"),
        **comparing.likeness(sorted((alike[slot].chars for slot in slots), reverse=True), "chars"),
        **comparing.with_profile(corpus.words, asked.words, known),
        **comparing.spelling(asked.wording.plain, nearest.plain),
        **comparing.codes(asked.wording.codes, known, asked.common),
        **comparing.service(asked.text.service, known),
        **comparing.times(asked.at, known, corpus.since(asked.at, _DAY)),
    }
    meant = sorted((alike[slot].meaning for slot in slots if alike[slot].meaning > -1), reverse=True)
    by_meaning = asked.meaning is not None and bool(meant) and known.centre.count > 0
    if asked.meaning is not None and by_meaning:
        values |= meaning_evidence.compare(corpus.meanings, asked.meaning, asked.scale, known, meant)
    return Evidence(
        problem=known, nearest=nearest, likeness=alike[best].altogether, by_meaning=by_meaning, values=values
    )


def _add_products(row: Features, none: Features) -> None:
    """What a likeness means depends on how many members it had to choose from, and on what else is known."""
    for kind in SIZED:
        row[f"{kind}_by_size"] = row[kind] * row["size"]
    row["words_best_squared"] = row["words_best"] ** 2
    row["quiet_by_size"] = row["quiet"] * row["size"]
    row["burst_by_recurs"] = row["burst_day"] * none["recurs"]
    row["quiet_by_recurs"] = row["quiet"] * none["recurs"]
    row["words_by_content"] = row["words_best"] * none["content"]
