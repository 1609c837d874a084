"""Personal data of customers stays out: how a typed text is tidied, and what in it is masked before anything else."""

import re
import unicodedata
from collections.abc import Callable
from hashlib import blake2b
from itertools import combinations

from bot.errors import BadInputError

LONGEST_TEXT = 10_000

_CARD_DIGITS = range(13, 20)
_IBAN_CHARACTERS = range(15, 35)
_ACCOUNT_DIGITS = range(6, 19)
_PHONE_DIGITS = range(7, 16)

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,}")
_IBAN = re.compile(
    r"\b(?=([A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,4})?))\b)",
    re.IGNORECASE | re.ASCII,
)
_CARD = re.compile(r"(?<![\d.])\d(?:[ .-]?\d){12,30}(?!\d)")

_NUMBER = r"(\d(?:[ /.-]?\d)*)(?!\w)"
_UP_TO_IT = r"(?:\s?(?:numbers?|num|nr|nos?|is|was|are|on|at|his|her|their)\b\.?)*\s?[:#=-]?\s?"
_ACCOUNT = re.compile(rf"\b((?:account|acct|acc|a/c|sort ?code|s/c|routing)\b\.?{_UP_TO_IT}){_NUMBER}", re.IGNORECASE)
_CALLED = r"(?:tele)?phone|tel|ph|mobile|mob|cell|landline|msisdn|whatsapp|ring|call(?:ed|ing)?(?: ?back)?|cb"
_NAMED_PHONE = re.compile(rf"\b((?:{_CALLED})\b\.?{_UP_TO_IT}){_NUMBER}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w+])\+ ?\(?\d(?:[ ./()-]{0,3}\d){7,14}(?!\w)"  # +44 (0)7700 900123
    r"|(?<![\w#+-])(?<!\d[./:])(?:"
    r"00[1-9](?:[ ./()-]{0,2}\d){7,12}"  # 0044 7700 900123
    r"|\(?0[1-9](?:[ ./()-]{0,2}\d){7,9}"  # 07700 900123, (030) 1234567
    r"|(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}"  # (212) 555-0123
    r")(?!\w)"
)
_OTHER_NUMBER = r"error|err|code|order|ref|reference|ticket|case|build|version|id|no|number|tracking"
_BARE_PHONE = re.compile(
    rf"(\b(?:{_OTHER_NUMBER})\b[ .:#]*)?(?<![\w#+-])(?<!\d[./:])"
    r"(1?[2-9]\d\d[2-9]\d{6}|(?:31|33|34|39|44|49|61|91|353)\d{9,10})(?!\w)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<!\d)(?<!\d[-/.])(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d\d))(?![-/.]?\d)"
    r"|(?<!\d)(?:0\d|1[0-2]) 20\d\d(?!\d)"
)
_FULL_DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}")
_VERSION = re.compile(r"\d\.\d(?!\d)|(?<!\d)\d\.\d|^\d{1,3}(?:\.\d{1,3}){3}$", re.ASCII)

_DROPPED = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """The text in one line and in Unicode's NFC, without control and direction-override characters.

    Emoji and right-to-left scripts stay. Raises BadInputError, naming the length, for one over `LONGEST_TEXT`.
    """
    spaced = "".join(" " if unicodedata.category(each) == "Cc" else each for each in _DROPPED.sub("", text))
    tidy = " ".join(unicodedata.normalize("NFC", spaced).split())
    if len(tidy) > LONGEST_TEXT:
        raise BadInputError(
            f"The text has {len(tidy):,} characters, and {LONGEST_TEXT:,} is the most; please shorten it.",
            field="text",
        )
    return tidy


def mask(text: str) -> str:
    """The text with `[card]`, `[account]`, `[phone]` and `[email]` in the place of what identifies a customer.

    Codes, versions, amounts, dates, times and short numbers stay. Masking a masked text changes nothing.
    """
    while (masked := _mask_once(text)) != text:
        text = masked
    return text


def customer_key(reference: str, salt: bytes) -> str:
    """A one-way key of a customer's reference: the same customer, however it is typed, has the same key.

    `salt` is the installation's secret, without which keys cannot be guessed by trying references.
    """
    plain = "".join(each for each in unicodedata.normalize("NFKC", reference).casefold() if each.isalnum())
    return blake2b(plain.encode(), key=blake2b(salt).digest(), digest_size=16).hexdigest()


def _mask_once(text: str) -> str:
    text = _EMAIL.sub("[email]", text)
    text = _mask_ibans(text)
    text = _CARD.sub(_mask_card, text)
    text = _ACCOUNT.sub(_named(_is_account, "[account]"), text)
    text = _NAMED_PHONE.sub(_named(_is_phone, "[phone]"), text)
    text = _PHONE.sub(lambda found: found[0] if _DATE.search(found[0]) else "[phone]", text)
    return _BARE_PHONE.sub(lambda found: found[0] if found[1] else "[phone]", text)


def _named(is_one: Callable[[str], bool], mark: str) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] + mark if is_one(found[2]) else found[0]


def _is_account(number: str) -> bool:
    return _count_digits(number) in _ACCOUNT_DIGITS and not _FULL_DATE.search(number) and not _VERSION.search(number)


def _is_phone(number: str) -> bool:
    return _count_digits(number) in _PHONE_DIGITS and not _DATE.search(number) and not _VERSION.search(number)


def _count_digits(words: str) -> int:
    return sum(each.isdigit() for each in words)


def _mask_card(found: re.Match[str]) -> str:
    """Mask each card number in a run of digit groups, which may have an expiry date or a phone number beside it."""
    run = found[0]
    edges = [0, *(each.end() for each in re.finditer(r"[ .-]", run)), len(run) + 1]
    windows = sorted(combinations(edges, 2), key=lambda edge: edge[0] - edge[1])
    for start, end in windows:
        if _is_card(run[start : end - 1]):
            return f"{run[:start]}[card]{run[end - 1 :]}"
    return run


def _is_card(words: str) -> bool:
    digits = [int(each) for each in words if each.isdigit()]
    if len(digits) not in _CARD_DIGITS or not any(digits):
        return False
    doubled = [sum(divmod(2 * each, 10)) for each in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _mask_ibans(text: str) -> str:
    for found in _IBAN.finditer(text):
        words = found[1]
        ends = [len(words), *(each.start() for each in reversed(list(re.finditer("[ -]", words))))]
        for end in ends:
            if _is_iban(words[:end]):
                return text[: found.start()] + "[account]" + _mask_ibans(text[found.start() + end :])
    return text


def _is_iban(words: str) -> bool:
    plain = re.sub("[ -]", "", words).upper()
    return (
        len(plain) in _IBAN_CHARACTERS and int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1
    )
