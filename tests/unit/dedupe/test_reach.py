"""What bounds a query's cost in a large desk must not lose what it looks for, nor what is placed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.invented_desk import Invented, invent
from dedupe import evidence, grouping, members
from dedupe.cells import Cells
from dedupe.engine import MatchingEngine
from dedupe.meaning_index import DIMENSIONS, MeaningIndex, widen
from dedupe.reach import EVERYTHING, Reach
from dedupe.slot_sums import highest
from dedupe.values import ProblemId, ReportId, ReportText
from tests.fakes.meaning import FakeMeaningModel
from tests.unit.dedupe.desk import VOCABULARY, WEIGHTS
from tests.unit.dedupe.test_index import STEPS, check_steps

_MODEL = FakeMeaningModel()


def test_every_finite_half_is_widened_exactly() -> None:
    halves = np.arange(2**16, dtype=np.uint32).astype(np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves)]

    assert (widen(finite) == finite.astype(np.float32)).all()


@pytest.mark.parametrize("step", [1, 16, 40])
def test_the_highest_are_found_wherever_they_stand(step: int) -> None:
    values = np.random.default_rng(step).random(5_000).round(3)
    values[: 300 * step : step] += 1

    found = highest(values, 300)

    assert found.tolist() == np.flatnonzero(values >= np.sort(values)[-300]).tolist()
    assert len(found) >= 300


@settings(max_examples=60)
@given(
    drops=st.lists(st.integers(0, 59), unique=True),
    cuts=st.lists(st.integers(0, 59)).map(sorted),
    seed=st.integers(0, 9),
)
def test_every_vector_that_was_put_and_not_dropped_is_in_one_cell(drops: list[int], cuts: list[int], seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((60, 8)).astype(np.float32)
    vectors[20:40] = vectors[20]
    cells = Cells(8, lambda slots: vectors[slots], most=7)
    for slots in np.split(np.arange(60, dtype=np.int32), cuts):
        cells.put(slots, vectors[slots])
    for slot in drops:
        cells.drop(slot)

    found, products = cells.nearest(vectors[0], 1_000)

    assert len(cells) > 5
    assert sorted(found.tolist()) == sorted(set(range(60)) - set(drops))
    assert products == pytest.approx(vectors[found] @ vectors[0], abs=0.2)


def test_an_embedding_is_found_among_many_though_few_are_read() -> None:
    index, chance = MeaningIndex(read=290), np.random.default_rng(3)
    failures = chance.standard_normal((50, DIMENSIONS))
    vectors = np.repeat(failures, 60, axis=0) + 0.8 * chance.standard_normal((3_000, DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for slots in np.split(chance.permutation(3_000).astype(np.int32), [1_000, 2_000, *range(2_001, 2_100)]):
        index.put(slots, [vectors[slot].astype("<f2").tobytes() for slot in slots])
    found = []
    for slot in range(30, 3_000, 60):
        query = index.ask(vectors[slot].astype("<f2").tobytes())
        assert query is not None
        slots, excess = index.near(query)
        found.append(int(slots[excess.argmax()]))
        assert len(slots) < 1_000

    assert [slot // 60 for slot in found] == list(range(50))
    assert sum(slot % 60 == 30 for slot in found) >= 48


@settings(max_examples=40)
@given(steps=STEPS)
def test_after_any_steps_nothing_is_wrong_where_slots_are_cleared_and_problems_are_added_up_anew(
    steps: list[tuple[int, str, int, str, str | None]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "_SWEPT_FROM", 2)
        patch.setattr(grouping, "_KEPT", 4)
        patch.setattr(grouping, "_LARGE", 1)
        check_steps(steps)


def test_what_is_estimated_of_embeddings_is_near_to_what_is_exact() -> None:
    index, chance = MeaningIndex(), np.random.default_rng(5)
    vectors = chance.standard_normal((400, DIMENSIONS))
    vectors[:, 0] += 9
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    slots = np.arange(400, dtype=np.int32)
    index.put(slots, [one.astype("<f2").tobytes() for one in vectors])
    query = index.ask(vectors[0].astype("<f2").tobytes())

    assert query is not None
    exact = np.maximum(index.likeness(query, slots) - query.usual, 0)
    assert np.abs(index.excess(query, slots) - exact).max() < 0.005


def _filled(reach: Reach | None, known: list[Invented]) -> MatchingEngine:
    engine = MatchingEngine(weights=WEIGHTS, vocabulary=VOCABULARY, reach=reach)
    for number, one in enumerate(known, start=1):
        engine.place(ReportId(number), _text(one), ProblemId(one.failure + 1))
    return engine


def _text(one: Invented) -> ReportText:
    return ReportText(text=one.text, service=one.service, reported_at=one.reported_at, meaning=_MODEL.read(one.text))


def test_what_comes_first_with_nothing_left_out_is_hardly_ever_left_out() -> None:
    reports = list(invent(1_500))
    known, asked = reports[:1_440], reports[1_440:]
    pruned, full = _filled(Reach(postings=1_500, embeddings=200), known), _filled(EVERYTHING, known)
    found = []
    for one in asked:
        first = full.judge(_text(one)).candidates[0].problem
        _, near = pruned.weigh(_text(one))
        found.append(first in {each.problem for each in near})

    assert sum(found) >= 0.95 * len(found)


def test_a_small_desk_has_more_of_its_problems_weighed_than_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    *known, asked = invent(401)
    engine = _filled(None, known)
    _, of_a_small_desk = engine.weigh(_text(asked))
    monkeypatch.setattr(evidence, "SMALL_DESK", 399)
    _, of_a_large_desk = engine.weigh(_text(asked))

    assert (len(of_a_small_desk), len(of_a_large_desk)) == (40, 16)


def test_a_desk_of_some_thousands_is_judged_with_every_embedding() -> None:
    index = MeaningIndex()
    vector = _MODEL.read("card declined")
    index.put(np.arange(6_000, dtype=np.int32), [vector] * 6_000)
    query = index.ask(vector)

    assert query is not None
    assert index.reads_all
    assert len(index.near(query)[0]) == 6_000
