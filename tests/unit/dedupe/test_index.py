"""The index answers as if it had been built just now, whatever it went through."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.engine import MatchingEngine
from dedupe.index import POSTINGS_READ, TermIndex
from dedupe.values import Judgement, ProblemId, ReportId, ReportText
from tests.unit.dedupe.desk import new_engine, said

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
    for report, act, problem, text, service in steps:
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


def test_likeness_is_one_for_the_same_terms_and_nothing_for_none() -> None:
    index = TermIndex()
    index.put(0, {"lane", "barrier"})
    index.put(1, {"voucher"})
    assert index.likeness(index.ask({"lane", "barrier"}), [0, 1]).tolist() == [1.0, 0.0]


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    index = TermIndex()
    for slot in range(9):
        index.put(slot, {"card", f"other{slot}"})
    index.put(9, {"barrier", "other9"})
    common, rare = index.likeness(index.ask({"card", "barrier"}), [0, 9]).tolist()
    assert rare > common


def test_common_terms_are_cut_but_the_rare_one_finds_its_document() -> None:
    index = TermIndex()
    documents = POSTINGS_READ // 2
    for slot in range(documents):
        index.put(slot, {"card", "declined", "checkout", *(("barrier",) if slot == 77 else ())})
    slots, rough = index.rough_likeness(index.ask({"card", "declined", "checkout", "barrier"}))
    assert slots[np.argmax(rough)] == 77


def test_terms_that_left_are_forgotten() -> None:
    index = TermIndex()
    for slot in range(500):
        index.put(0, {f"word{slot}"})
        index.drop(0)
    assert index.ask({"word7"}).ids.tolist() == []
    assert index.put(0, {"fresh"}).tolist() == [0]
