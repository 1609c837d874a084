"""Whatever is typed, the engine answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.engine import MatchingEngine
from dedupe.normalise import Normaliser
from dedupe.values import ProblemId, ReportId, Verdict
from tests.unit.dedupe.desk import EVERYDAY, VOCABULARY, engine_with, said

WILD = {
    "empty": "",
    "blank": " \t\r\n ",
    "emoji": "🙂🔥👩‍👩‍👧‍👦 ‼️",
    "right to left": "لا يمكن تسجيل الدخول إلى التطبيق",
    "overrides": "card \u202edeclined\u202c \u200b\u200d\ufeff",
    "control characters": "\x00\x01\x07card\x1b[31m declined\x7f",
    "lone surrogate": "card \ud800 declined",
    "sql": "'; DROP TABLE reports; --",
    "markup": "<script>alert(1)</script> <b>card</b> &amp; <!here>",
    "braces": "{} {0} %s %(x)s ${HOME} \\1 (?P<x>",
    "digits": "1" * 10_000,
    "one long word": "a" * 10_000,
    "many words": "card declined at checkout " * 400,
    "expanding": "ﷺ" * 10_000,
    "marks": "e" + "\u0301" * 9_999,
    "separators": "a_-.:#1" * 1_500,
    "colons": "error:" + " " * 9_994,
}


@pytest.fixture(scope="module")
def engine() -> MatchingEngine:
    return engine_with({**EVERYDAY, 1: (1, "card declined at checkout ERR-4012")})


@pytest.mark.parametrize("text", WILD.values(), ids=WILD.keys())
def test_a_wild_text_is_judged_placed_found_and_removed(engine: MatchingEngine, text: str) -> None:
    before = engine.judge(said("card rejected"))
    engine.place(ReportId(500), said(text), ProblemId(500))
    found = engine.search(said(text), 3)
    engine.judge(said(text))
    engine.remove(ReportId(500))
    assert len(found) <= 3
    assert engine.judge(said("card rejected")) == before


@settings(max_examples=200)
@given(text=st.text(max_size=300), service=st.none() | st.text(max_size=20))
def test_any_text_gets_a_verdict_and_a_probability(engine: MatchingEngine, text: str, service: str | None) -> None:
    judgement = engine.judge(said(text, service=service))
    assert judgement.verdict in Verdict
    assert 0 <= judgement.probability <= 1
    assert judgement.reasons
    assert len(judgement.candidates) <= 3


def test_ten_thousand_characters_cost_no_more_than_two_thousand() -> None:
    wording = Normaliser(VOCABULARY).read(" ".join(f"word{number}x" for number in range(2_000)))
    assert len(wording.plain) < 2_100
    assert len(wording.grams) < 5_000


def test_only_the_beginning_of_a_long_text_is_compared() -> None:
    normaliser = Normaliser(VOCABULARY)
    assert normaliser.read("voucher refused " + " " * 2_000 + "ERR-4012").codes.named == frozenset()
