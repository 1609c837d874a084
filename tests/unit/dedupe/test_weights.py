import json
from importlib.resources import files
from typing import Any

import pytest

from dedupe.errors import WeightsError
from dedupe.features import BY_MEANING, BY_WORDS, NONE_BY_MEANING, NONE_BY_WORDS
from dedupe.weights import load_weights, read_weights, share_out

PROBLEM = {"intercept": -1.0, "features": {"words_best": {"weight": 2.0, "mean": 0.5, "scale": 0.25}}}
NONE = {"intercept": 0.5, "features": {"typed": {"weight": 1.0, "mean": 2.0, "scale": 1.0}}}
SCHEME = {"sharpness": 0.5, "problem": PROBLEM, "none": NONE}


def table(**changed: object) -> str:
    whole: dict[str, Any] = {
        "must_link_pull": 2.0,
        "thresholds": {"same": 0.9, "ask": 0.2, "most_asked": 3},
        "same_at": {"0.95": 0.8},
        "ask_at": {"0.3": 0.2},
        "by_meaning": SCHEME,
        "by_words": SCHEME,
    }
    return json.dumps({**whole, **changed})


def with_feature(**entry: object) -> dict[str, object]:
    """The scheme, its problem weighed by these features."""
    return {**SCHEME, "problem": {**PROBLEM, "features": entry}}


def test_the_odds_over_none_add_up_by_name_and_are_sharpened() -> None:
    scheme = read_weights(table()).by_words
    assert scheme.over_none({"words_best": 0.75, "size": 9.0}, {"typed": 3.0}) == pytest.approx(0.5 * (1.0 - 1.5))


def test_worth_is_what_the_named_features_give_over_their_mean() -> None:
    scheme = read_weights(table()).by_words
    assert scheme.worth({"words_best": 0.75}, frozenset({"words_best"})) == pytest.approx(1.0)
    assert scheme.worth({"words_best": 0.75}, frozenset({"size"})) == 0


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"by_words": with_feature(mood={"weight": 1.0, "mean": 0.0, "scale": 1.0})}, "mood"),
        ({"by_words": with_feature(meaning_best={"weight": 1.0, "mean": 0.0, "scale": 1.0})}, "meaning_best"),
        ({"by_words": with_feature(size={"weight": 1.0, "mean": 0.0, "scale": 0.0})}, "size"),
        ({"by_words": with_feature(size={"weight": "1", "mean": 0.0, "scale": 1.0})}, "size"),
        ({"by_words": with_feature(size={"weight": 1.0, "mean": 0.0})}, "scale"),
        ({"by_words": {**SCHEME, "problem": {**PROBLEM, "features": []}}}, "bench/fit.py"),
        ({"by_words": {**SCHEME, "problem": {**PROBLEM, "intercept": None}}}, "intercept"),
        ({"by_words": {**SCHEME, "sharpness": 0}}, "sharpness"),
        ({"thresholds": {"same": 0.2, "ask": 0.9, "most_asked": 3}}, "ask <= same"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(changed: dict[str, object], names: str) -> None:
    with pytest.raises(WeightsError, match=names):
        read_weights(table(**changed))


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(WeightsError):
        read_weights("weights: none")


def test_shares_and_that_of_none_make_one_however_far_the_odds_lie_apart() -> None:
    shares = share_out([1e9, 0.0, -1e9])
    assert shares[0] == pytest.approx(1.0)
    assert share_out([0.0]) == [0.5]
    assert share_out([]) == []


def test_the_packages_weights_name_every_feature_and_how_they_came_about() -> None:
    written = json.loads(files("dedupe").joinpath("data/weights.json").read_text(encoding="utf-8"))
    weights = load_weights()
    assert set(weights.by_meaning.problem.features) == BY_MEANING
    assert set(weights.by_meaning.none.features) == NONE_BY_MEANING
    assert set(weights.by_words.problem.features) == BY_WORDS
    assert set(weights.by_words.none.features) == NONE_BY_WORDS
    assert written["fitted"]["by"] == "python -m bench.fit"
    assert written["figures_held_out"]["by_meaning"]["answered"]["joins_right_percent"] >= 95
