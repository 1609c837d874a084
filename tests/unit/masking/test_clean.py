import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInputError
from bot.masking import LONGEST_TEXT, clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  app \t crashes\r\non login ", "app crashes on login"),
        ("a\x00b\x1b[31mred", "a b [31mred"),
        ("cafe\u0301", "caf\u00e9"),
        ("pay\u202enow\u2066!\u2069", "paynow!"),
        ("ze\u200bro\ufeff wi\u00addth", "zero width"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("👩\u200d💻 עזרה 🔥", "👩\u200d💻 עזרה 🔥"),
        ("Robert'); DROP TABLE reports;-- <b>x</b>", "Robert'); DROP TABLE reports;-- <b>x</b>"),
        (" \n ", ""),
    ],
)
def test_a_text_is_tidied_and_loses_no_word(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_the_longest_text_is_kept_whole() -> None:
    assert clean("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


def test_a_longer_text_is_refused_with_its_length() -> None:
    with pytest.raises(BadInputError, match=r"The text has 10,001 characters, and 10,000 is the most") as refused:
        clean("x" * (LONGEST_TEXT + 1))
    assert refused.value.field == "text"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_a_tidied_text_stays_as_it_is_and_can_be_stored(text: str) -> None:
    tidy = clean(text)
    assert clean(tidy) == tidy
    assert tidy.encode().decode() == tidy
