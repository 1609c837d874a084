from dedupe.values import ProblemId, ReportId, Verdict
from tests.unit.dedupe.desk import EVERYDAY, engine_with, said

TICKETS = {
    1: (1, "museum ticket qr code refused at the gate"),
    2: (1, "gate refuses qr code of museum ticket"),
    3: (2, "museum ticket qr code refused at the shop entrance"),
}


def test_a_text_like_one_kept_apart_goes_to_the_problem_of_that_one() -> None:
    engine = engine_with({**EVERYDAY, **TICKETS})
    engine.link(ReportId(3), ReportId(1), same=False)
    judgement = engine.judge(said("museum ticket qr code refused at the shop door", minutes=200))
    assert [one.problem for one in judgement.candidates[:2]] == [2, 1]


def test_a_text_as_like_both_sides_of_a_decision_is_asked_about() -> None:
    engine = engine_with({**EVERYDAY, **TICKETS, 3: (2, "museum ticket qr code refused at the gate")})
    engine.link(ReportId(3), ReportId(1), same=False)
    judgement = engine.judge(said("museum ticket qr code refused at the gate", minutes=200))
    assert judgement.verdict is Verdict.ASK
    assert {one.problem for one in judgement.candidates[:2]} == {1, 2}


def test_a_text_less_like_what_was_kept_apart_joins_the_larger_problem() -> None:
    engine = engine_with({**EVERYDAY, **TICKETS, 3: (2, "qr code refused at the shop entrance")})
    engine.link(ReportId(3), ReportId(1), same=False)
    judgement = engine.judge(said("museum ticket qr code refused at the gate", minutes=200))
    assert (judgement.verdict, judgement.candidates[0].problem) == (Verdict.SAME, 1)


def test_a_text_like_one_kept_apart_is_asked_about_when_nothing_better_is_there() -> None:
    engine = engine_with({**EVERYDAY, **TICKETS})
    engine.link(ReportId(3), ReportId(1), same=False)
    judgement = engine.judge(
        said("museum ticket qr code refused at the shop entrance", minutes=200), not_in=frozenset({ProblemId(2)})
    )
    assert judgement.verdict is Verdict.ASK
    assert "people said that a report like this is not the same" in [each.words for each in judgement.reasons]


def test_a_forgotten_decision_counts_no_more() -> None:
    engine = engine_with({**EVERYDAY, **TICKETS})
    text, left_out = said("museum ticket qr code refused at the shop entrance", minutes=200), frozenset({ProblemId(2)})
    before = engine.judge(text, not_in=left_out)
    engine.link(ReportId(3), ReportId(1), same=False)
    engine.link(ReportId(1), ReportId(3), same=None)
    assert engine.judge(text, not_in=left_out) == before


def test_a_decision_on_a_report_that_left_waits_until_it_is_back() -> None:
    engine = engine_with({**EVERYDAY, **TICKETS})
    text, left_out = said("museum ticket qr code refused at the shop entrance", minutes=200), frozenset({ProblemId(2)})
    engine.link(ReportId(3), ReportId(1), same=False)
    barred = engine.judge(text, not_in=left_out)
    engine.remove(ReportId(3))
    engine.place(ReportId(3), said(TICKETS[3][1], minutes=3), ProblemId(2))
    assert engine.judge(text, not_in=left_out) == barred


def test_a_must_link_pulls_a_report_of_the_same_words() -> None:
    reports = {**EVERYDAY, 1: (1, "turnstile reader beeps red"), 2: (1, "annual pass not scanning at the turnstile")}
    engine = engine_with(reports)
    text = said("annual pass wont scan, turnstile", minutes=200)
    before = engine.judge(text)
    engine.link(ReportId(2), ReportId(1), same=True)
    after = engine.judge(text)
    assert after.probability > before.probability
    assert any("a person put a report like this there" in one.words for one in after.candidates[0].reasons)


def test_a_must_link_makes_the_linked_reports_problem_a_candidate() -> None:
    engine = engine_with({**EVERYDAY, 1: (1, "turnstile reader beeps red"), 2: (2, "annual pass not scanning")})
    engine.link(ReportId(2), ReportId(1), same=True)
    judgement = engine.judge(said("annual pass does not scan", minutes=200))
    assert {one.problem for one in judgement.candidates[:2]} == {1, 2}
