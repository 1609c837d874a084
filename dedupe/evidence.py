"""The evidence that a report belongs to a problem, for every problem that may be meant."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np

from dedupe import comparing, meaning_evidence
from dedupe.comparing import Likeness
from dedupe.corpus import Corpus
from dedupe.features import SIZED, STANDING, Columns, Features
from dedupe.index import Query
from dedupe.known_problems import KnownProblem
from dedupe.links import Links
from dedupe.meaning_evidence import Scale
from dedupe.meaning_index import MeaningQuery
from dedupe.members import Member
from dedupe.normalise import Wording
from dedupe.reach import SMALL_DESK
from dedupe.slot_sums import Floats, Ints, Places
from dedupe.values import ProblemId, ReportText

MOST_PROBLEMS, MOST_PROBLEMS_OF_A_SMALL_DESK = 16, 40
"""So many candidates are weighed: more where the desk has so few reports that finding them costs little."""
MOST_MEMBERS = 5
_DAY = 86_400
_KINDS = ("words", "chars", "meaning")


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


@dataclass(kw_only=True, slots=True)
class Evidence:
    """What speaks for one problem and against it. `likeness` is that of the nearest member, from 0 to 1; `by_meaning`:
    whether embeddings are among it. `columns` are the features of all candidates that are compared alike, of which this
    one is at `place`.
    """

    problem: KnownProblem
    nearest: Member
    likeness: float
    by_meaning: bool
    columns: Columns
    place: int

    @property
    def values(self) -> Features:
        """The features by name."""
        return {name: column.item(self.place) for name, column in self.columns.items()}


class _Alike:
    """How like reports are to what is asked about, from 0 (in meaning from -1: nothing to compare) to 1: a row each for
    words, characters and meaning.
    """

    def __init__(self, corpus: Corpus, asked: Asked, slots: Ints) -> None:
        self.rows = np.full((len(_KINDS), len(slots)), -1.0)
        self.rows[0] = corpus.words.likeness(asked.words, slots)
        self.rows[1] = corpus.grams.likeness(asked.grams, slots)
        if asked.meaning is not None:
            self.rows[2] = corpus.meanings.likeness(asked.meaning, slots)

    @property
    def altogether(self) -> Floats:
        """Meaning counts where it is more than what the wording shows."""
        words, chars, meaning = self.rows
        found: Floats = np.maximum((words + chars) / 2, meaning)
        return found

    @property
    def nearness(self) -> Floats:
        """What the nearest member is chosen by."""
        words, chars, meaning = self.rows
        found: Floats = words + chars / 2 + np.maximum(meaning, 0.0)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Compared:
    """The candidates, each with its nearest member, and by kind how like their members are."""

    known: Sequence[KnownProblem]
    nearest: Sequence[Member]
    likeness: dict[str, Likeness]


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
    most = MOST_PROBLEMS if len(corpus) > SMALL_DESK else MOST_PROBLEMS_OF_A_SMALL_DESK
    near = corpus.nearest_problems(
        asked.words, asked.grams, asked.meaning, not_in=not_in, problems=most, members=MOST_MEMBERS
    )
    _pull_by_links(corpus, links, near, not_in)
    if not near:
        return []
    slots, owners = _telling(corpus, near.values())
    alike = _Alike(corpus, asked, slots)
    firsts = np.searchsorted(owners, np.arange(len(near)))
    best = np.lexsort((corpus.reports_at(slots), -alike.nearness, owners))[firsts]
    altogether = alike.altogether[best]
    problems = np.array(list(near))
    downwards = np.lexsort((problems, -altogether))
    known = corpus.known(problems[downwards].tolist())
    nearest = [corpus.member(slot) for slot in slots[best[downwards]].tolist()]
    likeness = dict(zip(_KINDS, comparing.likeness(alike.rows, owners, downwards), strict=True))
    compared = _Compared(known=known, nearest=nearest, likeness=likeness)
    columns = _by_wording(corpus, asked, compared)
    meant, by_meaning = _by_meaning(corpus, asked, compared, columns)
    place_by_meaning = dict(zip(meant.tolist(), count(), strict=False))
    return [
        Evidence(
            problem=problem,
            nearest=member,
            likeness=how,
            by_meaning=place in place_by_meaning,
            columns=by_meaning if place in place_by_meaning else columns,
            place=place_by_meaning.get(place, place),
        )
        for place, (problem, member, how) in enumerate(zip(known, nearest, altogether[downwards].tolist(), strict=True))
    ]


def likeness(corpus: Corpus, asked: Asked, slots: Sequence[int]) -> list[float]:
    """How like each of these reports is, from 0 to 1, as `Evidence.likeness` is."""
    found: list[float] = _Alike(corpus, asked, np.array(slots, dtype=np.int32)).altogether.tolist()
    return found


def _pull_by_links(
    corpus: Corpus, links: Links, near: dict[ProblemId, list[int]], not_in: frozenset[ProblemId]
) -> None:
    """A report that people said is the same as one of another problem speaks for that problem too."""
    for members in list(near.values()) if links else ():
        for slot in tuple(members):
            for report in sorted(links.same_as(corpus.report(slot))):
                other = corpus.problem_of(report)
                if other is None or other in not_in:
                    continue
                speaking = near.setdefault(other, [])
                if slot not in speaking:
                    speaking.append(slot)


def _telling(corpus: Corpus, near: Collection[Sequence[int]]) -> tuple[Ints, Places]:
    """The slots of the candidates' members, and by number whose each is. Without the vague ones, unless a candidate has
    no others: "app issue" is like everything.
    """
    slots: Ints = np.fromiter(chain.from_iterable(near), dtype=np.int32)
    owners = np.repeat(np.arange(len(near)), [len(members) for members in near])
    tells = ~corpus.are_vague(slots)
    stays = tells | (np.bincount(owners, tells) == 0)[owners]
    return slots[stays], owners[stays]


def _by_wording(corpus: Corpus, asked: Asked, compared: _Compared) -> Columns:
    """The features that need no embedding."""
    known, likeness = compared.known, compared.likeness
    columns = {
        **likeness["words"].columns("words"),
        **likeness["chars"].columns("chars"),
        **comparing.with_profiles(corpus.words, asked.words, known),
        **comparing.spelling(asked.wording.plain, [member.plain for member in compared.nearest]),
        **comparing.codes(asked.wording.codes, known, asked.common),
        **comparing.services(asked.text.service, known),
        **comparing.times(asked.at, known, corpus.since(asked.at, _DAY)),
    }
    comparing.add_relative(columns, STANDING)
    _add_products(columns, asked.none)
    return columns


def _by_meaning(corpus: Corpus, asked: Asked, compared: _Compared, columns: Columns) -> tuple[Places, Columns]:
    """Which candidates have embeddings, and the features of these."""
    members, centres = compared.likeness["meaning"], [one.centre for one in compared.known]
    meant = np.flatnonzero((members.many > 0) & np.array([centre.count > 0 for centre in centres]))
    if asked.meaning is None or not len(meant):
        return meant[:0], {}
    found = {**columns, **members.columns("meaning")}
    if len(meant) < len(centres):
        found = {name: column[meant] for name, column in found.items()}
        centres = [centres[place] for place in meant.tolist()]
    found |= meaning_evidence.compare(corpus.meanings, asked.meaning, asked.scale, centres, found)
    meaning_evidence.add_leads(found, asked.scale.usual)
    meaning_evidence.add_products(found, asked.none)
    return meant, found


def _add_products(columns: Columns, none: Features) -> None:
    """What a likeness means depends on how many members it had to choose from, and on what else is known."""
    for kind in SIZED:
        columns[f"{kind}_by_size"] = columns[kind] * columns["size"]
    columns["words_best_squared"] = columns["words_best"] ** 2
    columns["quiet_by_size"] = columns["quiet"] * columns["size"]
    columns["burst_by_recurs"] = columns["burst_day"] * none["recurs"]
    columns["quiet_by_recurs"] = columns["quiet"] * none["recurs"]
    columns["words_by_content"] = columns["words_best"] * none["content"]
