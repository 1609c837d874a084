"""Moving weights, and learning how far: on rows made up for it."""

from collections.abc import Sequence

import numpy as np
import pytest

from dedupe.adjustment import ALL, KNOWN, MOVES, adjust, group_of, group_of_none, worths
from dedupe.errors import WeightsError
from dedupe.features import BY_MEANING, NONE_BY_MEANING
from dedupe.precedents import SLIP, Precedent, Weighed, as_vector
from dedupe.trial import FEWEST, Outcome, try_out
from dedupe.tuning import FARTHEST, FARTHEST_OF_A_GROUP, fit, losses
from dedupe.values import ProblemId, Thresholds, Verdict
from dedupe.weights import load_weights
from tests.unit.dedupe.desk import EVERYDAY, engine_with, said

WEIGHTS = load_weights()
THRESHOLDS = Thresholds(same=0.75, ask=0.4)


def weighed(text: str) -> Weighed:
    """What comes near a text on a desk where a card is declined, with other failures about."""
    engine = engine_with({1: (11, "card declined at checkout"), 2: (12, "card reader restarts"), **EVERYDAY})
    asked, near = engine.weigh(said(text, minutes=200))
    return Weighed(asked=asked, near=near, weights=WEIGHTS, by_meaning=False)


def told(precedents: int, *, wrong: int) -> list[Precedent]:
    """So many times the same report joined, of which the last ones were wrong."""
    report = weighed("card declined at checkout today")
    right, new = report.decided({ProblemId(11)}), report.decided(set())
    return [right] * (precedents - wrong) + [new] * wrong


def mixed(parts: Sequence[Sequence[Precedent]]) -> list[Precedent]:
    """One of each in turn."""
    return [one for each in zip(*parts, strict=True) for one in each]


@pytest.mark.parametrize("moves", [{KNOWN: -0.5}, {ALL: 0.3}, {"words": 0.4, "report": -0.2, "desk": 0.1, KNOWN: 0.2}])
def test_weights_that_are_moved_say_what_the_moves_are_worth(moves: dict[str, float]) -> None:
    report = weighed("card is declined, checkout spins")
    scheme = adjust(WEIGHTS, moves, by_meaning=False).by_words
    for one in report.near:
        values, none = one.evidence.values, report.asked.none
        worth = np.array(worths(WEIGHTS.by_words, values, none)) @ as_vector(moves)
        expected = WEIGHTS.by_words.over_none(values, none) + worth
        assert scheme.over_none(values, none) == pytest.approx(expected)


def test_only_the_scheme_that_is_moved_is_another() -> None:
    moved = adjust(WEIGHTS, {KNOWN: 0.1}, by_meaning=True)
    assert moved.by_words == WEIGHTS.by_words
    assert moved.by_meaning != WEIGHTS.by_meaning


def test_moves_that_no_weights_have_are_refused_by_name() -> None:
    with pytest.raises(WeightsError, match="mood"):
        adjust(WEIGHTS, {"mood": 0.1}, by_meaning=True)


def test_every_feature_is_in_a_group_that_can_be_moved() -> None:
    assert {group_of(name) for name in BY_MEANING} | {group_of_none(name) for name in NONE_BY_MEANING} == (
        set(MOVES) - {KNOWN, ALL}
    )


def test_an_engine_judges_by_moved_weights_and_by_the_shipped_ones_again() -> None:
    engine = engine_with({1: (11, "card declined at checkout"), **EVERYDAY})
    text = said("card declined at checkout", minutes=200)
    before = engine.judge(text)
    engine.adjust({KNOWN: -1.5}, by_meaning=False)
    assert engine.judge(text).probability < before.probability
    engine.adjust({}, by_meaning=False)
    assert engine.judge(text) == before


def test_what_moved_weights_would_say_is_what_the_engine_says_with_them() -> None:
    moves = {KNOWN: -0.7, "words": 0.2}
    engine = engine_with({1: (11, "card declined at checkout"), 2: (12, "card reader restarts"), **EVERYDAY})
    text = said("card declined at checkout today", minutes=200)
    asked, near = engine.weigh(text)
    precedent = Weighed(asked=asked, near=near, weights=WEIGHTS, by_meaning=False).decided(set())

    engine.adjust(moves, by_meaning=False)
    judgement = engine.judge(text)

    shown = tuple(one.problem for one in judgement.candidates)
    assert precedent.judged(moves, engine.thresholds) == (judgement.verdict, shown)


def test_a_problem_that_did_not_come_near_teaches_nothing() -> None:
    assert set(weighed("card declined").decided({ProblemId(4711)}).told) == {1.0}


def test_an_answer_that_the_evidence_speaks_against_may_be_a_slip() -> None:
    report = weighed("card declined at checkout today")
    surprise = losses([report.decided(set())], {KNOWN: 30.0})[0]
    assert surprise == pytest.approx(-np.log(SLIP), abs=1e-6)


def test_nothing_is_learned_from_nothing() -> None:
    assert set(fit([]).values()) == {0.0}
    assert fit([]).keys() == set(MOVES)


def test_the_more_people_say_the_same_the_farther_a_desk_moves_and_never_farther_than_the_limits() -> None:
    some, many, no_end = (fit(told(number, wrong=number)) for number in (5, 50, 5_000))
    assert 0 > some[KNOWN] > many[KNOWN] > no_end[KNOWN]
    assert all(abs(move) <= FARTHEST.get(name, FARTHEST_OF_A_GROUP) for name, move in no_end.items())


def test_a_desk_that_decides_as_the_weights_say_stays_near_them() -> None:
    moves = fit(told(300, wrong=30))
    assert max(abs(move) for move in moves.values()) < 0.25


def test_a_trial_learns_only_from_what_came_before_and_counts_what_came_of_it() -> None:
    trial = try_out(told(100, wrong=20), THRESHOLDS)
    assert (trial.decisions, trial.tried) == (100, 80)
    assert trial.before.outcomes == {Outcome.JOINED_RIGHT: 60, Outcome.JOINED_WRONG: 20}
    # By the last fifth nothing wrong had been seen yet, so nothing can have been learned of it.
    assert trial.after.outcomes == trial.before.outcomes
    assert not trial.is_recommended


def test_a_trial_recommends_what_does_better_on_decisions_it_has_not_seen() -> None:
    report = weighed("card declined at checkout today")
    trial = try_out([report.decided(set())] * 100, THRESHOLDS)
    assert trial.is_recommended
    assert trial.before.outcomes == {Outcome.JOINED_WRONG: 80}
    assert trial.after.joined_wrong < 80


def test_with_one_decision_too_few_nothing_is_recommended() -> None:
    trial = try_out([weighed("card declined at checkout today").decided(set())] * (FEWEST - 1), THRESHOLDS)
    assert trial.is_surely_better
    assert not trial.is_recommended


def test_what_nobody_questioned_is_counted_by_what_is_done_with_it() -> None:
    report = weighed("card declined at checkout today")
    quiet, decision = report.unquestioned({ProblemId(11)}), report.decided({ProblemId(11)})
    trial = try_out(mixed([[quiet] * 10, [decision] * 10]), THRESHOLDS)
    assert trial.before.unquestioned == {Verdict.SAME: 8}
    assert trial.tried == 8


def test_a_trial_of_nothing_recommends_nothing() -> None:
    trial = try_out([], THRESHOLDS)
    assert (trial.decisions, trial.tried, trial.is_recommended) == (0, 0, False)
