"""How often the look for problems that are two is right: on problems known to be one, and on two put together.

    python -m bench.suspicion [--data FILE.jsonl]

`one` are the failures of a desk with at least six reports, each one problem, as it should be: what is proposed of them
is wrong. `two` are pairs of failures with at least three reports each, put into one problem: what is proposed of them
is right as far as each side holds reports of one failure only (`pure`). `alike` are those of the pairs that are most
alike in meaning. Below that: the same look at the problems that the engine itself makes of each desk, in time
order, where nobody answers its questions.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from pathlib import Path

import numpy as np

from bench.desks import DEFAULT_DATA, LabelledReport, find_files, read_desks, read_meanings
from bench.streams import DeskStream
from bench.tables import print_table
from dedupe.engine import MatchingEngine
from dedupe.meaning_index import read_vector
from dedupe.slot_sums import Floats
from dedupe.values import Apart, ProblemId, ReportId
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import load_weights

_OF_ONE, _OF_TWO, _ALIKE = 6, 3, 30
_HEADINGS = ("one", "split %", "two", "split %", "pure %", "alike", "split %", "pure %")
_OWN = ("of one failure", "split", "of several", "split", "pure %")

Reports = Mapping[ReportId, LabelledReport]


@dataclass(kw_only=True, slots=True)
class Score:
    """Of problems looked at, how many it was proposed to split, and the share of reports on the right side of those."""

    seen: int = 0
    split: int = 0
    purity: float = 0.0

    def note(self, apart: Apart | None, members: Iterable[ReportId], reports: Reports) -> None:
        self.seen += 1
        if apart is not None:
            self.split += 1
            self.purity += _purity(apart, list(members), reports)

    def plus(self, other: "Score") -> "Score":
        return Score(seen=self.seen + other.seen, split=self.split + other.split, purity=self.purity + other.purity)

    @property
    def cells(self) -> tuple[str, str, str]:
        return str(self.seen), f"{100 * self.split / max(1, self.seen):.1f}", self.pure

    @property
    def pure(self) -> str:
        return f"{100 * self.purity / self.split:.1f}" if self.split else "-"


def look(desk: Sequence[LabelledReport]) -> tuple[Score, Score, Score]:
    """At the desk's failures as problems, at pairs of them, and at the pairs most alike."""
    reports: Reports = {ReportId(number): one for number, one in enumerate(desk, start=1)}
    engine = MatchingEngine(weights=load_weights(), vocabulary=load_vocabulary())
    failures: defaultdict[str, list[ReportId]] = defaultdict(list)
    for number, report in reports.items():
        failures[report.failure].append(number)
    homes = {failure: ProblemId(min(members)) for failure, members in failures.items()}
    for failure, members in failures.items():
        _move(engine, members, homes[failure], reports)
    one, two, alike = Score(), Score(), Score()
    for failure, members in failures.items():
        if len(members) >= _OF_ONE:
            one.note(apart_in(engine, homes[failure]), members, reports)
    pairs = list(combinations([each for each, members in failures.items() if len(members) >= _OF_TWO], 2))
    pairs.sort(key=lambda pair: -_likeness(failures[pair[0]], failures[pair[1]], reports))
    for rank, (first, second) in enumerate(pairs):
        _move(engine, failures[second], homes[first], reports)
        for score in (two, alike) if rank < _ALIKE else (two,):
            score.note(apart_in(engine, homes[first]), [*failures[first], *failures[second]], reports)
        _move(engine, failures[second], homes[second], reports)
    return one, two, alike


def look_at_own(desk: Sequence[LabelledReport]) -> tuple[Score, Score]:
    """At the problems that the engine makes of the desk: those with one failure, and those with several."""
    engine = MatchingEngine(weights=load_weights(), vocabulary=load_vocabulary())
    stream = DeskStream(engine=engine, answered=False)
    reports: Reports = {ReportId(number): one for number, one in enumerate(desk, start=1)}
    homes: defaultdict[ProblemId, list[ReportId]] = defaultdict(list)
    for number, one in reports.items():
        homes[stream.take(int(number), one).joined or ProblemId(number)].append(number)
    right, mixed = Score(), Score()
    for problem, members in homes.items():
        if len(members) > 1:
            several = len({reports[each].failure for each in members}) > 1
            (mixed if several else right).note(apart_in(engine, problem), members, reports)
    return right, mixed


def apart_in(engine: MatchingEngine, problem: ProblemId) -> Apart | None:
    """What it is suspected to be two for."""
    doubt = engine.doubt(problem)
    return None if doubt is None else doubt.apart


def _move(engine: MatchingEngine, members: Iterable[ReportId], home: ProblemId, reports: Reports) -> None:
    for each in members:
        engine.place(each, reports[each].text, home)


def _likeness(one: Iterable[ReportId], other: Iterable[ReportId], reports: Reports) -> float:
    return float(_middle(one, reports) @ _middle(other, reports))


def _middle(members: Iterable[ReportId], reports: Reports) -> Floats:
    read = [read_vector(reports[each].text.meaning) for each in members]
    middle: Floats = np.mean([vector for vector in read if vector is not None], axis=0)
    return middle


def _purity(apart: Apart, members: Sequence[ReportId], reports: Reports) -> float:
    sides = (apart.reports, [each for each in members if each not in apart.reports])
    most = [Counter(reports[each].failure for each in side).most_common(1)[0][1] for side in sides if side]
    return sum(most) / len(members)


def main() -> None:
    """Print both tables, or one sentence where there is no data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="a file of reports, or the folder of data")
    chosen = parser.parse_args()
    desks = read_desks(find_files(chosen.data))
    if not desks:
        print(f"Skipped: there are no labelled desks in {chosen.data}.", file=sys.stderr)
        return
    read = read_meanings(desks)
    looked = _with_sum({name: look(reports) for name, reports in read.items()})
    rows = {name: (*one.cells[:2], *two.cells, *alike.cells) for name, (one, two, alike) in looked.items()}
    print_table(_HEADINGS, rows)
    own = _with_sum({name: look_at_own(reports) for name, reports in read.items()})
    print("\nthe engine's own problems with more than one report")
    counts = {name: (right.seen, right.split, mixed.seen, mixed.split) for name, (right, mixed) in own.items()}
    print_table(_OWN, {name: (*map(str, row), own[name][1].pure) for name, row in counts.items()})


def _with_sum(rows: Mapping[str, Sequence[Score]]) -> dict[str, Sequence[Score]]:
    """The same with a last line that adds up all others."""
    total = [reduce(Score.plus, column) for column in zip(*rows.values(), strict=True)]
    return {**rows, "all": total}


if __name__ == "__main__":
    main()
