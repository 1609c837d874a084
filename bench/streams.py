"""Streams a desk in order of time through the real engine, with the engine's own groups."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.desks import LabelledReport
from bench.measures import SHOWN, Tally
from dedupe.decision import Scored
from dedupe.engine import MatchingEngine
from dedupe.evidence import Asked
from dedupe.values import Judgement, ProblemId, ReportId, Verdict
from dedupe.vocabulary import Vocabulary
from dedupe.weights import Weights


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One report judged: the evidence, the verdict, which of the problems near it are its failure's, whether it is the
    first of it.
    """

    asked: Asked
    near: Sequence[Scored]
    judgement: Judgement
    right: frozenset[ProblemId]
    is_new: bool

    @property
    def joined(self) -> ProblemId | None:
        return self.judgement.candidates[0].problem if self.judgement.verdict is Verdict.SAME else None

    @property
    def shown_right(self) -> ProblemId | None:
        """The first of the right problems that a person is shown."""
        shown = [one.problem for one in self.judgement.candidates if one.problem in self.right]
        return shown[0] if shown and self.judgement.verdict is Verdict.ASK else None


@dataclass(kw_only=True, slots=True)
class DeskStream:
    """One desk being streamed. A problem counts as the failure most of its reports have. `answered`: whoever is asked
    picks the right problem if it is shown, else says none of these; otherwise nobody answers, and what was asked about
    stays a problem of its own.
    """

    engine: MatchingEngine
    answered: bool
    tally: Tally = field(default_factory=Tally)
    _groups: dict[ProblemId, Counter[str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def take(self, number: int, report: LabelledReport) -> Step:
        """Judge the report, count what came of it, and place it."""
        asked, near = self.engine.weigh(report.text)
        right = frozenset(one.problem for one in near if self._failure(one.problem) == report.failure)
        step = Step(
            asked=asked,
            near=sorted(near, key=lambda one: (-one.probability, one.problem)),
            judgement=self.engine.conclude(asked, near),
            right=right,
            is_new=report.failure not in self._seen,
        )
        self._count(step)
        problem = step.joined or (step.shown_right if self.answered else None) or ProblemId(number)
        self.engine.place(ReportId(number), report.text, problem)
        if self.answered and step.judgement.verdict is Verdict.ASK:
            self._link(ReportId(number), step.judgement, problem)
        self._groups.setdefault(problem, Counter())[report.failure] += 1
        self._seen.add(report.failure)
        self.tally.placed.append(((id(self), problem), (id(self), report.failure)))
        return step

    def finish(self) -> Tally:
        self.tally.problems, self.tally.true_problems = len(self._groups), len(self._seen)
        return self.tally

    def _failure(self, problem: ProblemId) -> str:
        return self._groups[problem].most_common(1)[0][0]

    def _count(self, step: Step) -> None:
        tally, judgement = self.tally, step.judgement
        first = judgement.candidates[0].problem if judgement.candidates else None
        tally.reports += 1
        tally.firsts.append((judgement.probability, first in step.right))
        if step.is_new:
            tally.new_asked += judgement.verdict is Verdict.ASK
            tally.new_joined_wrong += step.joined is not None
            return
        tally.repeats += 1
        for shown in SHOWN:
            tally.at[shown] += any(one.problem in step.right for one in step.near[:shown])
        tally.joined_right += step.joined is not None and step.joined in step.right
        tally.joined_wrong += step.joined is not None and step.joined not in step.right
        tally.asked_right += step.shown_right is not None
        tally.missed += step.joined is None and step.shown_right is None

    def _link(self, report: ReportId, judgement: Judgement, problem: ProblemId) -> None:
        for candidate in judgement.candidates:
            if candidate.problem == problem:
                self.engine.link(report, candidate.nearest, same=True)
            elif problem == ProblemId(report):
                self.engine.link(report, candidate.nearest, same=False)


def stream(
    reports: Sequence[LabelledReport], weights: Weights, vocabulary: Vocabulary, *, answered: bool
) -> tuple[Tally, list[Step]]:
    """What becomes of a desk's reports with these weights, and how each was judged."""
    desk = DeskStream(engine=MatchingEngine(weights=weights, vocabulary=vocabulary), answered=answered)
    steps = [desk.take(number, report) for number, report in enumerate(reports, start=1)]
    return desk.finish(), steps
