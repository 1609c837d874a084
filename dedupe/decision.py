"""From evidence to a verdict: two thresholds, and rules that no probability overrides."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dedupe.codes import NO_CODES, Codes
from dedupe.comparing import conflicting_codes, conflicting_names, doubtful_codes
from dedupe.corpus import Corpus
from dedupe.evidence import Asked, Evidence, likeness
from dedupe.known_problems import KnownProblem
from dedupe.links import Links
from dedupe.members import Member
from dedupe.normalise import Wording
from dedupe.values import ProblemId, ReportId, Thresholds, Verdict

NEARLY_THE_SAME = 0.6
"""From this likeness on, what people decided of one report holds for another."""

LEAST_SHOWN = 0.01
"""A person is not asked about what is less probable than this."""

_NEVER = 1e-6
_SPELT_ALIKE = 0.25
"""Likeness in runs of characters that two reports of one failure have in a language without our vocabulary."""


@dataclass(kw_only=True, slots=True)
class Scored:
    """A problem with its probability. `bars` say why the report may not join it by itself, if it may not;
    `after` are problems that people preferred to it for a report like this one; `pulled` is the log-odds that
    must-links added; `taken_over` is what it gained by being the same failure as the next likeliest, in log-odds.
    """

    evidence: Evidence
    probability: float
    bars: tuple[str, ...]
    pulled: float
    after: frozenset[ProblemId] = frozenset()
    taken_over: float = 0.0

    @property
    def problem(self) -> ProblemId:
        return self.evidence.problem.problem


def decide(candidates: Sequence[Scored], thresholds: Thresholds) -> tuple[Verdict, tuple[Scored, ...]]:
    """The verdict and the candidates that go with it, best first. Asked about is what probably belongs to one of them,
    be it ever so open to which.
    """
    ordered = in_order(candidates)
    if ordered and ordered[0].probability >= thresholds.same and not ordered[0].bars:
        return Verdict.SAME, ordered[: thresholds.most_asked]
    if sum(candidate.probability for candidate in ordered) >= thresholds.ask:
        worth_asking = ordered[:1] + tuple(one for one in ordered[1:] if one.probability >= LEAST_SHOWN)
        return Verdict.ASK, worth_asking[: thresholds.most_asked]
    return Verdict.NEW, ordered[: thresholds.most_asked]


def may_be_twins(first: Scored, second: Scored, same: float) -> bool:
    """Whether the two best candidates do not suffice to join one by one, but would together: if they were one failure
    that is in two problems.
    """
    spoken_against = first.bars or second.bars or first.after or second.after
    return not spoken_against and first.probability < same <= first.probability + second.probability


def take_over(first: Scored, second: Scored, alike: float) -> list[Scored]:
    """The two, where of what speaks for the second this share speaks for the failure of the first."""
    taken = second.probability * alike
    probability = round(first.probability + taken, 6)
    gained = _log_odds(probability) - _log_odds(first.probability)
    return [
        replace(first, probability=probability, taken_over=gained),
        replace(second, probability=round(second.probability - taken, 6)),
    ]


def _log_odds(probability: float) -> float:
    held = min(max(probability, _NEVER), 1 - _NEVER)
    return math.log(held / (1 - held))


def in_order(candidates: Sequence[Scored]) -> tuple[Scored, ...]:
    """By probability, except that what people preferred comes before what they rejected. Where the report is as like
    the one as the other, neither is preferred.
    """
    ordered = sorted(candidates, key=lambda one: (-one.probability, one.problem))
    for rejected in [one for one in ordered if one.after]:
        preferred = [one for one in ordered if one.problem in rejected.after and rejected.problem not in one.after]
        place = ordered.index(rejected)
        for one in reversed(preferred):
            if ordered.index(one) > place:
                ordered.remove(one)
                ordered.insert(place, one)
    return tuple(ordered)


class Bars:
    """Why a report may not join a problem by itself, whatever the probability."""

    def __init__(self, wording: Wording, opposites: Sequence[tuple[str, str]]) -> None:
        self._wording = wording
        self._has_codes = wording.codes != NO_CODES
        self._one_sided = _say_one_side(wording.words, opposites)
        self._is_vague = wording.is_vague

    def against(self, evidence: Evidence) -> tuple[str, ...]:
        """Empty if it may."""
        bars = _differing(self._wording.codes, evidence.problem) if self._has_codes else []
        if self._one_sided:
            bars += _opposed(self._wording, evidence.nearest, self._one_sided)
        if _is_only_meant(self._wording, evidence):
            bars.append("in a language other than English too little is spelt alike to be sure")
        if self._is_vague:
            bars.append("too little is said to be sure")
        elif evidence.nearest.is_vague:
            bars.append("too little was said of it so far to be sure")
        return tuple(bars)


def _is_only_meant(wording: Wording, evidence: Evidence) -> bool:
    """Whether only meaning speaks for the problem, in a language in which it must not alone: see `dedupe.languages`."""
    is_foreign = wording.is_foreign or evidence.nearest.is_foreign
    return is_foreign and bool(evidence.columns["chars_best"][evidence.place] < _SPELT_ALIKE)


def _differing(codes: Codes, known: KnownProblem) -> list[str]:
    bars: list[str] = []
    if (differing := conflicting_codes(codes, known)) is not None:
        bars.append(f"the codes differ: {differing[0]}, not {differing[1]}")
    if doubtful := doubtful_codes(codes, known):
        bars.append(f"it also says {', '.join(doubtful)}")
    bars.extend(
        f"the numbers differ: {name} {ours}, not {name} {theirs}"
        for name, ours, theirs in conflicting_names(codes, known)
    )
    return bars


def _say_one_side(words: Collection[str], opposites: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The opposites of which the words name one only, that one first."""
    pairs = [*opposites, *((b, a) for a, b in opposites)]
    return [(a, b) for a, b in pairs if a in words and b not in words]


def _opposed(ours: Wording, nearest: Member, one_sided: Sequence[tuple[str, str]]) -> list[str]:
    terms = nearest.words
    opposed = [(a, b) for a, b in one_sided if b in terms and a not in terms]
    return [f"'{ours.words[a]}' is the opposite of '{nearest.wording.words[b]}'" for a, b in opposed]


def find_kept_apart(corpus: Corpus, links: Links, asked: Asked, evidence: Evidence) -> frozenset[ProblemId] | None:
    """None if nothing people said keeps a text like this out of the problem; else the problems of the reports that
    they kept apart from it and that the text is nearly the same as, and at least as like as the problem's own members.
    """
    known = evidence.problem
    apart = {
        other
        for report in _kept_apart_in(corpus, links, known)
        for other in links.not_same_as(report)
        if (there := corpus.problem_of(other)) is not None and there != known.problem
    }
    if not apart:
        return None
    reports = sorted(apart)
    slots = [slot for report in reports if (slot := corpus.slot(report)) is not None]
    least = max(evidence.likeness, NEARLY_THE_SAME)
    near = [slot for slot, how in zip(slots, likeness(corpus, asked, slots), strict=True) if how >= least]
    return frozenset(map(corpus.problem_at, near)) if near else None


def _kept_apart_in(corpus: Corpus, links: Links, known: KnownProblem) -> list[ReportId]:
    """The problem's members that a cannot-link speaks of, found through the fewer."""
    spoken_of = links.kept_apart()
    if len(spoken_of) < len(known):
        return [one for one in spoken_of if corpus.problem_of(one) == known.problem]
    return [member.report for member in corpus.members_of(known.problem) if member.report in spoken_of]


def find_pull(corpus: Corpus, links: Links, evidence: Evidence) -> float:
    """How strongly must-links speak for the problem: the likeness to its nearest member, if people put that there."""
    if evidence.likeness < NEARLY_THE_SAME:
        return 0.0
    for report in links.same_as(evidence.nearest.report):
        if corpus.problem_of(report) == evidence.problem.problem:
            return evidence.likeness
    return 0.0
