import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import customer_key, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("card 4111 1111 1111 1111 is declined", "card [card] is declined"),
        ("card 4111-1111-1111-1111 exp 05/26", "card [card] exp 05/26"),
        ("4111111111111111 0526 refused", "[card] 0526 refused"),
        ("amex 378282246310005", "amex [card]"),
        ("paid by card4111111111111111", "paid by card[card]"),
        ("two cards 4111111111111111 5555555555554444", "two cards [card] [card]"),
    ],
)
def test_card_numbers_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("iban GB82 WEST 1234 5698 7654 32 is refused", "iban [account] is refused"),
        ("de89370400440532013000", "[account]"),
        ("acct 12345678 shows nothing", "acct [account] shows nothing"),
        ("account number is 1234 5678", "account number is [account]"),
        ("sort code 12-34-56, a/c no. 12345678", "sort code [account], a/c no. [account]"),
    ],
)
def test_account_numbers_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call +44 7700 900123 back", "call [phone] back"),
        ("+44 (0)7700 900123", "[phone]"),
        ("0044 7700 900123", "[phone]"),
        ("07700900123/07700900124", "[phone]/[phone]"),
        ("number:07700900123", "number:[phone]"),
        ("no sms to 447700900123", "no sms to [phone]"),
        ("(212) 555-0123", "[phone]"),
        ("1-800-555-0199", "[phone]"),
        ("mob 7700 900123", "mob [phone]"),
        ("ring 555.123.4567", "ring [phone]"),
        ("06-12-34-56-78", "[phone]"),
        ("01 23 45 67 89", "[phone]"),
    ],
)
def test_phone_numbers_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("address", ["ana@example.com", "ana.b+x@mail.example.co.uk", "jürgen@bücher.example"])
def test_email_addresses_are_masked(address: str) -> None:
    assert mask(f"mail to {address}, bounced") == "mail to [email], bounced"


@pytest.mark.parametrize(
    "text",
    [
        "ERR-4012 at checkout",
        "4012",
        "payee 2207 2270 2271",
        "error 0x80070005",
        "app 11.3.2 build 202603021405",
        "mobile 11.3.2.1234567",
        "windows 10.0.19045.3570",
        "phone 192.168.100.200 unreachable",
        "HTTP 500, then 503",
        "took 1,234.50 twice",
        "1 000 000 000 EUR",
        "since 2026-03-02T10:30:00Z",
        "on 01-02-2026 10:30 and 02/03/2026",
        "12 03 2026 10 30",
        "account 2026-03-02 closed",
        "called 3 times, phone 9:00-17:00",
        "order 2125550123",
        "order 48213 not found",
        "not a card: 4111 1111 1111 1112",
        "not an iban: GB83 WEST 1234 5698 7654 32",
        "#0123456789",
        "@home box offline",
    ],
)
def test_codes_versions_amounts_dates_and_short_numbers_stay(text: str) -> None:
    assert mask(text) == text


_NUMBERS = ["4111 1111 1111 1111", "4111", "+44", "0", "07700", "900123", "GB82 WEST 1234 5698 7654 32", "01/02/2026"]
_AROUND = ["-", " ", ".", "/", "account ", "phone ", "a@b.co", "GB82", "x", "[card]", "(", ")", "ERR-", "é", "٤"]
_PIECES = st.sampled_from([*_NUMBERS, *_AROUND])


@given(st.lists(st.one_of(_PIECES, st.text(max_size=6)), max_size=12).map("".join))
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Zs"]), max_size=60))
def test_words_alone_are_never_changed(text: str) -> None:
    assert mask(text) == text


@given(st.integers(min_value=10**14, max_value=10**15 - 1))
def test_every_card_number_is_masked_wherever_it_stands(number: int) -> None:
    card = next(f"{number}{check}" for check in range(10) if passes_luhn(f"{number}{check}"))
    assert mask(f"card {card}, declined") == "card [card], declined"


def passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@pytest.mark.parametrize("piece", ["1 ", "a", "account no ", "a@", "GB82 ", "0", "+1 ", "(0", "aa11a a"])
@pytest.mark.timeout(10)
def test_the_longest_text_of_any_kind_is_masked_at_once(piece: str) -> None:
    assert mask(piece * (10_000 // len(piece)))


def test_a_customer_has_one_key_however_the_reference_is_typed() -> None:
    keys = {customer_key(reference, b"salt") for reference in ("AB-123 456", "ab123456", " Ab 123-456 ")}
    assert len(keys) == 1
    assert "123456" not in keys.pop()


def test_keys_differ_by_customer_and_by_installation() -> None:
    keys = {customer_key("A1", b"x"), customer_key("A2", b"x"), customer_key("A1", b"y"), customer_key("A1", b"z" * 99)}
    assert len(keys) == 4
