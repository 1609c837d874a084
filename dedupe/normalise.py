"""A report's text made comparable."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from dedupe.codes import CodeReader, Codes
from dedupe.languages import is_foreign
from dedupe.stems import stem
from dedupe.tokens import fold, split_words
from dedupe.vocabulary import Phrase, Vocabulary

_MASKED = re.compile(r"\[[a-z]+\]")
"""What stands for masked personal data, as "[card]": nothing to compare by."""

_NUMBER = r"(?:\d+|two|three|four|five|six|several|many)"
_ORDINAL = r"(?:\d+(?:st|nd|rd|th)|second|third|fourth|fifth)"
_NUMBERS = {"#": _NUMBER, "#th": _ORDINAL}
_GRAM_LENGTHS = (3, 4, 5)
_SPELT = 4_096
"""The grams of so many words are remembered."""
_ENOUGH_ALONE = 6
_ENOUGH = 4
_ENOUGH_WITH_SYMPTOM = 3
_ENOUGH_IN_MANY_WORDS = 2
_FEW_WORDS, _MANY_WORDS = 3, 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What is compared of a text.

    `words`: its informative stems -> how each was typed first. `plain`: the stems in order. `content`: how much it
    says: two for each word that tells one failure from another and each number, one for each of how it fails, for thin
    words together and for a negation ("no slots"), four for a code. `has_symptom`: whether it says how it fails, in
    words, thin ones ("broken") and negations among them, or by a code. `typed`: how many words were typed. `recurs`:
    whether it says itself that others had it too ("again", "third caller"). `is_foreign`: whether it is in another
    language than English.
    """

    words: Mapping[str, str]
    plain: str
    codes: Codes
    content: int
    has_symptom: bool
    typed: int
    recurs: bool
    is_foreign: bool

    @property
    def is_vague(self) -> bool:
        """Whether too little is said to join anything by it, or to be joined."""
        if self.has_symptom and self.content >= _ENOUGH_WITH_SYMPTOM:
            return False
        if self.content >= _ENOUGH_ALONE or (self.content >= _ENOUGH and self.typed >= _FEW_WORDS):
            return False
        return not (self.content >= _ENOUGH_IN_MANY_WORDS and self.typed >= _MANY_WORDS)

    @property
    def grams(self) -> Collection[str]:
        """Runs of three to five characters inside the words, with their edges, each once."""
        return dict.fromkeys(chain.from_iterable(map(spell, self.plain.split()))).keys()


class Normaliser:
    """Texts to wordings, by a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._codes = CodeReader(vocabulary)
        self._says_how = vocabulary.symptoms | vocabulary.vague
        self._recurrence = _any_of(vocabulary.recurrence)
        self._recurring = frozenset(max(set(phrase) - _NUMBERS.keys(), key=len) for phrase in vocabulary.recurrence)
        """One word of each phrase: a text with none of these has none of the phrases."""
        self._longest_shorthand = _longest_from(vocabulary.shorthand)
        self._longest_concept = _longest_from(vocabulary.concepts)

    def read(self, text: str) -> Wording:
        """Never raises, whatever the text; nothing of it beyond the first 2,000 characters is read."""
        codes, rest = self._codes.read(_MASKED.sub(" ", fold(text)))
        typed = split_words(rest)
        written_out, surfaces = _replace(typed, typed, self._vocabulary.shorthand, self._longest_shorthand)
        stems = tuple(map(stem, written_out))
        concepts, surfaces = _replace(stems, surfaces, self._vocabulary.concepts, self._longest_concept)
        kept = [both for both in zip(concepts, surfaces, strict=True) if self._says_something(both[0])]
        kept += [(token, token) for token in sorted(_code_tokens(codes))]
        said = split_words(text)
        words: dict[str, str] = {}
        for word, surface in kept:
            words.setdefault(word, surface)
        negates = not self._vocabulary.negations.isdisjoint(written_out)
        return Wording(
            words=words,
            plain=" ".join([word for word, _ in kept]),
            codes=codes,
            content=self._content(words, codes) + negates,
            has_symptom=bool(codes.named) or negates or not self._says_how.isdisjoint(words),
            typed=len(typed),
            recurs=self._recurs(said),
            is_foreign=is_foreign(said),
        )

    def _says_something(self, word: str) -> bool:
        return word not in self._vocabulary.boilerplate and (len(word) > 1 or not word.isascii())

    def _recurs(self, said: Sequence[str]) -> bool:
        return not self._recurring.isdisjoint(said) and self._recurrence.search(" ".join(said)) is not None

    def _content(self, words: Mapping[str, str], codes: Codes) -> int:
        thin = not self._vocabulary.vague.isdisjoint(words)
        content = 4 * len(codes.named) + 2 * len(codes.bare) + thin
        for word in words:
            if word in self._vocabulary.symptoms:
                content += 1
            elif word not in self._vocabulary.vague and not word.isdecimal():
                content += 2
        return content


def _code_tokens(codes: Codes) -> Iterator[str]:
    """Codes and numbers as words of their own; a code's digits alone, so that "4012" finds ERR-4012."""
    for code in codes.named:
        yield code.digits
    yield from codes.bare
    for name, number in codes.names:
        yield f"{name}{number}"


def _replace(
    words: Phrase, surfaces: Phrase, phrases: Mapping[Phrase, Phrase], longest: Mapping[str, int]
) -> tuple[Phrase, Phrase]:
    """Each longest phrase found, from left to right, by what it stands for, and how each word was typed. `longest`: how
    long a phrase that begins with a word may be.
    """
    found: list[str] = []
    typed: list[str] = []
    done = 0
    for start in [place for place, word in enumerate(words) if word in longest]:
        if start < done:
            continue
        for length in range(min(longest[words[start]], len(words) - start), 0, -1):
            end = start + length
            if (meaning := phrases.get(words[start:end])) is not None:
                found += (*words[done:start], *meaning)
                typed += (*surfaces[done:start], *[" ".join(surfaces[start:end])] * len(meaning))
                done = end
                break
    return (*found, *words[done:]), (*typed, *surfaces[done:])


def _longest_from(phrases: Iterable[Phrase]) -> dict[str, int]:
    """By its first word, how long the longest phrase is."""
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(len(phrase), longest.get(phrase[0], 0))
    return longest


def _any_of(phrases: Sequence[Phrase]) -> re.Pattern[str]:
    """Any of the phrases as whole words; "#" stands for a number, "#th" for its ordinal."""
    parts = [" ".join(_NUMBERS.get(word, re.escape(word)) for word in phrase) for phrase in phrases]
    return re.compile(rf"(?<!\S)(?:{'|'.join(parts) or '(?!)'})(?!\S)")


@lru_cache(_SPELT)
def spell(word: str) -> tuple[str, ...]:
    """The grams of a word."""
    edged = f" {word} "
    return tuple(
        [edged[start : start + length] for length in _GRAM_LENGTHS for start in range(len(edged) - length + 1)]
    )
