"""When a desk joins and when it asks, as probabilities or as what people want of them."""

from pathlib import Path

import pytest

from dedupe.values import Thresholds
from dedupe.weights import load_weights
from tests.unit.settings.desk_files import read, refusal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "same = 0.5\nask = 0.6",
            "joins by itself from 50% on and asks only from 60% on, so that nothing could be asked",
        ),
        (
            "join_precision = 0.95\nsame = 0.9",
            'has both "join_precision" and "same", which say the same thing; leave one out',
        ),
        ("new_asked = 0.3\nask = 0.2", 'has both "new_asked" and "ask", which say the same thing; leave one out'),
    ],
)
def test_thresholds_that_do_not_go_together_are_refused(path: Path, text: str, sentence: str) -> None:
    assert refusal(path, f"[desks.a.matching]\n{text}") == f"desks.a.matching {sentence}"


def test_thresholds_can_be_said_as_what_a_person_wants_of_them(path: Path) -> None:
    weights = load_weights()
    desk = read(path, "[desks.a]\nmatching = { join_precision = 0.95, new_asked = 0.3 }")["a"]
    assert desk.thresholds == Thresholds(same=weights.same_at[0.95], ask=weights.ask_at[0.3])


def test_a_threshold_that_is_left_out_is_that_of_the_weights_and_never_above_the_joins(path: Path) -> None:
    shipped = load_weights().thresholds
    desks = read(path, "[desks.a.matching]\nsame = 0.9\n[desks.b.matching]\nsame = 0.2\n[desks.c.matching]\nask = 0.1")
    assert desks["a"].thresholds == Thresholds(same=0.9, ask=shipped.ask)
    assert desks["b"].thresholds == Thresholds(same=0.2, ask=0.2)
    assert desks["c"].thresholds == Thresholds(same=shipped.same, ask=0.1)


@pytest.mark.parametrize(("setting", "value"), [("join_precision", 0.999), ("join_precision", 0.5), ("new_asked", 0.9)])
def test_a_share_the_engine_was_never_measured_for_is_refused_with_those_it_was(
    path: Path, setting: str, value: float
) -> None:
    weights = load_weights()
    known = sorted(weights.same_at if setting == "join_precision" else weights.ask_at)
    within = f"from {known[0]:g} to {known[-1]:g}, which is what the engine was measured for"
    sentence = refusal(path, f"[desks.a.matching]\n{setting} = {value}")
    assert sentence == f"desks.a.matching.{setting} must be {within}, not {value}"
