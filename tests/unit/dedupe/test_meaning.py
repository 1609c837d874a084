"""The package's own model, and the engine with what it reads."""

import hashlib
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from dedupe import meaning
from dedupe.engine import MatchingEngine
from dedupe.errors import ModelError
from dedupe.meaning import MeaningModel, load_model
from dedupe.meaning_index import MeaningIndex
from dedupe.values import ProblemId, ReportId, ReportText, Verdict
from tests.unit.dedupe.desk import EVERYDAY, at, new_engine, said


@pytest.fixture(scope="module")
def model() -> MeaningModel:
    return load_model()


def alike(model: MeaningModel, one: str, other: str) -> float:
    first, second = (np.frombuffer(model.read(text), dtype="<f2").astype(float) for text in (one, other))
    return float(first @ second)


def meant(model: MeaningModel, text: str, *, minutes: float = 0, service: str | None = None) -> ReportText:
    plain = said(text, minutes=minutes, service=service)
    return ReportText(text=text, service=plain.service, reported_at=plain.reported_at, meaning=model.read(text))


def engine_that_reads(model: MeaningModel, reports: dict[int, tuple[int, str]]) -> MatchingEngine:
    engine = new_engine()
    for number, (problem, text) in {**EVERYDAY, **reports}.items():
        engine.place(ReportId(number), meant(model, text, minutes=number), ProblemId(problem))
    return engine


def test_the_digest_is_that_of_the_model_file_and_is_written_beside_it(model: MeaningModel) -> None:
    folder = files("dedupe").joinpath("data", "model")
    assert model.digest == hashlib.sha256(folder.joinpath("model.onnx").read_bytes()).hexdigest()
    assert model.digest in folder.joinpath("README.md").read_text(encoding="utf-8")


def test_a_text_is_read_to_384_numbers_of_length_one(model: MeaningModel) -> None:
    vector = np.frombuffer(model.read("loyalty points vanished"), dtype="<f2").astype(float)
    assert vector.shape == (384,)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=0.002)


def test_reading_is_the_same_every_time_and_beside_any_neighbours(model: MeaningModel) -> None:
    texts = ["turnstile beeps red", "card", "a much longer text about the turnstile that beeps red and stays shut"]
    assert model.read_many(texts) == [model.read(text) for text in texts] == load_model().read_many(texts)


@pytest.mark.parametrize("text", ["", " ", "\x00", "card \ud800 declined", "🙂", "ﷺ" * 5_000, "word " * 5_000])
def test_any_text_is_read(model: MeaningModel, text: str) -> None:
    assert np.isfinite(np.frombuffer(model.read(text), dtype="<f2")).all()


def test_other_words_for_it_are_nearer_than_another_failure(model: MeaningModel) -> None:
    asked = "turnstile will not let members in"
    assert alike(model, asked, "entry gate stays locked for guests") > alike(model, asked, "invoice pdf is empty") + 0.2


def test_a_failure_told_in_other_words_is_found_by_its_meaning(model: MeaningModel) -> None:
    engine = engine_that_reads(
        model, {1: (1, "entry gate stays locked for guests"), 2: (1, "members stuck outside the entry gate")}
    )
    judgement = engine.judge(meant(model, "turnstile wont let people in", minutes=30))
    assert judgement.candidates[0].problem == 1
    assert judgement.verdict is not Verdict.NEW
    assert any("means " in one.words for one in judgement.candidates[0].reasons)


def test_reasons_say_which_report_means_nearly_the_same(model: MeaningModel) -> None:
    engine = engine_that_reads(
        model, {1: (1, "gift points missing after\n purchase"), 2: (1, "gift points not credited")}
    )
    judgement = engine.judge(meant(model, "gift points missing after purchase", minutes=30))
    words = [one.words for one in judgement.candidates[0].reasons]
    assert "means nearly the same as: “gift points missing after purchase”" in words


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("Kartenzahlung im Geschäft schlägt fehl", "Kartenzahlungen im Geschaeft schlagen fehl"),
        ("no puedo iniciar sesión en la aplicación", "la aplicación no deja iniciar la sesión"),
        ("アプリにログインできません", "ログインできない、アプリ"),
    ],
)
def test_other_languages_match_by_characters_and_meaning(model: MeaningModel, known: str, asked: str) -> None:
    engine = engine_that_reads(model, {1: (1, known)})
    judgement = engine.judge(meant(model, asked, minutes=30))
    assert judgement.candidates[0].problem == 1
    assert judgement.verdict is not Verdict.NEW


def test_reports_with_and_without_a_meaning_are_compared_beside_each_other(model: MeaningModel) -> None:
    engine = engine_that_reads(model, {1: (1, "entry gate stays locked for guests")})
    engine.place(ReportId(2), said("turnstile stays locked for guests", minutes=2), ProblemId(2))
    judgement = engine.judge(meant(model, "turnstile stays locked for guests", minutes=30))
    assert {one.problem for one in judgement.candidates[:2]} == {1, 2}
    assert sum(one.probability for one in judgement.candidates) <= 1.000_01


def test_a_report_without_a_meaning_is_judged_by_words_among_those_that_have_one(model: MeaningModel) -> None:
    engine = engine_that_reads(model, {1: (1, "gift points missing after purchase")})
    judgement = engine.judge(said("gift points missing after purchase", minutes=30))
    assert judgement.candidates[0].problem == 1
    assert not any("means" in one.words for one in judgement.candidates[0].reasons)


@pytest.mark.parametrize("meaning", [b"", b"short", b"\xff" * 768])
def test_what_is_no_embedding_counts_as_none(meaning: bytes) -> None:
    index = MeaningIndex()
    index.put(at(0), [meaning])
    assert len(index) == 0
    assert index.ask(meaning) is None


def test_what_is_usual_does_not_depend_on_what_came_and_went(model: MeaningModel) -> None:
    lived, fresh = MeaningIndex(), MeaningIndex()
    texts = [text for _, text in EVERYDAY.values()]
    for slot, text in enumerate(texts):
        lived.put(at(slot), [model.read(text)])
    lived.drop(3)
    for slot, text in reversed([(slot, text) for slot, text in enumerate(texts) if slot != 3]):
        fresh.put(at(slot), [model.read(text)])
    asked = model.read("gift points missing")
    first, second = lived.ask(asked), fresh.ask(asked)
    assert first is not None
    assert second is not None
    assert first.usual == second.usual
    assert lived.likeness(first, at(0, 3)).tolist() == fresh.likeness(second, at(0, 3)).tolist()


def test_where_a_processor_cuts_sums_off_the_model_reads_the_careful_way(
    model: MeaningModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = meaning._open  # noqa: SLF001 - the processor is what cannot be changed otherwise

    class _Cut:
        def __init__(self, session: onnxruntime.InferenceSession) -> None:
            self._session = session

        def run(self, names: None, given: dict[str, object]) -> list[object]:
            return [np.minimum(one, 0.1) for one in self._session.run(names, given)]

        def get_inputs(self) -> list[object]:
            return list(self._session.get_inputs())

    def open_one(file: bytes, *, careful: bool) -> object:
        return opened(file, careful=True) if careful else _Cut(opened(file, careful=False))

    monkeypatch.setattr(meaning, "_open", open_one)
    assert load_model().read("card declined at checkout") == model.read("card declined at checkout")


def test_a_folder_without_a_model_is_refused_by_its_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.onnx"):
        load_model(tmp_path)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"nonsense")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(tmp_path)
