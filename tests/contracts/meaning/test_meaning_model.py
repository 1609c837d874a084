"""What the engine and the store count on, of every model."""

import re

import numpy as np
import pytest

from bot.ports import MeaningModel
from dedupe.meaning import load_model
from tests.fakes.meaning import FakeMeaningModel

TEXTS = ["card reader restarts", "", "カードリーダーが再起動する", "😀" * 400, "half a pair \ud83d", "a\x00b"]


@pytest.fixture(params=["the package's own", "fake"], scope="module")
def model(request: pytest.FixtureRequest) -> MeaningModel:
    return FakeMeaningModel() if request.param == "fake" else load_model()


def numbers(meaning: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.frombuffer(meaning, dtype="<f2").astype(np.float64)


def test_a_model_is_named_by_a_digest(model: MeaningModel) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", model.digest)


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_has_a_meaning_of_length_1(model: MeaningModel, text: str) -> None:
    meaning = model.read(text)
    assert len(meaning) == 768
    assert np.linalg.norm(numbers(meaning)) == pytest.approx(1, abs=1e-3)


def test_the_same_text_means_the_same_alone_and_among_others(model: MeaningModel) -> None:
    assert model.read_many(TEXTS) == [model.read(text) for text in TEXTS]


def test_texts_alike_are_nearer_than_others(model: MeaningModel) -> None:
    one, alike, other = map(
        numbers, model.read_many(["card declined at checkout", "card declined at the checkout", "the IVR hangs up"])
    )
    assert one @ alike > 0.8 > one @ other
