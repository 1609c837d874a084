"""Error codes and numbers pulled out of a text, to be compared exactly and never by likeness."""

import re
from dataclasses import dataclass

from dedupe.stems import stem
from dedupe.vocabulary import Vocabulary

_WORDED = (
    r"(?<![a-z0-9])(?P<word>{words})(?:\s*(?:no|number|num|is))?[\s:#.=\"\-]*(?P<worded>\d{{1,7}})(?![\d.,]*\d|[a-z])"
)
_FOLLOWED = r"(?<![a-z0-9.,£$€-])(?P<followed>\d{{3,6}})\s+(?:{words})(?![a-z0-9])"
_HEX = r"(?<![a-z0-9])(?P<hex>0x[0-9a-f]{2,16})(?![a-z0-9])"
_SYMBOL = r"(?<![a-z0-9_])(?P<symbol>[a-z]+(?:_[a-z0-9]+)+)(?![a-z0-9_])"
_HYPHEN = r"(?<![a-z0-9-])(?P<prefix>[a-z]{1,6})-(?P<digits>\d{2,7})(?![a-z0-9]|[.,]\d)"
_GLUED = r"(?<![a-z0-9-])(?P<letters>[a-z]{1,5})(?P<glued>\d{1,6})(?![a-z0-9]|[.,]\d)"
_AMOUNT = (
    r"(?P<amount>[£$€]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[£$€%]|(?:{units})(?![a-z0-9]))"
    r"|(?<!\d)\d{{1,2}}[:.]\d{{2}}(?![\d.])|\d{{1,4}}[/-]\d{{1,2}}(?:[/-]\d{{1,4}})?(?!\d))"
)
_VERSION = r"(?P<version>\d+(?:\.\d+)+)"
_ENDS = r"(?![\d.,:/-]*\d|[a-z]|\s?[£$€%]|\s?(?:{units})(?![a-z0-9]))"
_NAMED = (
    r"(?:(?P<hash>#|(?<![a-z])no\.)\s*|(?<![a-z0-9])(?P<name>[^\W\d_]{{2,}})\s+)(?P<number>\d{{1,6}})"
    + _ENDS
    + r"(?P<more>(?:\s*,\s*#?\d{{1,2}})*\s*(?:&|\+|and)\s*#?\d{{1,2}}"
    + _ENDS
    + r")?"
)
_BARE = r"(?<![\w.,£$€])(?P<bare>\d{3,12})(?![\w%£$€]|[.,]\d)"

_TELLING = re.compile(r"[\d_]")
"""Whatever is looked for has one of these."""
_FEWEST_BARE_DIGITS = 3
_GENERIC = ""
_SINGLE_LETTERS_OF_CODES = frozenset("ef")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOGETHER = " & "
_MONTHS = frozenset({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"})


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """One error code. `prefix` is empty where the text only says that the number is an error's."""

    prefix: str
    digits: str

    def agrees(self, other: "Code") -> bool:
        """ERR-4012, "error 4012" and TV-4012 as "error 4012" agree; TV-301 and BNK-301 do not."""
        return self.digits == other.digits and (self.prefix == other.prefix or _GENERIC in {self.prefix, other.prefix})

    def __str__(self) -> str:
        """As a person writes it."""
        return f"{self.prefix or 'err'}-{self.digits}".upper() if self.digits.isdecimal() else self.digits


@dataclass(frozen=True, kw_only=True, slots=True)
class Codes:
    """What of a text is compared exactly: `named` error codes, `bare` numbers that may be one, and numbers that
    tell one thing from its neighbour (`names`: "lane 4" is lane -> 4, "lanes 5 and 4" lane -> 4 & 5).
    """

    named: frozenset[Code] = frozenset()
    bare: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()


NO_CODES = Codes()


class CodeReader:
    """Finds the codes and numbers of a folded text by the words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        words = "|".join(sorted(map(re.escape, vocabulary.code_words), key=len, reverse=True))
        units = "|".join(sorted(map(re.escape, vocabulary.units), key=len, reverse=True))
        kinds = (
            _HEX,
            _SYMBOL,
            _WORDED.format(words=words),
            _FOLLOWED.format(words=words),
            _AMOUNT.format(units=units),
            _HYPHEN,
            _GLUED,
            _VERSION,
            _NAMED.format(units=units),
            _BARE,
        )
        self._pattern = re.compile("|".join(kinds))

    def read(self, folded: str) -> tuple[Codes, str]:
        """The codes, and the text without them and without amounts, times and dates."""
        if _TELLING.search(folded) is None:
            return NO_CODES, folded
        named: set[Code] = set()
        bare: set[str] = set()
        names: set[tuple[str, str]] = set()

        def take(match: re.Match[str]) -> str:
            found = {kind: text for kind, text in match.groupdict().items() if text is not None}
            if (code := self._code(found)) is not None:
                named.add(code)
                return " "
            name, number = self._name(found), self._bare(found)
            if name is None and number is None:
                return self._left_over(found, match[0])
            names.update([name] if name else [])
            bare.update([number] if number else [])
            return f" {found.get('name', '')} "

        rest = self._pattern.sub(take, folded)
        # Who names a code has said which: in "AX-403, not 500" the other number is none that it has.
        return Codes(named=frozenset(named), bare=frozenset(() if named else bare), names=frozenset(names)), rest

    def _code(self, found: dict[str, str]) -> Code | None:
        for kind in ("hex", "symbol"):
            if kind in found:
                return Code(kind if kind == "hex" else _GENERIC, found[kind])
        if digits := found.get("worded") or found.get("followed"):
            return Code(_GENERIC, _significant(digits))
        if "prefix" in found and found["prefix"] not in _MONTHS:
            return self._with_prefix(found["prefix"], found["digits"])
        if "letters" in found and self._is_code(found["letters"], found["glued"]):
            return self._with_prefix(found["letters"], found["glued"])
        return None

    def _with_prefix(self, prefix: str, digits: str) -> Code:
        return Code(_GENERIC if prefix in self._vocabulary.code_words else prefix, _significant(digits))

    def _is_code(self, letters: str, digits: str) -> bool:
        if letters in self._vocabulary.model_letters or len(digits) < 2:  # noqa: PLR2004 - one digit names a thing
            return False
        return len(letters) > 1 or letters in _SINGLE_LETTERS_OF_CODES

    def _name(self, found: dict[str, str]) -> tuple[str, str] | None:
        if "hash" in found:
            return ("#", _together(found))
        if "name" in found and self._can_name(found["name"]):
            return (stem(found["name"]), _together(found))
        if "letters" in found and found["letters"] not in self._vocabulary.model_letters:
            return (found["letters"], _significant(found["glued"]))
        return None

    def _bare(self, found: dict[str, str]) -> str | None:
        """A number that may be somebody's code: not a year, nor one that a word says is of something else. In
        "checkout 4021" it may be a code as well as the number of a checkout.
        """
        number = found.get("bare") or found.get("number", "")
        if len(number) < _FEWEST_BARE_DIGITS or _YEAR.fullmatch(number):
            return None
        return None if found.get("name") in self._vocabulary.not_names else _significant(number)

    def _can_name(self, word: str) -> bool:
        """Not "debited 80" or "for 3": an amount follows what is done or a word that says little."""
        is_verb = word.endswith(("ed", "ing"))
        return not is_verb and word not in self._vocabulary.not_names and stem(word) not in self._vocabulary.boilerplate

    @staticmethod
    def _left_over(found: dict[str, str], whole: str) -> str:
        """What stays in the text: versions as one word, the words around numbers, nothing of an amount."""
        if "amount" in found:
            return " "
        return f" {found['version'].replace('.', '_')} " if "version" in found else whole


def _together(found: dict[str, str]) -> str:
    """The numbers that a name has, the lowest first. Those after the first are short: a long one may be a code."""
    numbers = {_significant(number) for number in re.findall(r"\d+", f"{found['number']} {found.get('more', '')}")}
    return _TOGETHER.join(sorted(numbers, key=int))


def _significant(digits: str) -> str:
    return digits.lstrip("0") or "0"
