from dedupe.values import ProblemId, ReportId, Verdict
from tests.unit.dedupe.desk import EVERYDAY, engine_with, said


def test_a_person_can_read_why() -> None:
    engine = engine_with(EVERYDAY, service="Web")
    for number in range(1, 7):
        engine.place(
            ReportId(number),
            said("card declined at checkout ERR-4012", service="Cards", minutes=100 + number),
            ProblemId(1),
        )
    judgement = engine.judge(said("card rejected on checkout err 4012", service="cards", minutes=120))
    words = [reason.words for reason in judgement.candidates[0].reasons]
    assert judgement.verdict is Verdict.SAME
    assert "both say ERR-4012" in words
    assert "same service" in words
    assert "'rejected' ≈ 'declined'" in words
    assert judgement.reasons == tuple(one for one in judgement.candidates[0].reasons if one.weight > 0)


def test_a_burst_is_told_with_its_number() -> None:
    engine = engine_with(EVERYDAY)
    for number in range(1, 7):
        engine.place(ReportId(number), said("loyalty points vanished", minutes=100 + number), ProblemId(1))
    judgement = engine.judge(said("points of loyalty scheme gone", minutes=110))
    assert "6 reports in the last 2 hours" in [one.words for one in judgement.candidates[0].reasons]


def test_reasons_come_strongest_first() -> None:
    engine = engine_with({**EVERYDAY, 1: (1, "card declined at checkout ERR-4012")}, service="Cards")
    judgement = engine.judge(said("card refused at checkout 4012", service="Cards", minutes=60))
    weights = [abs(one.weight) for one in judgement.candidates[0].reasons]
    assert weights == sorted(weights, reverse=True)


def test_what_speaks_against_is_told_with_a_negative_weight() -> None:
    engine = engine_with({**EVERYDAY, 1: (1, "card declined at checkout")}, service="Cards")
    judgement = engine.judge(said("card declined at checkout", service="Website", minutes=60 * 24 * 20))
    against = {one.words for one in judgement.candidates[0].reasons if one.weight < 0}
    assert against == {"another service than Website", "last reported 19 days before"}
