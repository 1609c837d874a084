import json
from importlib.resources import files
from typing import Any

import pytest

from dedupe.comparing import FEATURES
from dedupe.errors import WeightsError
from dedupe.weights import load_weights, probability, read_weights


def table(**changed: object) -> str:
    whole: dict[str, Any] = {
        "intercept": -1.0,
        "must_link_pull": 2.0,
        "thresholds": {"same": 0.9, "ask": 0.2, "most_asked": 3},
        "features": {"words_best": {"weight": 2.0, "mean": 0.5, "scale": 0.25}},
    }
    return json.dumps({**whole, **changed})


def test_log_odds_add_up_by_name() -> None:
    assert read_weights(table()).log_odds({"words_best": 0.75, "size": 9.0}) == pytest.approx(1.0)


def test_worth_is_what_the_named_features_give_over_nothing() -> None:
    weights = read_weights(table())
    assert weights.worth({"words_best": 0.5}, frozenset({"words_best"})) == pytest.approx(4.0)
    assert weights.worth({"words_best": 0.5}, frozenset({"size"})) == 0


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"features": {"mood": {"weight": 1.0, "mean": 0.0, "scale": 1.0}}}, "mood"),
        ({"features": {"size": {"weight": 1.0, "mean": 0.0, "scale": 0.0}}}, "size"),
        ({"features": {"size": {"weight": "1", "mean": 0.0, "scale": 1.0}}}, "size"),
        ({"features": {"size": {"weight": 1.0, "mean": 0.0}}}, "scale"),
        ({"features": []}, "bench/fit.py"),
        ({"intercept": None}, "intercept"),
        ({"thresholds": {"same": 0.2, "ask": 0.9, "most_asked": 3}}, "ask <= same"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(changed: dict[str, object], names: str) -> None:
    with pytest.raises(WeightsError, match=names):
        read_weights(table(**changed))


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(WeightsError):
        read_weights("weights: none")


def test_a_certain_probability_stays_off_zero_and_one() -> None:
    assert 0 < probability(-1e9) < probability(0.0) == 0.5 < probability(1e9) < 1


def test_the_packages_weights_name_every_feature_and_how_they_came_about() -> None:
    written = json.loads(files("dedupe").joinpath("data/weights.json").read_text(encoding="utf-8"))
    assert set(load_weights().features) == FEATURES
    assert written["fitted"]["by"] == "python -m bench.fit"
    assert written["figures_held_out"]["asked_and_answered"]["joins_right_percent"] >= 95
