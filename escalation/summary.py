"""A ticket's one-line summary, as a triager would write it: the service, what fails, the code."""

from collections import Counter
from collections.abc import Collection, Sequence

from dedupe.code_names import named_codes
from escalation.values import Problem
from escalation.wording import shorten

TITLE_LENGTH = 120
_SHORTEST = 3
_CODES = 2


def compose_title(
    problem: Problem, texts: Sequence[str] = (), services: Sequence[str] = (), codes: Sequence[str] = ()
) -> str:
    """Such as "Payments: card declined at the last step (ERR-4012)": the words that most reports have in common, the
    service most of them name, and their codes; each where it does not say again what the words say.
    """
    symptom = most_typical(texts) or problem.title
    service = services[0] if services else problem.service
    head = f"{service}: " if service and service.casefold() not in symptom.casefold() else ""
    unsaid = [code for code in codes[:_CODES] if code not in named_codes(symptom)]
    tail = f" ({', '.join(unsaid)})" if unsaid else ""
    return shorten(f"{head}{shorten(symptom, TITLE_LENGTH - len(head) - len(tail))}{tail}", TITLE_LENGTH)


def most_typical(texts: Sequence[str]) -> str | None:
    """The text whose words the most others share, of those alike the shortest; None where there are none to compare."""
    if len(texts) < _SHORTEST:
        return None
    bags = [_words(text) for text in texts]
    spread = Counter(word for bag in bags for word in bag)
    shared = [sum(spread[word] - 1 for word in bag) / (len(bag) + 2) for bag in bags]
    best = max(range(len(texts)), key=lambda each: (shared[each], -len(texts[each]), -each))
    return texts[best] if shared[best] else None


def most_unlike(texts: Sequence[str], limit: int) -> list[str]:
    """So many of the texts, in their order: the most typical one, then each time the one that says most that is new."""
    if len(texts) <= limit:
        return list(texts)
    first = most_typical(texts) or texts[0]
    chosen = [texts.index(first)]
    bags = [_words(text) for text in texts]
    while len(chosen) < limit:
        rest = [each for each in range(len(texts)) if each not in chosen]
        chosen.append(min(rest, key=lambda each: (_nearest(bags[each], [bags[one] for one in chosen]), -each)))
    return [texts[each] for each in sorted(chosen)]


def count_codes(texts: Sequence[str]) -> list[str]:
    """The codes that the texts name, most often named first."""
    counts = Counter(code for text in texts for code in named_codes(text))
    return sorted(counts, key=lambda code: (-counts[code], code))


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in text.casefold().split() if len(word) >= _SHORTEST)


def _nearest(bag: frozenset[str], chosen: Collection[frozenset[str]]) -> float:
    return max(len(bag & other) / max(1, len(bag | other)) for other in chosen)
