import pytest

from dedupe.codes import Code, CodeReader, Codes
from dedupe.tokens import fold
from tests.unit.dedupe.desk import VOCABULARY

READER = CodeReader(VOCABULARY)


def codes(text: str) -> Codes:
    return READER.read(fold(text))[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ERR-4012", "ERR-4012"),
        ("err 4012", "ERR-4012"),
        ("error 4012", "ERR-4012"),
        ("Error: 04012", "ERR-4012"),
        ("error code #4012", "ERR-4012"),
        ("ERR4012", "ERR-4012"),
        ("gets a 4012 error", "ERR-4012"),
        ("PX-402", "PX-402"),
        ("px402", "PX-402"),
        ("red banner with E17 on it", "E-17"),
        ("fails with 0x80070057", "0x80070057"),
        ("err_ssl_protocol_error shown", "err_ssl_protocol_error"),
    ],
)
def test_a_code_is_read_however_it_is_typed(text: str, code: str) -> None:
    assert [str(one) for one in codes(text).named] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "tried 3 times",
        "since 9:30 on 2026-03-04",
        "charged £4012",
        "4012 customers",
        "iphone 14 with ios 17.3",
        "galaxy s22",
        "since 2019",
        "mar-12",
        "order 88213",
        "waited 45 mins",
        "12.50 off",
    ],
)
def test_amounts_dates_models_and_references_are_neither_codes_nor_names(text: str) -> None:
    assert codes(text) == Codes()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lane 4", ("lane", "4")),
        ("#3 pump", ("#", "3")),
        ("atm no. 12", ("#", "12")),
        ("in MB4", ("mb", "4")),
        ("#2 & 3 covers", ("#", "2 & 3")),
        ("lanes 7, 5 and 4 are frozen", ("lane", "4 & 5 & 7")),
        ("lane 4 and 20% of the tills", ("lane", "4")),
    ],
)
def test_a_number_that_names_a_thing_goes_with_what_it_names(text: str, name: tuple[str, str]) -> None:
    assert codes(text).names == {name}


def test_digits_alone_may_be_a_code() -> None:
    assert codes("payment refused 4021") == Codes(bare=frozenset({"4021"}))
    assert codes("checkout 4021 and 4012").bare == {"4021", "4012"}


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (Code("", "4012"), Code("tv", "4012"), True),
        (Code("tv", "301"), Code("tv", "301"), True),
        (Code("tv", "301"), Code("bnk", "301"), False),
        (Code("", "42"), Code("", "24"), False),
    ],
)
def test_codes_agree_by_digits_and_prefix(one: Code, other: Code, agree: bool) -> None:  # noqa: FBT001 - a table's column
    assert one.agrees(other) is other.agrees(one) is agree


def test_the_rest_of_the_text_keeps_its_words_and_versions() -> None:
    assert READER.read(fold("App 11.3 fails in lane 4 ERR-4012 £20"))[1].split() == [
        "app",
        "11_3",
        "fails",
        "in",
        "lane",
    ]


def test_beside_a_code_that_is_named_another_number_is_no_code() -> None:
    assert codes("AX-403 not 500! customer has dual accounts") == Codes(named=frozenset({Code("ax", "403")}))
