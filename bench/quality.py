"""How well the engine groups: streams each desk in order of time through the real engine, with its own groups.

    python bench/quality.py [--data FILE.jsonl] [--ask answered|unanswered] [--json] [--weights FILE]

Without --ask both ways are shown, and the peers on the same stream. `answered`: whoever is asked picks the right
problem if it is shown, else says none of these. `unanswered`: nobody answers, and what was asked about stays
a problem of its own. A problem counts as the failure most of its reports have. A file has one JSON object a line: id,
desk, text, group or null, service, agent, created_at, error_codes.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.desks import (
    DEFAULT_DATA,
    DataError,
    Desks,
    find_files,
    read_desks,
    read_meanings,
    without_meaning,
)
from bench.measures import Tally, bcubed_f1, link_f1, pairwise_f1, reliability, repeats_at_precision
from bench.public_sets import count_look_alikes, read_public_sets
from bench.streams import stream
from bench.tables import print_table
from dedupe.vocabulary import Vocabulary, load_vocabulary
from dedupe.weights import Weights, load_weights, read_weights

_OUTCOMES = (
    *("reports", "repeats", "joined right %", "joined wrong", "wrong of all %", "asked right %", "right or asked %"),
    *("missed", "new", "new asked %", "new joined"),
)
_RANKING = ("R@1", "R@3", "R@5", "link F1", "RP90", "RP95", "pair F1", "B³ F1", "problems", "true")
_BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def measure(
    desks: Desks, weights: Weights, *, answered: bool, vocabulary: Vocabulary | None = None
) -> dict[str, Tally]:
    """By desk, what becomes of its reports."""
    words = vocabulary or load_vocabulary()
    return {name: stream(reports, weights, words, answered=answered)[0] for name, reports in desks.items()}


def add_up(tallies: Mapping[str, Tally]) -> Tally:
    """All desks together."""
    total = Tally()
    for tally in tallies.values():
        total = total.plus(tally)
    return total


def outcomes(tally: Tally) -> tuple[str, ...]:
    """The numbers under _OUTCOMES."""
    repeats, new = max(1, tally.repeats), max(1, tally.new)
    return (
        str(tally.reports),
        str(tally.repeats),
        f"{100 * tally.joined_right / repeats:.1f}",
        str(tally.joined_wrong),
        f"{100 * tally.wrong / max(1, tally.reports):.1f}",
        f"{100 * tally.asked_right / repeats:.1f}",
        f"{100 * (tally.joined_right + tally.asked_right) / repeats:.1f}",
        str(tally.missed),
        str(tally.new),
        f"{100 * tally.new_asked / new:.1f}",
        str(tally.new_joined_wrong),
    )


def ranking(tally: Tally) -> tuple[str, ...]:
    """The numbers under _RANKING."""
    shares = (
        *(tally.share_at(shown) for shown in (1, 3, 5)),
        link_f1(tally.firsts, tally.repeats),
        repeats_at_precision(tally.firsts, tally.repeats, 0.9),
        repeats_at_precision(tally.firsts, tally.repeats, 0.95),
        pairwise_f1(tally.placed),
        bcubed_f1(tally.placed),
    )
    return (*(f"{100 * share:.1f}" for share in shares), str(tally.problems), str(tally.true_problems))


def print_tallies(tallies: Mapping[str, Tally]) -> None:
    """One line a desk and one for all: what became of the reports, and how well they were ranked and grouped."""
    every = {**tallies, "all": add_up(tallies)}
    print_table(_OUTCOMES, {name: outcomes(tally) for name, tally in every.items()})
    print()
    print_table(_RANKING, {name: ranking(tally) for name, tally in every.items()})


def print_reliability(tally: Tally) -> None:
    """Of first candidates by what was promised: how often they were right."""
    rows = {
        f"from {bound:.2f}": (str(count), f"{100 * promised:.1f}", f"{100 * right:.1f}")
        for bound, count, promised, right in reliability(tally.firsts, _BANDS)
    }
    print_table(("first candidates", "promised %", "right %"), rows)


def print_engine(desks: Desks, weights: Weights, asked: Sequence[str]) -> None:
    """Each way of asking, by desk, and how well what was promised held."""
    for mode in asked:
        tallies = measure(desks, weights, answered=mode == "answered")
        print(f"\nthe engine, its own groups, ASK {mode}")
        print_tallies(tallies)
        print()
        print_reliability(add_up(tallies))


def print_peers(desks: Desks) -> None:
    """All desks together, a line for each peer."""
    # Only this needs scikit-learn, which whoever wants the engine's figures may not have.
    from bench.pair_classifier import classify_pairs  # noqa: PLC0415
    from bench.peers import SCORERS, measure_peer  # noqa: PLC0415

    print("\npeers on the same stream, each with its own groups and the best threshold there is, nobody asked")
    print("(careful: the best with at most 2 % of the reports joined wrong)")
    scores = {name: {desk: scorer(one) for desk, one in desks.items()} for name, scorer in SCORERS.items()}
    scores["pairs classified"] = classify_pairs(desks)
    found = {}
    for name, by_desk in scores.items():
        found[name], found[f"{name}, careful"] = measure_peer(desks, by_desk)
    print_table(_OUTCOMES, {name: outcomes(tally) for name, tally in found.items()})
    print()
    print_table(_RANKING, {name: ranking(tally) for name, tally in found.items()})


def print_public_sets(data: Path, weights: Weights) -> None:
    """What is there of other labelled sets, and the trap of notes that differ by a number."""
    sets = read_public_sets(data)
    if sets:
        print("\nother sets, each as one desk of at most 3,000 reports, ASK answered")
        print_tallies(measure(read_meanings(sets), weights, answered=True))
    if (counted := count_look_alikes(data, weights)) is not None:
        streamed, joined, wrong = counted
        print(f"\nlook-alikes: {streamed} notes, {joined} joined, {wrong} of them the same but for a number")


def print_parts(desks: Desks, weights: Weights) -> None:
    """What meaning and the vocabulary add: the engine with and without them, ASK answered."""
    unread = without_meaning(desks)
    whole = load_vocabulary()
    bare = replace(whole, shorthand={}, concepts={})
    found = {
        name: add_up(measure(given, weights, answered=True, vocabulary=vocabulary))
        for name, given, vocabulary in (
            ("words, meaning, vocabulary", desks, whole),
            ("words, meaning", desks, bare),
            ("words, vocabulary", unread, whole),
            ("words", unread, bare),
        )
    }
    print("\nwhat meaning and the vocabulary of shorthand and concepts add, ASK answered")
    print_table(_OUTCOMES, {name: outcomes(tally) for name, tally in found.items()})
    print()
    print_table(_RANKING, {name: ranking(tally) for name, tally in found.items()})


def print_json(tallies: Mapping[str, Tally], mode: str) -> None:
    """The figures by desk and in sum."""
    by_desk = {name: tally.figures() for name, tally in tallies.items()}
    print(json.dumps({"ask": mode, "desks": by_desk, "all": add_up(tallies).figures()}, indent=2))


def main() -> None:
    """Print the tables, or one sentence where there is no data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="a file of reports, or the folder of data")
    parser.add_argument("--ask", choices=("answered", "unanswered"))
    parser.add_argument("--json", action="store_true", help="the figures only, for one way (answered)")
    parser.add_argument("--weights", type=Path, help="a weights file other than the package's")
    parser.add_argument("--by-words", action="store_true", help="without the meaning model")
    chosen = parser.parse_args()
    if chosen.data != DEFAULT_DATA and not chosen.data.exists():
        parser.error(f"there is no {chosen.data}")
    try:
        desks = read_desks(find_files(chosen.data))
    except DataError as error:
        parser.error(str(error))
    if not desks:
        print(f"Skipped: there are no labelled desks in {chosen.data}.", file=sys.stderr)
        return
    weights = read_weights(chosen.weights.read_text(encoding="utf-8")) if chosen.weights else load_weights()
    read = desks if chosen.by_words else read_meanings(desks)
    if chosen.json:
        mode = chosen.ask or "answered"
        print_json(measure(read, weights, answered=mode == "answered"), mode)
        return
    print_engine(read, weights, [chosen.ask] if chosen.ask else ["answered", "unanswered"])
    if not chosen.by_words:
        print_parts(read, weights)
        print_public_sets(chosen.data, weights)
        print_peers(read)
    if not chosen.weights and not chosen.data.is_file():
        print("\nThe package's weights have seen these desks. Of desks left out: python -m bench.fit --dry-run")


if __name__ == "__main__":
    main()
