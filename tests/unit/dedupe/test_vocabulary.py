import pytest

from dedupe.errors import VocabularyError
from dedupe.normalise import Normaliser, Wording
from dedupe.stems import stem
from dedupe.vocabulary import build_vocabulary, load_vocabulary
from tests.unit.dedupe.desk import VOCABULARY


def read(text: str) -> Wording:
    return Normaliser(VOCABULARY).read(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cx cant log in to acct", "customer can't sign in to account"),
        ("2FA not received", "verification code never arrives"),
        ("otp missing", "one-time password disappeared"),
        ("declined", "Rejected"),
        ("pymt stuck", "payment frozen"),
        ("e-mail", "email"),
        ("Café", "CAFE\u0301"),
        ("fullwidth", "\uff46\uff55\uff4c\uff4c\uff57\uff49\uff44\uff54\uff48"),
    ],
)
def test_two_ways_of_saying_it_are_one(one: str, other: str) -> None:
    assert set(read(one).words) == set(read(other).words) != set()


def test_what_says_nothing_is_dropped() -> None:
    assert read("Hi, customer says please help asap n/a thanks").words == {}


def test_masked_personal_data_is_not_compared() -> None:
    assert set(read("[phone] blocked for [email]").words) == {"block"}


def test_the_word_as_typed_is_kept_for_the_reasons() -> None:
    assert read("never received the verification code").words == {
        "not_arriving": "never received",
        "otp": "verification code",
    }


@pytest.mark.parametrize(
    "text", ["", "error", "app issue", "system slow again", "website down", "card reader", "not working"]
)
def test_too_little_said_is_vague(text: str) -> None:
    assert read(text).is_vague


@pytest.mark.parametrize(
    "text",
    [
        "android app crash",
        "PX-402",
        "lane 4 barrier frozen",
        "loyalty points page shows german text",
        "no delivery slots",
        "two deposits taken",
        "app signs in then the account page just hangs",
    ],
)
def test_a_failing_thing_or_a_code_is_enough(text: str) -> None:
    assert not read(text).is_vague


def test_a_desk_adds_its_own_words() -> None:
    own = Normaliser(load_vocabulary({"vdt": "van delivery tablet", "kunde": ""}))
    assert set(own.read("kunde: VDT frozen").words) == set(own.read("van delivery tablet stuck").words)


def test_a_desk_may_change_what_the_package_says() -> None:
    assert set(Normaliser(load_vocabulary({"dd": "deep discount"})).read("dd").words) == {"deep", stem("voucher")}


def test_a_vocabulary_without_a_table_is_refused_by_name() -> None:
    with pytest.raises(VocabularyError, match="numbers"):
        build_vocabulary({}, {})


def test_a_vocabulary_of_another_shape_is_refused() -> None:
    tables = {"numbers": {}, "words": {"boilerplate": 3, "vague": "", "symptoms": ""}, "shorthand": {}, "concepts": {}}
    with pytest.raises(VocabularyError, match="shape"):
        build_vocabulary(tables, {})
