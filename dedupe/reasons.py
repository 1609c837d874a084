"""Why, in a person's words."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import partial

from dedupe.comparing import agreeing_codes, conflicting_codes
from dedupe.decision import Scored
from dedupe.evidence import Asked
from dedupe.features import BY_MEANING, BY_WORDS, Features
from dedupe.stems import stem
from dedupe.tokens import split_words
from dedupe.values import Reason, Verdict
from dedupe.weights import Weights

_MOST_WORDS = 4
_MOST_REASONS = 6
_NEARLY_AS_TYPED = 0.85
_SIMILAR_LETTERS = 0.3
_HALF = 0.5
_QUOTED = 80
_MEANS_NEARLY_THE_SAME = 1.2
_FEWEST_IN_TWO_HOURS = 2
_TOO_LITTLE = "too little is said to compare"

_WORDS = frozenset(name for name in BY_WORDS if name.startswith("words_")) | {"rarest_shared"}
_LETTERS = frozenset(name for name in BY_WORDS if name.startswith(("chars_", "spelling")))
_CODES = frozenset(name for name in BY_WORDS if name.startswith("code_"))
_NUMBERS = frozenset({"name_agrees", "name_conflicts"})
_SERVICE = frozenset(name for name in BY_MEANING if "service" in name)
_BURST = frozenset(name for name in BY_MEANING if "burst" in name)
_QUIET = frozenset(name for name in BY_MEANING if "quiet" in name) | {"age"}
_MEANING = BY_MEANING - BY_WORDS - _SERVICE - _BURST - _QUIET


def explain(weights: Weights, asked: Asked, scored: Scored) -> tuple[Reason, ...]:
    """The evidence that counts most for or against the problem, strongest first."""
    values, scheme = scored.evidence.values, weights.scheme(by_meaning=scored.evidence.by_meaning)
    worth = partial(scheme.worth, values)
    found = [
        *_meaning(scored, values, worth(_MEANING)),
        *_same_words(asked, scored, worth(_WORDS)),
        *_letters(values, worth(_LETTERS)),
        *_codes(asked, scored, worth(_CODES)),
        *_numbers(asked, scored, worth(_NUMBERS)),
        *_service(asked, values, worth(_SERVICE)),
        *_burst(asked, scored, worth(_BURST)),
        *_quiet(asked, scored, worth(_QUIET)),
    ]
    if scored.pulled > 0:
        found.append(Reason(words="a person put a report like this there", weight=scored.pulled))
    if scored.taken_over > 0:
        found.append(Reason(words="the next likeliest is probably the same failure", weight=scored.taken_over))
    found.sort(key=lambda reason: (-abs(reason.weight), reason.words))
    return tuple(Reason(words=one.words, weight=round(one.weight, 3)) for one in found[:_MOST_REASONS])


def sum_up(verdict: Verdict, asked: Asked, shown: Sequence[Scored], reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Why the verdict is what it is: what forbids to join, then the evidence for it, strongest first. `reasons`: those
    of the first that is shown.
    """
    if not shown:
        return (Reason(words=_TOO_LITTLE if asked.wording.is_vague else "nothing reported so far is like it"),)
    bars = [Reason(words=bar) for bar in shown[0].bars]
    speaking_for = [reason for reason in reasons if reason.weight > 0]
    if verdict is Verdict.SAME:
        return tuple(speaking_for) or (Reason(words="alike on the whole"),)
    if verdict is Verdict.ASK:
        return (*bars, *speaking_for) or (Reason(words="alike on the whole, but not enough to be sure"),)
    against = [reason for reason in reasons if reason.weight < 0]
    return (Reason(words="nothing reported so far is like it enough"), *bars, *against)


def _meaning(scored: Scored, values: Features, worth: float) -> list[Reason]:
    if not scored.evidence.by_meaning or worth == 0:
        return []
    if worth < 0:
        return [Reason(words="means something else", weight=worth)] if values["typical_best"] < _HALF else []
    nearly = values["typical_best"] >= _MEANS_NEARLY_THE_SAME
    quoted = _quote(scored.evidence.nearest.said)
    return [Reason(words=f"means {'nearly the same as' if nearly else 'much like'}: “{quoted}”", weight=worth)]


def _quote(text: str) -> str:
    """The beginning of a report in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED].rstrip()}…"


def _same_words(asked: Asked, scored: Scored, worth: float) -> list[Reason]:
    if worth <= 0:
        return []
    ours, nearest = asked.wording.words, scored.evidence.nearest
    theirs, typed = nearest.words, set(map(stem, split_words(nearest.said)))
    exact = {code.digits for code in asked.wording.codes.named} | asked.wording.codes.bare
    shared = [word for word in ours if word in theirs and word not in exact]
    same = [word for word in shared if all(stem(part) in typed for part in ours[word].split())]
    alike = [word for word in shared if word not in same]
    if not (same or alike):
        return []
    each = worth / (len(same) + len(alike))
    words = nearest.wording.words if alike else {}
    found = [Reason(words=f"'{ours[word]}' ≈ '{words[word]}'", weight=each) for word in alike[:_MOST_WORDS]]
    if same:
        named = ", ".join(ours[word] for word in same[:_MOST_WORDS])
        found.append(Reason(words=f"same words: {named}", weight=each * len(same)))
    return found


def _letters(values: Features, worth: float) -> list[Reason]:
    if worth <= 0:
        return []
    if max(values["spelling"], values["spelling_sorted"]) >= _NEARLY_AS_TYPED:
        return [Reason(words="almost the same wording", weight=worth)]
    return [Reason(words="similar spelling", weight=worth)] if values["chars_best"] >= _SIMILAR_LETTERS else []


def _codes(asked: Asked, scored: Scored, worth: float) -> list[Reason]:
    known = scored.evidence.problem
    ours = asked.wording.codes
    if agreeing_codes(ours, known) and worth > 0:
        agreeing = [
            code
            for code in (*known.codes, *ours.named)
            if code.digits in ours.bare or code.digits in known.bare or any(code.agrees(one) for one in ours.named)
        ]
        return [Reason(words=f"both say {max(agreeing, key=lambda code: (bool(code.prefix), code))}", weight=worth)]
    if (differing := conflicting_codes(ours, known)) is not None and worth < 0:
        return [Reason(words=f"says {differing[0]}, not {differing[1]}", weight=worth)]
    return []


def _numbers(asked: Asked, scored: Scored, worth: float) -> list[Reason]:
    both = sorted(name for name in asked.wording.codes.names if name in scored.evidence.problem.names)
    if not both or worth <= 0:
        return []
    name, number = both[0]
    return [Reason(words=f"both say {name}{'' if name == '#' else ' '}{number}", weight=worth)]


def _service(asked: Asked, values: Features, worth: float) -> list[Reason]:
    if values["service_same"] >= _HALF and worth > 0:
        return [Reason(words="same service", weight=worth)]
    if values["service_other"] > _HALF and worth < 0:
        return [Reason(words=f"another service than {asked.text.service}", weight=worth)]
    return []


def _burst(asked: Asked, scored: Scored, worth: float) -> list[Reason]:
    times, at = scored.evidence.problem.times, asked.text.reported_at.timestamp()
    before = bisect_right(times, at)
    for hours, fewest in ((2, _FEWEST_IN_TWO_HOURS), (24, 1)):
        count = before - bisect_left(times, at - hours * 3600)
        if count >= fewest and worth > 0:
            return [Reason(words=f"{count} report{'s' if count > 1 else ''} in the last {hours} hours", weight=worth)]
    return []


def _quiet(asked: Asked, scored: Scored, worth: float) -> list[Reason]:
    times, at = scored.evidence.problem.times, asked.text.reported_at.timestamp()
    before = bisect_right(times, at)
    days = int((at - times[before - 1]) // 86_400) if before else 0
    if days < 1 or worth >= 0:
        return []
    return [Reason(words=f"last reported {days} day{'s' if days > 1 else ''} before", weight=worth)]
