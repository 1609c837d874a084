import pytest

from dedupe.values import Judgement, ProblemId, Reason, ReportId, Thresholds, Verdict
from tests.unit.dedupe.desk import EVERYDAY, engine_with, new_engine, said

CARD_4012 = {1: (1, "card declined at checkout ERR-4012"), 2: (1, "checkout refuses debit card, err 4012")}


def judge(reports: dict[int, tuple[int, str]], text: str, service: str | None = "Payments") -> Judgement:
    return engine_with({**EVERYDAY, **reports}, service="Payments").judge(said(text, service=service, minutes=200))


@pytest.mark.parametrize(
    "text",
    [
        "cx card rejected at check out, error 4012",
        "CARD DECLINED ON CHECKOUT!!! Err:4012",
        "declined card checkout, 4012",
        "card declnied at chekout ERR-4012",
    ],
)
def test_the_same_failure_in_other_words_is_joined(text: str) -> None:
    judgement = judge(CARD_4012, text)
    assert judgement.verdict is Verdict.SAME
    assert judgement.candidates[0].problem == 1
    assert judgement.probability == judgement.candidates[0].probability


def test_an_unlike_report_is_new_and_says_so() -> None:
    engine = engine_with(CARD_4012, service="Payments")
    judgement = engine.judge(
        said("smart meter display counts backwards since the firmware arrived", service="Metering")
    )
    assert judgement.verdict is Verdict.NEW
    assert judgement.reasons[0].words.startswith("nothing reported so far is like it")


def test_an_empty_desk_finds_everything_new() -> None:
    judgement = new_engine().judge(said("card declined at checkout ERR-4012"))
    nothing = Reason(words="nothing reported so far is like it")
    assert judgement == Judgement(verdict=Verdict.NEW, probability=0.0, candidates=(), reasons=(nothing,))


@pytest.mark.parametrize("text", ["card declined at checkout ERR-4021", "card declined at checkout 4021"])
def test_a_code_conflict_never_joins_by_itself(text: str) -> None:
    judgement = judge(CARD_4012, text)
    assert judgement.verdict is Verdict.ASK
    assert judgement.reasons[0].words.startswith("the codes differ:")
    assert "not ERR-4012" in judgement.reasons[0].words


def test_a_report_naming_two_codes_never_joins_by_itself() -> None:
    judgement = judge(CARD_4012, "card declined at checkout error 4021 or 4012, not sure")
    assert judgement.verdict is Verdict.ASK


def test_the_number_of_another_thing_never_joins_by_itself() -> None:
    judgement = judge(
        {1: (1, "lane 4 barrier stays shut"), 2: (1, "barrier shut in lane 4")}, "lane 7 barrier stays shut"
    )
    assert judgement.verdict is Verdict.ASK
    assert "the numbers differ: lane 7, not lane 4" in [each.words for each in judgement.reasons]


def test_several_numbers_of_a_thing_are_compared_together() -> None:
    known = {1: (1, "lanes 2 and 4 barriers stay shut"), 2: (1, "barriers shut in lanes 4 & 2")}
    assert judge(known, "lanes 2 & 4 barriers stay shut").verdict is Verdict.SAME
    other = judge(known, "lanes 2 and 3 barriers stay shut")
    assert other.verdict is Verdict.ASK
    assert "the numbers differ: lane 2 & 3, not lane 2 & 4" in [each.words for each in other.reasons]


def test_a_number_that_varies_within_the_problem_does_not_stand_in_the_way() -> None:
    rooms = {1: (1, "casting fails on the tv in room 204"), 2: (1, "casting to tv fails, room 311")}
    judgement = judge(rooms, "casting fails on the tv in room 118")
    assert judgement.verdict is Verdict.SAME


def test_the_other_side_never_joins_by_itself() -> None:
    judgement = judge(
        {1: (1, "left headphone of the museum audio guide crackles")},
        "right headphone of the museum audio guide crackles",
    )
    assert judgement.verdict is Verdict.ASK
    assert "'right' is the opposite of 'left'" in [each.words for each in judgement.reasons]


@pytest.mark.parametrize("text", ["error", "app issue", "system slow again", "not working", "website down"])
def test_a_vague_text_never_joins_even_its_own_twin(text: str) -> None:
    judgement = judge({1: (1, text), 2: (1, text), 3: (1, text)}, text)
    assert judgement.verdict is not Verdict.SAME


def test_a_vague_report_is_no_magnet() -> None:
    judgement = judge({1: (1, "card reader"), 2: (2, "error")}, "card reader shows error 42 after the update")
    assert judgement.verdict is not Verdict.SAME


def test_a_code_alone_says_enough() -> None:
    judgement = judge({1: (1, "PX-402"), 2: (1, "PX-402 again")}, "px402")
    assert judgement.verdict is Verdict.SAME


def test_problems_left_out_are_never_candidates() -> None:
    engine = engine_with(CARD_4012)
    judgement = engine.judge(said("card declined at checkout ERR-4012"), not_in=frozenset({ProblemId(1)}))
    assert judgement.candidates == ()


def test_the_desk_may_set_its_own_thresholds() -> None:
    engine = new_engine(Thresholds(same=0.999_999, ask=0.999_998))
    engine.place(ReportId(1), said("loyalty points page empty"), ProblemId(1))
    assert engine.judge(said("points page of loyalty is blank", minutes=60 * 24)).verdict is Verdict.NEW


def test_no_more_are_shown_than_may_be_asked() -> None:
    engine = new_engine(Thresholds(same=0.99, ask=0.01, most_asked=2))
    for number in range(1, 7):
        engine.place(ReportId(number), said("loyalty points page empty"), ProblemId(number))
    assert [one.problem for one in engine.judge(said("loyalty points page empty", minutes=1)).candidates] == [1, 2]


def test_nobody_is_asked_about_what_hardly_can_be_meant() -> None:
    reports = {
        1: (1, "left headphone of the museum audio guide crackles"),
        2: (2, "right to left menu of the museum shop is cut off"),
    }
    judgement = judge(reports, "right headphone of the museum audio guide crackles")
    assert judgement.verdict is Verdict.ASK
    assert [one.problem for one in judgement.candidates] == [1]


TWINS = {**EVERYDAY, 21: (21, "loyalty points page empty"), 22: (22, "loyalty points page is empty")}


def test_a_failure_that_lies_in_two_problems_is_joined_all_the_same() -> None:
    judgement = engine_with(TWINS).judge(said("page of loyalty points is empty", minutes=90))
    assert judgement.verdict is Verdict.SAME
    first, second = judgement.candidates[:2]
    assert {first.problem, second.problem} == {21, 22}
    assert second.probability < 0.5 < first.probability == judgement.probability < 1
    assert "the next likeliest is probably the same failure" in [each.words for each in judgement.reasons]


def test_a_review_shows_the_problems_as_the_verdict_has_them() -> None:
    engine = engine_with({**TWINS, 23: (21, "page of loyalty points is empty")})
    review = engine.review(ReportId(23), said("page of loyalty points is empty", minutes=90))
    first = review.near[0]
    assert (first.problem, first.probability) == (21, review.judgement.probability)
    assert "the next likeliest is probably the same failure" in [each.words for each in first.reasons]


def test_two_problems_that_people_kept_apart_are_no_twins() -> None:
    engine = engine_with(TWINS)
    engine.link(ReportId(21), ReportId(22), same=False)
    judgement = engine.judge(said("page of loyalty points is empty", minutes=90))
    assert judgement.verdict is Verdict.ASK
    assert {one.problem for one in judgement.candidates[:2]} == {21, 22}


def test_words_without_spaces_and_other_languages_match() -> None:
    reports = {1: (1, "Kartenzahlung im Geschäft schlägt fehl"), 2: (2, "アプリにログインできません")}
    german = judge(reports, "Kartenzahlungen im Geschaeft schlagen fehl")
    japanese = judge(reports, "ログインできない、アプリ")
    assert german.candidates[0].problem == 1
    assert japanese.candidates[0].problem == 2
    assert Verdict.NEW not in {german.verdict, japanese.verdict}


def test_the_same_questions_get_the_same_answers() -> None:
    first, second = engine_with({**EVERYDAY, **CARD_4012}), engine_with({**EVERYDAY, **CARD_4012})
    text = said("card not accepted, voucher greyed out", minutes=90)
    assert first.judge(text) == first.judge(text) == second.judge(text)


def test_a_report_from_before_the_others_is_judged_too() -> None:
    engine = engine_with(CARD_4012)
    judgement = engine.judge(said("card declined at checkout ERR-4012", minutes=-60 * 24 * 30))
    assert judgement.candidates[0].problem == 1
    assert not any("in the last" in each.words for each in judgement.reasons)


def test_find_gives_the_likest_problems_with_their_nearest_report() -> None:
    found = engine_with({**EVERYDAY, **CARD_4012}).search(said("declined card"), 2)
    assert (found[0].problem, found[0].nearest) == (1, 1)
    assert len(found) <= 2
    assert 0 < found[0].likeness <= 1


@pytest.mark.parametrize("words", ["", "the", "🙂", "zzzqqq"])
def test_find_with_nothing_to_find_is_empty(words: str) -> None:
    assert engine_with(CARD_4012).search(said(words), 5) == []
