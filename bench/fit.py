"""Fits the engine's weights and writes them to dedupe/data/weights.json, with the figures they reach.

    python -m bench.fit [--data FOLDER] [--out FILE] [--dry-run]

Whole desks are left out: for each one the weights are fitted on all the others, and judged on it. First on true
histories; then, some rounds, on histories as the engine itself makes them with the weights of the round before (for
each desk with those fitted without it), with questions answered and unanswered. What is reached is measured by
streaming each desk through the engine with the weights and thresholds found without it. The file gets the weights
fitted on all.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.calibration import (
    NEW_ASKED_SHARES,
    WANTED_SHARES,
    Guess,
    choose_ask_at,
    choose_same_at,
    choose_sharpness,
    choose_thresholds,
    guess,
)
from bench.desks import DEFAULT_DATA, Desks, digests, find_files, read_desks, read_meanings, without_meaning
from bench.histories import COLUMNS, own_history, true_history
from bench.logit import Columns, Example, fit
from bench.measures import Tally
from bench.quality import add_up, print_reliability, print_tallies
from bench.streams import stream
from bench.weights_file import describe, write
from dedupe.values import Thresholds
from dedupe.vocabulary import Vocabulary, load_vocabulary
from dedupe.weights import FeatureWeight, Scheme, Sum, Weights

OUT = Path(__file__).resolve().parents[1] / "dedupe" / "data" / "weights.json"
RIDGE = 30.0
LEFT_APART = 0.3
ROUNDS = 2
TRUE_COUNTS, ANSWERED_COUNTS, UNANSWERED_COUNTS = 0.5, 1.0, 0.5
MUST_LINK_PULL = 2.0
"""Not fitted, since the data has no decisions of people: a judgement of ours."""
START = Thresholds(same=0.78, ask=0.3)
HOW = (
    f"conditional logistic regression over candidates and none, ridge {RIDGE:g}, on true histories (each report "
    f"counted {TRUE_COUNTS:g} times) and on the engine's own, answered ({ANSWERED_COUNTS:g}) and unanswered "
    f"({UNANSWERED_COUNTS:g}), {ROUNDS} rounds; sharpness and thresholds by desks held out"
)
_NOTHING = Scheme(
    problem=Sum(intercept=0.0, features={"words_best": FeatureWeight(weight=0.0, mean=0.0, scale=1.0)}),
    none=Sum(intercept=0.0, features={}),
)
"""Finds every candidate as good as any other."""

Examples = dict[str, list[Example]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is fitted: on these desks, with or without meaning."""

    desks: Desks
    vocabulary: Vocabulary
    by_meaning: bool

    @property
    def columns(self) -> Columns:
        return COLUMNS[self.by_meaning]

    def weights(self, scheme: Scheme, thresholds: Thresholds) -> Weights:
        """Of one scheme only: the other is not asked for."""
        return Weights(by_meaning=scheme, by_words=scheme, thresholds=thresholds, must_link_pull=MUST_LINK_PULL)


def collect_true(task: Task) -> Examples:
    """The desks' true histories, whole and with some repeats left apart."""
    weights = task.weights(_NOTHING, START)
    return {
        name: [
            replace(one, counts=TRUE_COUNTS / 2)
            for apart in (0.0, LEFT_APART)
            for one in true_history(reports, weights, task.vocabulary, task.columns, apart=apart)
        ]
        for name, reports in task.desks.items()
    }


def collect_own(task: Task, held_out: Mapping[str, Weights]) -> tuple[Examples, Examples]:
    """The desks as the engine groups them with weights that were fitted without them: answered, and unanswered."""
    answered, unanswered = (
        {
            name: [
                replace(one, counts=counts)
                for one in own_history(
                    reports, held_out[name], task.vocabulary, task.columns, answered=counts == ANSWERED_COUNTS
                )
            ]
            for name, reports in task.desks.items()
        }
        for counts in (ANSWERED_COUNTS, UNANSWERED_COUNTS)
    )
    return answered, unanswered


def fit_without(task: Task, examples: Sequence[Examples]) -> dict[str, Scheme]:
    """For each desk the scheme fitted on all the others."""
    return {
        name: fit(
            [one for of_desks in examples for other, found in of_desks.items() if other != name for one in found],
            task.columns,
            ridge=RIDGE,
        )
        for name in task.desks
    }


def calibrate(task: Task, schemes: Mapping[str, Scheme], judged: Examples) -> tuple[dict[str, Weights], Weights]:
    """For each desk its weights with what calibration found on the others; and with what it found on all, a scheme of
    nothing, to take sharpness and thresholds from.
    """
    guesses = {name: [guess(one, schemes[name], task.columns) for one in examples] for name, examples in judged.items()}
    found = {}
    for name, scheme in schemes.items():
        others = [one for other, of_desk in guesses.items() if other != name for one in of_desk]
        found[name] = _calibrated(task, scheme, others)
    return found, _calibrated(task, _NOTHING, [one for of_desk in guesses.values() for one in of_desk])


def _calibrated(task: Task, scheme: Scheme, guesses: Sequence[Guess]) -> Weights:
    sharpness = choose_sharpness(guesses)
    sharpened = [one.sharpened(sharpness) for one in guesses]
    thresholds = choose_thresholds(sharpened)
    return replace(
        task.weights(replace(scheme, sharpness=sharpness), thresholds),
        same_at={share: choose_same_at(sharpened, share) for share in WANTED_SHARES},
        ask_at={share: round(choose_ask_at(sharpened, thresholds.same, share), 3) for share in NEW_ASKED_SHARES},
    )


def fit_task(task: Task) -> tuple[dict[str, Weights], Weights]:
    """For each desk the weights found without it, and those found on all."""
    true = collect_true(task)
    schemes = fit_without(task, [true])
    held_out = {name: task.weights(scheme, START) for name, scheme in schemes.items()}
    examples: list[Examples] = [true]
    calibrated = task.weights(_NOTHING, START)
    for _ in range(ROUNDS):
        answered, unanswered = collect_own(task, held_out)
        examples = [true, answered, unanswered]
        schemes = fit_without(task, examples)
        held_out, calibrated = calibrate(task, schemes, answered)
    everything = [one for of_desks in examples for found in of_desks.values() for one in found]
    whole = replace(fit(everything, task.columns, ridge=RIDGE), sharpness=calibrated.by_meaning.sharpness)
    return held_out, replace(calibrated, by_meaning=whole, by_words=whole)


def measure(task: Task, held_out: Mapping[str, Weights]) -> dict[str, dict[str, Tally]]:
    """By way of asking and by desk, what weights reach that have not seen the desk."""
    return {
        mode: {
            name: stream(reports, held_out[name], task.vocabulary, answered=mode == "answered")[0]
            for name, reports in task.desks.items()
        }
        for mode in ("answered", "unanswered")
    }


def run(task: Task, name: str) -> tuple[Weights, dict[str, dict[str, float]]]:
    """Fit, measure on desks held out, print."""
    held_out, whole = fit_task(task)
    reached = {}
    for mode, tallies in measure(task, held_out).items():
        print(f"\n{name}: each desk by weights and thresholds found without it, own groups, ASK {mode}")
        print_tallies(tallies)
        print()
        print_reliability(add_up(tallies))
        reached[mode] = describe(add_up(tallies))
    return whole, reached


def main() -> None:
    """Fit, measure on held-out desks, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--dry-run", action="store_true", help="measure only")
    chosen = parser.parse_args()
    files = find_files(chosen.data)
    desks = read_desks(files)
    if not desks:
        print(f"Skipped: there are no labelled desks in {chosen.data}.")
        return
    vocabulary = load_vocabulary()
    read = Task(desks=read_meanings(desks), vocabulary=vocabulary, by_meaning=True)
    unread = Task(
        desks=without_meaning(desks),
        vocabulary=vocabulary,
        by_meaning=False,
    )
    by_meaning, reached = run(read, "words and meaning")
    by_words, reached_by_words = run(unread, "words only")
    if not chosen.dry_run:
        weights = replace(by_meaning, by_words=by_words.by_words)
        figures = {"by_meaning": reached, "by_words": reached_by_words}
        write(chosen.out, weights, on=digests(files), desks=list(desks), how=HOW, reached=figures)


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
