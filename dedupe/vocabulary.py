"""The words people use for the same things, as data."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from dedupe.errors import VocabularyError
from dedupe.stems import stem
from dedupe.tokens import split_words

Phrase = tuple[str, ...]
NEGATION = "not"


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Shorthand word for word, concepts by their stems, words that say little, and what numbers mean.

    `shorthand` and `concepts` are keyed by phrases, tuples of one word or more.
    """

    shorthand: Mapping[Phrase, Phrase]
    concepts: Mapping[Phrase, Phrase]
    boilerplate: frozenset[str]
    vague: frozenset[str]
    symptoms: frozenset[str]
    negations: frozenset[str]
    opposites: tuple[tuple[str, str], ...]
    code_words: frozenset[str]
    units: frozenset[str]
    not_names: frozenset[str]
    model_letters: frozenset[str]
    common_codes: frozenset[str]
    recurrence: tuple[Phrase, ...]


def load_vocabulary(extra: Mapping[str, str] | None = None) -> Vocabulary:
    """The package's vocabulary, with a desk's own shorthand: as typed -> what it stands for ("" drops the word)."""
    tables = tomllib.loads(files("dedupe").joinpath("data/vocabulary.toml").read_text(encoding="utf-8"))
    return build_vocabulary(tables, extra or {})


def build_vocabulary(tables: Mapping[str, Any], extra: Mapping[str, str]) -> Vocabulary:
    """Raises VocabularyError, naming the table, where one is missing or of another shape."""
    try:
        numbers, words = tables["numbers"], tables["words"]
        return Vocabulary(
            shorthand=_phrases({**tables["shorthand"], **extra}),
            concepts=_concepts(tables["concepts"]),
            boilerplate=frozenset(map(stem, words["boilerplate"].split())),
            vague=frozenset(map(stem, words["vague"].split())),
            symptoms=frozenset(map(stem, words["symptoms"].split())),
            negations=frozenset(words["negations"].split()),
            opposites=tuple((stem(a), stem(b)) for a, b in tables["opposites"]["pairs"]),
            code_words=frozenset(numbers["code_words"]),
            units=frozenset(numbers["units"]),
            not_names=frozenset(numbers["not_names"]),
            model_letters=frozenset(numbers["model_letters"]),
            common_codes=frozenset(numbers["common_codes"]),
            recurrence=tuple(tuple(phrase.split()) for phrase in tables["recurrence"]["phrases"]),
        )
    except KeyError as error:
        raise VocabularyError(f"the vocabulary lacks {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise VocabularyError(f"a table of the vocabulary has another shape than expected: {error}") from error


def _phrases(table: Mapping[str, str]) -> dict[Phrase, Phrase]:
    return {key: split_words(value) for words, value in table.items() if (key := split_words(words))}


def _concepts(table: Mapping[str, Iterable[str]]) -> dict[Phrase, Phrase]:
    """Each variant's stems -> the concept's one name. The name stands for itself too."""
    found: dict[Phrase, Phrase] = {}
    for name, variants in table.items():
        canonical = (stem(name),)
        for variant in variants:
            found[tuple(map(stem, split_words(variant)))] = canonical
    return found
