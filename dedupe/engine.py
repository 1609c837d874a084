"""The matching engine: which known problem a report belongs to."""

from dedupe.corpus import Corpus
from dedupe.decision import Scored, decide, find_bars, find_kept_apart, find_pull
from dedupe.evidence import Asked, Evidence, ask_about, gather
from dedupe.links import Links
from dedupe.normalise import Normaliser
from dedupe.reasons import explain, sum_up
from dedupe.values import Candidate, Judgement, ProblemId, ReportId, ReportText, Thresholds
from dedupe.vocabulary import Vocabulary
from dedupe.weights import Weights, probability

_KEPT_APART = "people said that a report like this is not the same"


class MatchingEngine:
    """The reports of one desk and the problems they are in, all in memory.

    What it answers depends on what is placed and linked now, not on the order in which that came. It holds no clock
    and does no I/O; it is not for several threads at once.
    """

    def __init__(self, *, weights: Weights, vocabulary: Vocabulary, thresholds: Thresholds | None = None) -> None:
        """`thresholds`: the desk's own; None for those of the weights."""
        self._weights = weights
        self._thresholds = thresholds or weights.thresholds
        self._opposites = vocabulary.opposites
        self._normaliser = Normaliser(vocabulary)
        self._corpus = Corpus()
        self._links = Links()

    def __len__(self) -> int:
        """How many reports are placed."""
        return len(self._corpus)

    def place(self, report: ReportId, text: ReportText, problem: ProblemId) -> None:
        """Put the report into the problem, and out of the one it is in, if any."""
        member = self._corpus.find(report)
        if member is not None and member.text == text:
            if member.problem != problem:
                self._corpus.move(report, problem)
            return
        if member is not None:
            self._corpus.drop(report)
        self._corpus.add(report, text, self._normaliser.read(text.text), problem)

    def remove(self, report: ReportId) -> None:
        """Take the report out, if it is there. What people said of it is kept, for when it comes back."""
        if self._corpus.find(report) is not None:
            self._corpus.drop(report)

    def link(self, a: ReportId, b: ReportId, *, same: bool | None) -> None:
        """Remember that people said the two are the same failure, or are not, or with None forget it."""
        self._links.put(a, b, same=same)

    def judge(self, text: ReportText, *, not_in: frozenset[ProblemId] = frozenset()) -> Judgement:
        """Which problem the text belongs to, leaving those of `not_in` out. Never raises, whatever the text."""
        asked = ask_about(self._corpus, text, self._normaliser.read(text.text))
        evidence = gather(self._corpus, self._links, asked, not_in=not_in)
        verdict, chosen = decide([self._score(asked, one) for one in evidence], self._thresholds)
        explained = [(one, explain(self._weights, asked, one)) for one in chosen]
        return Judgement(
            verdict=verdict,
            probability=chosen[0].probability if chosen else 0.0,
            candidates=tuple(
                Candidate(
                    problem=one.problem,
                    probability=one.probability,
                    nearest=one.evidence.nearest.report,
                    reasons=reasons,
                )
                for one, reasons in explained
            ),
            reasons=sum_up(verdict, asked, explained),
        )

    def search(self, words: str, limit: int) -> list[tuple[ProblemId, ReportId, float]]:
        """The problems that words are most like, best first: each with its nearest member and the likeness, 0 to 1."""
        wording = self._normaliser.read(words)
        wanted, letters = self._corpus.words.ask(wording.words), self._corpus.grams.ask(wording.grams)
        near = self._corpus.nearest_problems(wanted, letters, not_in=frozenset(), problems=max(limit, 0), members=1)
        slots = [members[0] for members in near.values()]
        both = self._corpus.words.likeness(wanted, slots) + self._corpus.grams.likeness(letters, slots)
        found = [
            (problem, self._corpus.member(slot).report, how / 2)
            for problem, slot, how in zip(near, slots, both.tolist(), strict=True)
        ]
        return sorted(found, key=lambda one: (-one[2], one[0]))

    def _score(self, asked: Asked, evidence: Evidence) -> Scored:
        pulled = self._weights.must_link_pull * find_pull(self._corpus, self._links, evidence)
        preferred = find_kept_apart(self._corpus, self._links, asked, evidence)
        bars = find_bars(asked, evidence, self._opposites)
        return Scored(
            evidence=evidence,
            probability=round(probability(self._weights.log_odds(evidence.values) + pulled), 6),
            bars=bars if preferred is None else (_KEPT_APART, *bars),
            after=preferred or frozenset(),
            pulled=pulled,
        )
