"""Looking again at what is placed: `review` of a report, `doubt` of a problem."""

from collections.abc import Sequence

import pytest

from dedupe.engine import MatchingEngine
from dedupe.values import Apart, ProblemId, ReportId, ReportText
from tests.fakes.meaning import FakeMeaningModel
from tests.unit.dedupe.desk import EVERYDAY, engine_with, new_engine, said

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
REJECTED = "card rejected at checkout, ERR-4012 after the spinner"
OTHER_CODE = "card rejected at checkout, ERR-4021 after the spinner"
RESET = "password reset mail never arrives"


def test_a_reviewed_report_is_no_evidence_for_itself() -> None:
    engine = engine_with({1: (1, DECLINED), **EVERYDAY})

    review = engine.review(ReportId(1), said(DECLINED, minutes=1))

    assert review.judgement == engine_with(EVERYDAY).judge(said(DECLINED, minutes=1))
    assert ProblemId(1) not in {each.problem for each in review.near}


def test_a_review_says_what_was_said_before_the_report_was_placed_and_changes_nothing() -> None:
    without = engine_with({1: (1, DECLINED), **EVERYDAY})
    engine = engine_with({1: (1, DECLINED), **EVERYDAY})
    text = said(REJECTED, minutes=200)
    engine.place(ReportId(2), text, ProblemId(1))
    asked = said(DECLINED, minutes=300)
    before = engine.judge(asked)

    review = engine.review(ReportId(2), text)

    assert review.judgement == without.judge(text)
    assert engine.judge(asked) == before
    assert len(engine) == len(without) + 1


def test_all_that_comes_near_is_weighed_the_most_probable_first_with_what_bars_it() -> None:
    engine = engine_with({1: (1, REJECTED), 2: (2, OTHER_CODE), **EVERYDAY})

    review = engine.review(ReportId(2), said(OTHER_CODE, minutes=2))

    by_problem = {each.problem: each for each in review.near}
    assert by_problem[ProblemId(1)].bars == ("the codes differ: ERR-4021, not ERR-4012",)
    probabilities = [each.probability for each in review.near]
    assert probabilities == sorted(probabilities, reverse=True)


def test_a_report_that_is_not_placed_can_be_reviewed() -> None:
    engine = engine_with({1: (1, DECLINED), **EVERYDAY})
    assert engine.review(ReportId(9), said(REJECTED, minutes=9)).judgement == engine.judge(said(REJECTED, minutes=9))
    assert len(engine) == 1 + len(EVERYDAY)


def test_a_problem_that_looks_like_another_is_doubted_with_the_member_it_is_like() -> None:
    engine = engine_with({1: (1, DECLINED), 2: (2, RESET), 3: (3, RESET), 4: (3, REJECTED), **EVERYDAY})

    doubt = engine.doubt(ProblemId(3))

    assert doubt is not None
    assert doubt.newest == ReportId(4)
    assert doubt.like is not None
    assert (doubt.like.problem, doubt.like.nearest) == (ProblemId(1), ReportId(1))


def test_what_people_kept_apart_is_not_doubted() -> None:
    engine = engine_with({1: (1, DECLINED), 2: (2, REJECTED), **EVERYDAY})
    engine.link(ReportId(1), ReportId(2), same=False)

    doubts = [engine.doubt(ProblemId(number)) for number in (1, 2)]

    assert [doubt and doubt.like for doubt in doubts] == [None, None]


def test_members_that_name_another_code_than_most_are_told_apart() -> None:
    engine = engine_with({1: (1, OTHER_CODE), 2: (1, DECLINED), 3: (1, REJECTED), 4: (1, RESET)})

    doubt = engine.doubt(ProblemId(1))

    assert doubt is not None
    assert doubt.apart == Apart(reports=(ReportId(1),), stays=ReportId(2), why="another code")


def test_of_two_codes_named_as_often_the_first_one_stays() -> None:
    doubt = engine_with({1: (1, OTHER_CODE), 2: (1, DECLINED)}).doubt(ProblemId(1))
    assert doubt is not None
    assert doubt.apart == Apart(reports=(ReportId(2),), stays=ReportId(1), why="another code")


def test_more_than_two_codes_tell_nothing_apart() -> None:
    doubt = engine_with({1: (1, DECLINED), 2: (1, OTHER_CODE), 3: (1, "declined with ERR-4077")}).doubt(ProblemId(1))
    assert doubt is not None
    assert doubt.apart is None


def test_members_that_people_put_together_are_not_told_apart() -> None:
    engine = engine_with({1: (1, DECLINED), 2: (1, OTHER_CODE)})
    engine.link(ReportId(2), ReportId(1), same=True)
    doubt = engine.doubt(ProblemId(1))
    assert doubt is not None
    assert doubt.apart is None


def test_a_problem_without_members_is_not_doubted() -> None:
    assert engine_with(EVERYDAY).doubt(ProblemId(1)) is None


GATE = (
    "turnstile gate beeps red",
    "turnstile gate stays locked",
    "gate beeps red turnstile",
    "locked turnstile gate red",
)
POINTS = (
    "points vanished from loyalty account",
    "loyalty points vanished",
    "account loyalty points vanished overnight",
)


def engine_that_means(problems: Sequence[Sequence[str]]) -> MatchingEngine:
    """Problems with reports of these texts, beside everyday ones; alike in meaning as far as they share words."""
    model, engine = FakeMeaningModel(), new_engine()
    known = [(problem, text) for problem, texts in enumerate(problems, start=1) for text in texts]
    for number, (problem, text) in enumerate([*known, *EVERYDAY.values()], start=1):
        plain = said(text, minutes=number)
        meant = ReportText(text=text, service=None, reported_at=plain.reported_at, meaning=model.read(text))
        engine.place(ReportId(number), meant, ProblemId(problem))
    return engine


def test_the_fewer_of_two_groups_of_meaning_are_told_apart_the_most_typical_first() -> None:
    doubt = engine_that_means([[*GATE, *POINTS]]).doubt(ProblemId(1))

    assert doubt is not None
    assert doubt.apart is not None
    assert (sorted(doubt.apart.reports), doubt.apart.why) == ([5, 6, 7], "another meaning")
    assert doubt.apart.reports[0] == ReportId(7)
    assert doubt.apart.stays in {1, 2, 3, 4}


@pytest.mark.parametrize("texts", [GATE * 2, [*GATE, *POINTS[:2]], [*GATE, "invoice pdf is empty", "seat map is grey"]])
def test_reports_of_one_meaning_and_a_few_strays_are_left_together(texts: Sequence[str]) -> None:
    doubt = engine_that_means([texts]).doubt(ProblemId(1))
    assert doubt is not None
    assert doubt.apart is None


def test_groups_of_meaning_that_people_linked_are_left_together() -> None:
    engine = engine_that_means([[*GATE, *POINTS]])
    engine.link(ReportId(2), ReportId(6), same=True)
    doubt = engine.doubt(ProblemId(1))
    assert doubt is not None
    assert doubt.apart is None


def test_vague_reports_are_no_group_of_their_own() -> None:
    doubt = engine_that_means([[*GATE, "app broken", "broken app", "app is broken"]]).doubt(ProblemId(1))
    assert doubt is not None
    assert doubt.apart is None


def test_a_review_names_what_people_said_of_the_report() -> None:
    engine = engine_with({1: (1, DECLINED), 2: (1, REJECTED), 3: (3, RESET), **EVERYDAY})
    engine.link(ReportId(2), ReportId(1), same=True)
    engine.link(ReportId(2), ReportId(3), same=False)

    review = engine.review(ReportId(2), said(REJECTED, minutes=2))

    assert (review.same_as, review.not_same_as) == ((1,), (3,))
