"""The matching engine: which known problem a report belongs to."""

from collections.abc import Iterable, Sequence

from dedupe.adjustment import Moves, adjust
from dedupe.corpus import Corpus
from dedupe.decision import Bars, Scored, decide, find_kept_apart, find_pull, in_order, may_be_twins, take_over
from dedupe.evidence import Asked, Evidence, ask_about, gather
from dedupe.links import Links
from dedupe.normalise import Normaliser
from dedupe.reach import Reach
from dedupe.reasons import explain, sum_up
from dedupe.search import Found, search
from dedupe.suspicion import meant_apart, named_apart
from dedupe.values import (
    Candidate,
    Doubt,
    Judgement,
    ProblemId,
    Reason,
    ReportId,
    ReportText,
    Review,
    Thresholds,
    Verdict,
)
from dedupe.vocabulary import Vocabulary
from dedupe.weights import Weights, share_out

_KEPT_APART = "people said that a report like this is not the same"


class MatchingEngine:
    """The reports of one desk and the problems they are in, all in memory.

    What it answers depends on what is placed and linked now, not on the order in which that came. It holds no clock
    and does no I/O; it is not for several threads at once.
    """

    def __init__(
        self,
        *,
        weights: Weights,
        vocabulary: Vocabulary,
        thresholds: Thresholds | None = None,
        reach: Reach | None = None,
    ) -> None:
        """`thresholds`: the desk's own; None for those of the weights. `reach`: how far a query looks; None for as
        far as is usual.
        """
        self.shipped = weights
        self.thresholds = thresholds or weights.thresholds
        self._weights = weights
        self._opposites, self._common = vocabulary.opposites, vocabulary.common_codes
        self._normaliser = Normaliser(vocabulary)
        self._corpus = Corpus(self._normaliser.read, reach or Reach())
        self._links = Links()

    def __len__(self) -> int:
        """How many reports are placed."""
        return len(self._corpus)

    def adjust(self, moves: Moves, *, by_meaning: bool) -> None:
        """Judge from now on by the weights the engine was made with, so moved. What is placed stays as it is."""
        self._weights = adjust(self.shipped, moves, by_meaning=by_meaning)

    def place(self, report: ReportId, text: ReportText, problem: ProblemId) -> None:
        """Put the report into the problem, and out of the one it is in, if any."""
        self.place_many([(report, text, problem)])

    def place_many(self, reports: Iterable[tuple[ReportId, ReportText, ProblemId]]) -> None:
        """The same for several, each report once. Many at a time are placed faster."""
        new: dict[ReportId, ReportText] = {}
        problems: list[ProblemId] = []
        for report, text, problem in reports:
            member = self._corpus.find(report)
            if member is not None and member.text == text:
                if self._corpus.problem_of(report) != problem:
                    self._corpus.move(report, problem)
                continue
            if member is not None:
                self._corpus.drop(report)
            new[report] = text
            problems.append(problem)
        if new:
            self._corpus.add(new, problems)

    def make_ready(self) -> None:
        """After many were placed: do what the first questions would otherwise wait for. It changes no answer."""
        self._corpus.make_ready()

    def remove(self, report: ReportId) -> None:
        """Take the report out, if it is there. What people said of it is kept, for when it comes back."""
        if self._corpus.find(report) is not None:
            self._corpus.drop(report)

    def knows(self, problem: ProblemId) -> bool:
        """Whether a report of the problem is placed."""
        return self._corpus.knows(problem)

    def forget(self, problem: ProblemId) -> None:
        """Take all reports of the problem out. What people said of them is kept, for when they come back."""
        for member in self._corpus.members_of(problem):
            self._corpus.drop(member.report)

    def link(self, a: ReportId, b: ReportId, *, same: bool | None) -> None:
        """Remember that people said the two are the same failure, or are not, or with None forget it."""
        self._links.put(a, b, same=same)

    def judge(self, text: ReportText, *, not_in: frozenset[ProblemId] = frozenset()) -> Judgement:
        """Which problem the text belongs to, leaving those of `not_in` out. Never raises, whatever the text."""
        return self.conclude(*self.weigh(text, not_in))

    def review(self, report: ReportId, text: ReportText) -> Review:
        """Judge the report as if it were not placed, beside everything that comes near it. What is placed stays so."""
        member, problem = self._corpus.find(report), self._corpus.problem_of(report)
        placed = None if member is None else member.text
        self.remove(report)
        try:
            asked, scored = self.weigh(text, frozenset())
            near = sorted(scored, key=lambda one: (-one.probability, one.problem))
            return Review(
                judgement=self.conclude(asked, scored),
                near=tuple(_candidate(one, explain(self._weights, asked, one)) for one in near),
                same_as=tuple(sorted(self._links.same_as(report))),
                not_same_as=tuple(sorted(self._links.not_same_as(report))),
            )
        finally:
            if placed is not None and problem is not None:
                self.place(report, placed, problem)

    def doubt(self, problem: ProblemId) -> Doubt | None:
        """What may be wrong with how the problem is grouped; None if no report of it is placed."""
        members = self._corpus.members_of(problem)
        if not members:
            return None
        newest = max(members, key=lambda member: (member.at, member.report))
        again = self.judge(newest.text, not_in=frozenset({problem}))
        return Doubt(
            newest=newest.report,
            like=again.candidates[0] if again.verdict is Verdict.SAME else None,
            apart=named_apart(members, self._links)
            or meant_apart(members, self._links, self._corpus.meanings, self._corpus.cohesion),
        )

    def search(self, text: ReportText, limit: int) -> list[Found]:
        """The problems that are most like what is searched for, in words, spelling or meaning, best first."""
        asked = ask_about(self._corpus, text, self._normaliser.read(text.text), self._common)
        return search(self._corpus, asked, limit)

    def weigh(self, text: ReportText, not_in: frozenset[ProblemId] = frozenset()) -> tuple[Asked, list[Scored]]:
        """What a verdict is made of: every problem that comes near, with its evidence and probability."""
        asked, scored = self._weigh_each(text, not_in)
        return asked, self._with_twins(scored)

    def conclude(self, asked: Asked, scored: Sequence[Scored]) -> Judgement:
        """The verdict on what was weighed."""
        verdict, chosen = decide(scored, self.thresholds)
        reasons = explain(self._weights, asked, chosen[0]) if chosen else ()
        return Judgement(
            verdict=verdict,
            probability=chosen[0].probability if chosen else 0.0,
            candidates=tuple(_candidate(one, reasons if one is chosen[0] else ()) for one in chosen),
            reasons=sum_up(verdict, asked, chosen, reasons),
        )

    def _weigh_each(self, text: ReportText, not_in: frozenset[ProblemId]) -> tuple[Asked, list[Scored]]:
        """Every problem as if no two of them were one failure."""
        asked = ask_about(self._corpus, text, self._normaliser.read(text.text), self._common)
        evidence = gather(self._corpus, self._links, asked, not_in=not_in)
        pulled = [self._weights.must_link_pull * find_pull(self._corpus, self._links, one) for one in evidence]
        odds = [over + pull for over, pull in zip(self._over_none(asked, evidence), pulled, strict=True)]
        bars = Bars(asked.wording, self._opposites)
        scored = [
            Scored(evidence=one, probability=round(share, 6), bars=bars.against(one), pulled=pull)
            for one, share, pull in zip(evidence, share_out(odds), pulled, strict=True)
        ]
        for one in scored if self._links.kept_apart() else ():
            preferred = find_kept_apart(self._corpus, self._links, asked, one.evidence)
            if preferred is not None:
                one.bars, one.after = (_KEPT_APART, *one.bars), preferred
        return asked, scored

    def _with_twins(self, scored: list[Scored]) -> list[Scored]:
        """The candidates, of which the best takes over what speaks for the next best as far as the two are one failure.

        A failure that lies in two problems shares its probability between them, and neither would ever be joined.
        """
        match in_order(scored):
            case (first, second, *others) if may_be_twins(first, second, self.thresholds.same):
                alike = (self._belongs(first, second) + self._belongs(second, first)) / 2
                return [*take_over(first, second, alike), *others]
        return scored

    def _belongs(self, one: Scored, other: Scored) -> float:
        """How probably the report of the one that was found nearest would belong to the other if the one were not
        there.
        """
        _, near = self._weigh_each(one.evidence.nearest.text, frozenset({one.problem}))
        return next((each.probability for each in near if each.problem == other.problem and not each.bars), 0.0)

    def _over_none(self, asked: Asked, evidence: Sequence[Evidence]) -> list[float]:
        odds = {
            by_meaning: self._weights.scheme(by_meaning=by_meaning).over_none(columns, asked.none).tolist()
            for by_meaning, columns in {one.by_meaning: one.columns for one in evidence}.items()
        }
        return [odds[one.by_meaning][one.place] for one in evidence]


def _candidate(scored: Scored, reasons: tuple[Reason, ...]) -> Candidate:
    return Candidate(
        problem=scored.problem,
        probability=scored.probability,
        nearest=scored.evidence.nearest.report,
        reasons=reasons,
        bars=scored.bars,
    )
