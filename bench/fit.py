"""Fits the engine's weights and writes them to dedupe/data/weights.json, with the figures they reach.

    python -m bench.fit [DATA] [--out FILE] [--dry-run]

Each desk is streamed in order of time through the engine's own features, twice: with its true history, and with a
history in which half of the repeats stayed problems of their own, as they do where nobody answers. Each candidate is
one example, right or wrong. The regression is fitted once for each desk without it, to choose the thresholds and to
measure, and once on all desks for the file.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.desks import DEFAULT_DATA, LabelledReport, read_desks
from bench.quality import print_table, stream
from bench.weights_file import figures, write
from dedupe.comparing import FEATURES
from dedupe.corpus import Corpus
from dedupe.decision import find_bars
from dedupe.evidence import ask_about, gather
from dedupe.links import Links
from dedupe.normalise import Normaliser
from dedupe.values import ProblemId, ReportId, Thresholds
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import FeatureWeight, Weights

Floats = npt.NDArray[np.float64]

OUT = Path(__file__).resolve().parents[1] / "dedupe" / "data" / "weights.json"
NAMES = tuple(sorted(FEATURES))
WEIGHT_OF_NEW = 2.0
"""New reports are rarer in the data than at a real desk: each counts this often."""
RIDGE = 10.0
LEFT_APART = 0.5
SEED = 1
WANTED_PRECISION = 0.95
MOST_NEW_ASKED = 0.25
"""Over all desks together, which keeps the one that is asked most at about a third."""
MUST_LINK_PULL = 2.0
"""Not fitted, since the data has no decisions of people: a judgement of ours."""
HOW = (
    f"logistic regression, ridge {RIDGE:g}, each new report counted {WEIGHT_OF_NEW:g} times, on true histories and on "
    f"histories with {LEFT_APART:.0%} of the repeats left apart; thresholds: {WANTED_PRECISION:.0%} of joins right, "
    f"at most {MOST_NEW_ASKED:.0%} of new reports asked, by desks held out"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A report with its candidates, nearest first: one row of features each, which of them are the true failure, and
    which may not be joined by themselves.
    """

    rows: Floats
    right: tuple[bool, ...]
    barred: tuple[bool, ...]
    is_new: bool

    @property
    def weight(self) -> float:
        return WEIGHT_OF_NEW if self.is_new else 1.0


def collect(reports: Sequence[LabelledReport], *, apart: float) -> list[Example]:
    """The desk's reports, each against those before it; that share of the repeats is left a problem of its own."""
    vocabulary = load_vocabulary()
    normaliser, corpus, links = Normaliser(vocabulary), Corpus(), Links()
    problems: defaultdict[str, list[ProblemId]] = defaultdict(list)
    chance = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    examples = []
    for number, report in enumerate(reports, start=1):
        wording = normaliser.read(report.text.text)
        asked = ask_about(corpus, report.text, wording)
        found = gather(corpus, links, asked, not_in=frozenset())
        of_failure = problems[report.failure]
        examples.append(
            Example(
                rows=np.array([[one.values[name] for name in NAMES] for one in found]).reshape(-1, len(NAMES)),
                right=tuple(one.problem.problem in of_failure for one in found),
                barred=tuple(bool(find_bars(asked, one, vocabulary.opposites)) for one in found),
                is_new=not of_failure,
            )
        )
        if not of_failure or chance.random() < apart:
            of_failure.append(ProblemId(number))
            corpus.add(ReportId(number), report.text, wording, ProblemId(number))
        else:
            corpus.add(ReportId(number), report.text, wording, chance.choice(of_failure))
    return examples


def fit(examples: Sequence[Example], thresholds: Thresholds) -> Weights:
    """Ridge-penalised logistic regression over standardised features, by Newton's method."""
    rows = np.concatenate([example.rows for example in examples])
    labels = np.concatenate([np.array(example.right, dtype=np.float64) for example in examples])
    counts = np.concatenate([np.full(len(example.rows), example.weight) for example in examples])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    design = np.column_stack([np.ones(len(rows)), (rows - mean) / scale])
    penalty = np.diag([0.0, *[RIDGE] * len(NAMES)])
    betas = np.zeros(design.shape[1])
    for _ in range(25):
        odds = 1 / (1 + np.exp(-design @ betas))
        gradient = design.T @ (counts * (labels - odds)) - penalty @ betas
        curvature = (design.T * (counts * odds * (1 - odds))) @ design + penalty
        betas += np.linalg.solve(curvature, gradient)
    features = {
        name: FeatureWeight(weight=round(beta, 5), mean=round(middle, 5), scale=round(spread, 5) or 1.0)
        for name, beta, middle, spread in zip(NAMES, betas[1:].tolist(), mean.tolist(), scale.tolist(), strict=True)
    }
    return Weights(
        intercept=round(float(betas[0]), 5), features=features, thresholds=thresholds, must_link_pull=MUST_LINK_PULL
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """What a report's first candidate is worth. `right_shown`: the true problem is among the first three."""

    probability: float
    is_right: bool
    right_shown: bool
    may_join: bool
    example: Example


def guess(example: Example, weights: Weights) -> Guess:
    """The best candidate by weights that have not seen the example."""
    if not len(example.rows):
        return Guess(probability=0.0, is_right=False, right_shown=False, may_join=False, example=example)
    odds = [weights.log_odds(dict(zip(NAMES, row, strict=True))) for row in example.rows.tolist()]
    order = sorted(range(len(odds)), key=lambda place: -odds[place])
    return Guess(
        probability=1 / (1 + float(np.exp(-odds[order[0]]))),
        is_right=example.right[order[0]],
        right_shown=any(example.right[place] for place in order[:3]),
        may_join=not example.barred[order[0]],
        example=example,
    )


def choose_thresholds(guesses: Sequence[Guess]) -> Thresholds:
    """The lowest `same` from which on joins are precise enough, and the lowest `ask` that asks few enough new ones."""
    joins = sorted((one for one in guesses if one.may_join), key=lambda one: -one.probability)
    right = np.cumsum([one.example.weight * one.is_right for one in joins])
    precise = np.flatnonzero(right / np.cumsum([one.example.weight for one in joins]) >= WANTED_PRECISION)
    same = joins[int(precise[-1])].probability if len(precise) else 0.99
    new = sorted((one.probability for one in guesses if one.example.is_new), reverse=True)
    ask = new[int(len(new) * MOST_NEW_ASKED)]
    same = float(np.clip(np.ceil(same * 100) / 100, 0.5, 0.99))
    return Thresholds(same=same, ask=float(np.clip(np.ceil(ask * 100) / 100, 0.01, same)))


def hold_out(desks: dict[str, list[Example]]) -> dict[str, Weights]:
    """For each desk the weights fitted on all the others, with thresholds chosen on all desks' guesses together."""
    unset = Thresholds(same=0.9, ask=0.3)
    without = {name: fit([one for other in desks if other != name for one in desks[other]], unset) for name in desks}
    guesses = {name: [guess(one, without[name]) for one in examples] for name, examples in desks.items()}
    print_guesses(guesses)
    thresholds = choose_thresholds([one for of_desk in guesses.values() for one in of_desk])
    return {
        name: Weights(
            intercept=weights.intercept,
            features=weights.features,
            thresholds=thresholds,
            must_link_pull=weights.must_link_pull,
        )
        for name, weights in without.items()
    }


def print_guesses(guesses: dict[str, list[Guess]]) -> None:
    """By desk: the first candidate right, the right one among three, of the repeats, over both histories."""
    for name, of_desk in guesses.items():
        repeats = [one for one in of_desk if not one.example.is_new]
        first = sum(one.is_right for one in repeats) / len(repeats)
        shown = sum(one.right_shown for one in repeats) / len(repeats)
        print(f"{name:>10}  both histories, held out: R@1 {100 * first:.1f} %  R@3 {100 * shown:.1f} %")


def main() -> None:
    """Fit, measure on held-out desks, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--dry-run", action="store_true", help="measure only")
    chosen = parser.parse_args()
    desks = read_desks(chosen.data)
    if not desks:
        print(f"Skipped: there are no labelled desks in {chosen.data}.")
        return
    examples = {
        name: [*collect(reports, apart=0.0), *collect(reports, apart=LEFT_APART)] for name, reports in desks.items()
    }
    held_out = hold_out(examples)
    thresholds = next(iter(held_out.values())).thresholds
    print(thresholds)
    reached = {}
    for answered in (True, False):
        tallies = {name: stream(reports, held_out[name], answered=answered) for name, reports in desks.items()}
        mode = "asked_and_answered" if answered else "asked_unanswered"
        print(f"\nheld out, own groups, {mode.replace('_', ' ')}")
        print_table(tallies.items())
        reached[mode] = figures(tallies)
    if not chosen.dry_run:
        everything = fit([one for of_desk in examples.values() for one in of_desk], thresholds)
        write(chosen.out, everything, on=list(desks), how=HOW, reached=reached)


if __name__ == "__main__":
    main()
