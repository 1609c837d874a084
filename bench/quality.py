"""How well the engine groups: streams each desk in order of time through the real engine, with its own groups.

    python -m bench.quality [DATA] [--ask answered|unanswered] [--weights FILE]

`answered`: whoever is asked picks the right problem if it is shown, else says none of these. `unanswered`: nobody
answers, and what was asked about stays a problem of its own. A problem counts as the failure most of its reports have.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from bench.desks import DEFAULT_DATA, LabelledReport, read_desks
from dedupe.engine import MatchingEngine
from dedupe.values import Judgement, ProblemId, ReportId, Verdict
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import Weights, load_weights, read_weights

_HEADINGS = (
    *("reports", "repeats", "joined right", "joined wrong", "asked, right shown", "missed"),
    *("new", "new asked", "new joined", "R@1 %", "right %", "problems", "true"),
)


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of a desk's reports. `joined_wrong` is of repeats, `new_joined` of reports nobody had made before;
    `missed` are repeats neither joined nor asked about with the right problem shown.
    """

    reports: int = 0
    repeats: int = 0
    joined_right: int = 0
    joined_wrong: int = 0
    asked_right: int = 0
    missed: int = 0
    new_asked: int = 0
    new_joined: int = 0
    first_right: int = 0
    problems: int = 0
    failures: int = 0

    @property
    def precision(self) -> float:
        """The share of automatic joins that are right."""
        return self.joined_right / max(1, self.joined_right + self.joined_wrong + self.new_joined)

    def plus(self, other: "Tally") -> "Tally":
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    def row(self) -> tuple[str, ...]:
        """The numbers under _HEADINGS."""
        counts = (self.reports, self.repeats, self.joined_right, self.joined_wrong, self.asked_right, self.missed)
        new = (self.reports - self.repeats, self.new_asked, self.new_joined)
        shares = (f"{100 * self.first_right / max(1, self.repeats):.1f}", f"{100 * self.precision:.1f}")
        return (*map(str, (*counts, *new)), *shares, str(self.problems), str(self.failures))


@dataclass(kw_only=True, slots=True)
class DeskStream:
    """One desk being streamed."""

    engine: MatchingEngine
    answered: bool
    tally: Tally = field(default_factory=Tally)
    _groups: dict[ProblemId, Counter[str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def take(self, number: int, report: LabelledReport) -> None:
        """Judge the report, count what came of it, and place it."""
        judgement = self.engine.judge(report.text)
        right = [one.problem for one in judgement.candidates if self._failure(one.problem) == report.failure]
        joined = judgement.candidates[0].problem if judgement.verdict is Verdict.SAME else None
        self._count(report.failure, judgement, right, joined)
        asked_and_answered = judgement.verdict is Verdict.ASK and self.answered
        problem = joined or (right[0] if right and asked_and_answered else ProblemId(number))
        self.engine.place(ReportId(number), report.text, problem)
        if asked_and_answered:
            self._link(ReportId(number), judgement, problem)
        self._groups.setdefault(problem, Counter())[report.failure] += 1
        self._seen.add(report.failure)

    def finish(self) -> Tally:
        self.tally.problems, self.tally.failures = len(self._groups), len(self._seen)
        return self.tally

    def _failure(self, problem: ProblemId) -> str:
        return self._groups[problem].most_common(1)[0][0]

    def _count(self, failure: str, judgement: Judgement, right: Sequence[ProblemId], joined: ProblemId | None) -> None:
        tally, asked = self.tally, judgement.verdict is Verdict.ASK
        tally.reports += 1
        if failure not in self._seen:
            tally.new_asked += asked
            tally.new_joined += joined is not None
            return
        tally.repeats += 1
        tally.first_right += bool(right) and judgement.candidates[0].problem == right[0]
        tally.joined_right += joined is not None and joined in right
        tally.joined_wrong += joined is not None and joined not in right
        tally.asked_right += asked and bool(right)
        tally.missed += joined is None and not (asked and right)

    def _link(self, report: ReportId, judgement: Judgement, problem: ProblemId) -> None:
        for candidate in judgement.candidates:
            if candidate.problem == problem:
                self.engine.link(report, candidate.nearest, same=True)
            elif problem == ProblemId(report):
                self.engine.link(report, candidate.nearest, same=False)


def stream(reports: Sequence[LabelledReport], weights: Weights, *, answered: bool) -> Tally:
    """What becomes of a desk's reports with these weights."""
    engine = MatchingEngine(weights=weights, vocabulary=load_vocabulary())
    desk = DeskStream(engine=engine, answered=answered)
    for number, report in enumerate(reports, start=1):
        desk.take(number, report)
    return desk.finish()


def print_table(tallies: Iterable[tuple[str, Tally]]) -> None:
    """One line a desk and one for all."""
    rows = list(tallies)
    total = Tally()
    for _, tally in rows:
        total = total.plus(tally)
    lines = [("desk", *_HEADINGS), *((name, *tally.row()) for name, tally in [*rows, ("all", total)])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def main() -> None:
    """Print the table, or one sentence where there is no data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--ask", choices=("answered", "unanswered"), default="answered")
    parser.add_argument("--weights", type=Path, help="a weights file other than the package's")
    chosen = parser.parse_args()
    desks = read_desks(chosen.data)
    if not desks:
        print(f"Skipped: there are no labelled desks in {chosen.data}.")
        return
    weights = read_weights(chosen.weights.read_text(encoding="utf-8")) if chosen.weights else load_weights()
    answered = chosen.ask == "answered"
    print_table((name, stream(reports, weights, answered=answered)) for name, reports in desks.items())


if __name__ == "__main__":
    main()
