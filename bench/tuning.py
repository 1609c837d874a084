"""What `techissue tune` is worth: desks learn from their first half, and are judged on their second.

    python -m bench.tuning [--data FOLDER] [--weights FILE]

Each desk is streamed through the real engine with questions answered. People then put half of the wrong joins right and
merge three in ten of what was missed; of all else nothing is heard. From what they did with the first half of the
reports the weights learn, as the product does it; what becomes of the second half is counted by the truth, with the
weights as they were and as they were learned. Without --weights each desk starts from weights fitted without it, which
takes some minutes.
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.desks import DEFAULT_DATA, Desks, find_files, read_desks, read_meanings
from bench.fit import Task, fit_task
from bench.streams import Step, stream
from bench.tables import print_table
from dedupe.adjustment import MOVES, Moves
from dedupe.precedents import Precedent, Weighed
from dedupe.trial import Outcome, Side, see_what_becomes
from dedupe.tuning import fit
from dedupe.values import ProblemId, Verdict
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import Weights, read_weights

PUT_RIGHT = 0.5
MERGED = 0.3
SEED = 1
NOWHERE = ProblemId(-1)
"""Of a failure that is known, but in no problem that came near."""
_HEADINGS = (
    *("decisions", "tried", "weights", "joined right", "joined wrong", "asked, right", "asked, new", "left", "missed"),
    "log loss",
)


def heard(steps: Sequence[Step], weights: Weights) -> list[Precedent]:
    """What people did about each report, as far as it is heard."""
    chance = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    found = []
    for step in steps:
        report, right = _weighed(step, weights), _right(step)
        is_missed = step.joined is None and bool(step.right)
        told = step.judgement.verdict is Verdict.ASK
        told = told or (step.joined is not None and step.joined not in step.right and chance.random() < PUT_RIGHT)
        told = told or (is_missed and chance.random() < MERGED)
        did = frozenset() if step.joined is None else frozenset({step.joined})
        found.append(report.decided(right) if told else report.unquestioned(did))
    return found


def true(steps: Sequence[Step], weights: Weights) -> list[Precedent]:
    """What is true of each report, as if people had decided it."""
    return [_weighed(step, weights).decided(_right(step)) for step in steps]


def _weighed(step: Step, weights: Weights) -> Weighed:
    return Weighed(asked=step.asked, near=step.near, weights=weights, by_meaning=True)


def _right(step: Step) -> frozenset[ProblemId]:
    return step.right if step.right or step.is_new else frozenset({NOWHERE})


def measure(desks: Desks, weights: Mapping[str, Weights]) -> None:
    """Print a table: for each desk and for all what becomes of the second half before and after."""
    vocabulary = load_vocabulary()
    rows: dict[str, Sequence[str]] = {}
    every: dict[str, list[Side]] = {"before": [], "after": []}
    decisions = 0
    for name, reports in desks.items():
        _, steps = stream(reports, weights[name], vocabulary, answered=True)
        half = len(steps) // 2
        known, judged = heard(steps[:half], weights[name]), true(steps[half:], weights[name])
        made = sum(one.right is not None for one in known)
        decisions += made
        moves: dict[str, Moves] = {"before": dict.fromkeys(MOVES, 0.0), "after": fit(known)}
        for which, moved in moves.items():
            side = see_what_becomes([(one, moved) for one in judged], weights[name].thresholds)
            every[which].append(side)
            rows[f"{name} {which}"] = _row(made, which, [side])
    for which, sides in every.items():
        rows[f"all {which}"] = _row(decisions, which, sides)
    print_table(_HEADINGS, rows)


def _row(decisions: int, which: str, sides: Sequence[Side]) -> tuple[str, ...]:
    counts = [sum(side.outcomes[each] for side in sides) for each in Outcome]
    loss = sum(side.loss * side.outcomes.total() for side in sides) / max(1, sum(counts))
    weights = "as they were" if which == "before" else "learned"
    return (str(decisions), str(sum(counts)), weights, *map(str, counts), f"{loss:.3f}")


def main() -> None:
    """Print the table, or one sentence where there is no data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--weights", type=Path, help="start every desk from these")
    chosen = parser.parse_args()
    desks = read_desks(find_files(chosen.data))
    if not desks:
        print(f"Skipped: there are no labelled desks in {chosen.data}.")
        return
    desks = read_meanings(desks)
    if chosen.weights:
        measure(desks, dict.fromkeys(desks, read_weights(chosen.weights.read_text(encoding="utf-8"))))
        return
    held_out, whole = fit_task(Task(desks=desks, vocabulary=load_vocabulary(), by_meaning=True))
    measure(desks, {name: replace(one, thresholds=whole.thresholds) for name, one in held_out.items()})


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
