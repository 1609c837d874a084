"""Examples to fit on, from desks streamed the way the engine streams them."""

import random
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from bench.desks import LabelledReport
from bench.logit import Columns, Example
from bench.streams import Step, stream
from dedupe.decision import Scored
from dedupe.engine import MatchingEngine
from dedupe.evidence import Asked
from dedupe.features import BY_MEANING, BY_WORDS, NONE_BY_MEANING, NONE_BY_WORDS
from dedupe.values import ProblemId, ReportId
from dedupe.vocabulary import Vocabulary
from dedupe.weights import Weights

COLUMNS = {
    True: Columns(problem=tuple(sorted(BY_MEANING)), none=tuple(sorted(NONE_BY_MEANING))),
    False: Columns(problem=tuple(sorted(BY_WORDS)), none=tuple(sorted(NONE_BY_WORDS))),
}
"""By whether meaning is among the evidence."""
SEED = 1


def true_history(
    reports: Sequence[LabelledReport], weights: Weights, vocabulary: Vocabulary, columns: Columns, *, apart: float
) -> list[Example]:
    """Each report against the true problems before it; that share of the repeats is left a problem of its own."""
    engine = MatchingEngine(weights=weights, vocabulary=vocabulary)
    chance = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    problems: defaultdict[str, list[ProblemId]] = defaultdict(list)
    examples = []
    for number, report in enumerate(reports, start=1):
        asked, near = engine.weigh(report.text)
        of_failure = problems[report.failure]
        examples.append(example(asked, near, frozenset(of_failure), columns, is_new=not of_failure))
        if not of_failure or chance.random() < apart:
            of_failure.append(ProblemId(number))
            engine.place(ReportId(number), report.text, ProblemId(number))
        else:
            engine.place(ReportId(number), report.text, chance.choice(of_failure))
    return examples


def own_history(
    reports: Sequence[LabelledReport], weights: Weights, vocabulary: Vocabulary, columns: Columns, *, answered: bool
) -> list[Example]:
    """Each report against the problems as the engine itself grouped those before it."""
    _, steps = stream(reports, weights, vocabulary, answered=answered)
    return [_of_step(step, columns) for step in steps]


def _of_step(step: Step, columns: Columns) -> Example:
    return example(step.asked, step.near, step.right, columns, is_new=step.is_new)


def example(
    asked: Asked, near: Sequence[Scored], right: frozenset[ProblemId], columns: Columns, *, is_new: bool
) -> Example:
    """One report with what came near it. A feature that a candidate lacks, since it has no embedding, counts as 0."""
    rows = [[one.evidence.values.get(name, 0.0) for name in columns.problem] for one in near]
    return Example(
        rows=np.array(rows, dtype=np.float64).reshape(-1, len(columns.problem)),
        right=np.array([one.problem in right for one in near], dtype=np.bool_),
        barred=np.array([bool(one.bars) for one in near], dtype=np.bool_),
        none=np.array([asked.none[name] for name in columns.none]),
        is_new=is_new,
    )
