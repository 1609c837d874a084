"""The index answers as if it had been built just now, whatever it went through."""

from itertools import chain
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.engine import MatchingEngine
from dedupe.gram_index import GramIndex
from dedupe.index import TermIndex
from dedupe.normalise import spell
from dedupe.values import Judgement, ProblemId, ReportId, ReportText
from tests.unit.dedupe.desk import at, new_engine, said

TEXTS = (
    "card declined at checkout ERR-4012",
    "checkout refuses card, error 4021",
    "ticket barrier frozen in lane 4",
    "lane 7 barrier stuck",
    "app issue",
    "loyalty points vanished from the app",
    "",
    "voucher code not accepted on checkout",
)
SERVICES = (None, "Cards", "App")
STEPS = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(("place", "remove")),
        st.integers(1, 4),
        st.sampled_from(TEXTS),
        st.sampled_from(SERVICES),
    ),
    max_size=25,
)


def answers(engine: MatchingEngine) -> list[Judgement]:
    return [engine.judge(said(text, service="Cards", minutes=60)) for text in TEXTS]


@settings(max_examples=80)
@given(steps=STEPS)
def test_after_any_steps_the_engine_answers_like_a_fresh_one(
    steps: list[tuple[int, str, int, str, str | None]],
) -> None:
    check_steps(steps)


def check_steps(steps: list[tuple[int, str, int, str, str | None]]) -> None:
    """An engine that went through the steps answers like one that was given only what stands after them."""
    lived, standing = new_engine(), dict[int, tuple[ReportText, int]]()
    for number, (report, act, problem, text, service) in enumerate(steps):
        if number == len(steps) // 2:
            lived.make_ready()
        if act == "place":
            standing[report] = (said(text, service=service, minutes=report), problem)
            lived.place(ReportId(report), standing[report][0], ProblemId(problem))
        else:
            standing.pop(report, None)
            lived.remove(ReportId(report))
    fresh = new_engine()
    for report, (known, problem) in sorted(standing.items()):
        fresh.place(ReportId(report), known, ProblemId(problem))
    assert len(lived) == len(fresh) == len(standing)
    assert answers(lived) == answers(fresh)
    assert lived.search(said("card checkout"), 3) == fresh.search(said("card checkout"), 3)


def test_placing_twice_changes_nothing() -> None:
    once, twice = new_engine(), new_engine()
    for engine in (once, twice, twice):
        engine.place(ReportId(1), said(TEXTS[0]), ProblemId(1))
        engine.place(ReportId(2), said(TEXTS[5]), ProblemId(2))
    assert len(twice) == 2
    assert answers(once) == answers(twice)


def test_a_moved_report_counts_for_its_new_problem_only() -> None:
    engine = new_engine()
    engine.place(ReportId(1), said(TEXTS[0]), ProblemId(1))
    engine.place(ReportId(1), said(TEXTS[0]), ProblemId(2))
    assert [one.problem for one in engine.judge(said(TEXTS[0])).candidates] == [2]


def test_a_report_whose_text_changed_is_found_by_the_new_text() -> None:
    engine = new_engine()
    engine.place(ReportId(1), said(TEXTS[0]), ProblemId(1))
    engine.place(ReportId(1), said(TEXTS[2]), ProblemId(1))
    assert engine.judge(said(TEXTS[0])).candidates == ()
    assert engine.judge(said(TEXTS[2])).candidates[0].nearest == 1


def test_many_placed_at_once_are_answered_for_as_if_each_had_been_placed_by_itself() -> None:
    one_by_one, at_once = new_engine(), new_engine()
    reports = [
        (ReportId(number), said(text, minutes=number), ProblemId(number // 2)) for number, text in enumerate(TEXTS)
    ]
    for report in reports:
        one_by_one.place(*report)
    at_once.place_many(reports)
    assert len(at_once) == len(TEXTS)
    assert answers(one_by_one) == answers(at_once)


def test_many_may_hold_reports_that_moved_or_changed_or_stay() -> None:
    engine, fresh = new_engine(), new_engine()
    engine.place_many([(ReportId(n), said(TEXTS[n]), ProblemId(n)) for n in (1, 2, 3)])
    standing = [
        (ReportId(1), said(TEXTS[1]), ProblemId(2)),
        (ReportId(2), said(TEXTS[5]), ProblemId(2)),
        (ReportId(3), said(TEXTS[3]), ProblemId(3)),
    ]
    engine.place_many(standing)
    fresh.place_many(standing)
    assert answers(engine) == answers(fresh)


def test_likeness_is_one_for_the_same_terms_and_nothing_for_none() -> None:
    index = TermIndex()
    index.put(at(0, 1), [{"lane", "barrier"}, {"voucher"}])
    assert index.likeness(index.ask({"lane", "barrier"}), at(0, 1)).tolist() == [1.0, 0.0]


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    index = TermIndex()
    index.put(at(*range(10)), [*({"card", f"other{slot}"} for slot in range(9)), {"barrier", "other9"}])
    common, rare = index.likeness(index.ask({"card", "barrier"}), at(0, 9)).tolist()
    assert rare > common


def test_terms_that_left_are_forgotten() -> None:
    index = TermIndex()
    for slot in range(500):
        index.put(at(0), [{f"word{slot}"}])
        index.drop(0)
    assert index.ask({"word7"}).ids.tolist() == []
    index.put(at(0), [{"fresh"}])
    assert index.terms_at(0).tolist() == [0]


DOCUMENTS = st.lists(
    st.sets(st.sampled_from(("pay", "paying", "payment", "card", "cards", "lane", "xx", "ü"))), max_size=12
)


@settings(max_examples=80)
@given(documents=DOCUMENTS, left=st.sets(st.integers(0, 11)), asked=DOCUMENTS, sweeps=st.booleans())
def test_likeness_in_words_and_in_characters_is_what_adding_up_every_document_gives(
    documents: list[set[str]], left: set[int], asked: list[set[str]], *, sweeps: bool
) -> None:
    words = TermIndex()
    grams = GramIndex(words, spell)
    half = len(documents) // 2
    for slots in (range(half), range(half, len(documents))):
        words.put(at(*slots), [sorted(documents[slot]) for slot in slots])
        grams.put(at(*slots))
    left &= set(range(len(documents)))
    for slot in left:
        grams.drop(slot)
    if sweeps:
        is_gone = np.isin(np.arange(len(documents)), list(left))
        words.sweep(is_gone)
        grams.sweep(is_gone)
        words.put(at(*left), [sorted(documents[slot]) for slot in left])
        grams.put(at(*left))
        left = set()
    known = [slot for slot in range(len(documents)) if slot not in left]
    for said_of in asked:
        spelt = set(chain.from_iterable(map(spell, said_of)))
        by_words = words.likeness(words.ask(said_of), at(*known)).tolist()
        by_grams = grams.likeness(grams.ask(spelt), at(*known)).tolist()
        assert by_words == pytest.approx(_added_up([documents[slot] for slot in known], said_of), abs=1e-8)
        of_documents = [set(chain.from_iterable(map(spell, documents[slot]))) for slot in known]
        assert by_grams == pytest.approx(_added_up(of_documents, spelt), abs=1e-8)


def _added_up(documents: list[set[str]], asked: set[str]) -> list[float]:
    """The cosine with each document, each term weighted by its squared idf among all."""

    def norm(terms: set[str]) -> float:
        return sum(log((len(documents) + 1) / (sum(term in one for one in documents) + 0.5)) ** 2 for term in terms)

    return [norm(asked & one) / max(norm(asked) * norm(one), 1e-12) ** 0.5 for one in documents]
