"""What became of the reports of a desk, in numbers."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields

SHOWN = (1, 3, 5)


@dataclass(kw_only=True, slots=True)
class Tally:
    """`joined_wrong` is of repeats, `new_joined_wrong` of reports nobody had made before; `missed` are repeats neither
    joined nor asked about with the right problem shown. `at`: how many repeats had the right problem among the first k.
    `firsts`: of each report the score of its first candidate, and whether that was right.
    """

    reports: int = 0
    repeats: int = 0
    joined_right: int = 0
    joined_wrong: int = 0
    asked_right: int = 0
    missed: int = 0
    new_asked: int = 0
    new_joined_wrong: int = 0
    problems: int = 0
    true_problems: int = 0
    at: Counter[int] = field(default_factory=Counter)
    firsts: list[tuple[float, bool]] = field(default_factory=list)
    placed: list[tuple[Hashable, Hashable]] = field(default_factory=list)

    def plus(self, other: "Tally") -> "Tally":
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    @property
    def new(self) -> int:
        return self.reports - self.repeats

    @property
    def wrong(self) -> int:
        """All joins that are wrong."""
        return self.joined_wrong + self.new_joined_wrong

    def share_at(self, shown: int) -> float:
        return self.at[shown] / max(1, self.repeats)

    def figures(self) -> dict[str, float]:
        """Counts, and shares for ranking and grouping."""
        return {
            "reports": self.reports,
            "repeats": self.repeats,
            "joined_right": self.joined_right,
            "joined_wrong": self.joined_wrong,
            "asked_right": self.asked_right,
            "missed": self.missed,
            "new_asked": self.new_asked,
            "new_joined_wrong": self.new_joined_wrong,
            **{f"r{shown}": round(self.share_at(shown), 4) for shown in SHOWN},
            "bcubed_f1": round(bcubed_f1(self.placed), 4),
            "problems": self.problems,
            "true_problems": self.true_problems,
        }


def link_f1(firsts: Iterable[tuple[float, bool]], repeats: int) -> float:
    """The best F1 over all thresholds of joining the first candidate."""
    right, best = 0, 0.0
    for joined, (_, is_right) in enumerate(sorted(firsts, key=lambda one: -one[0]), start=1):
        right += is_right
        best = max(best, 2 * right / max(1, joined + repeats))
    return best


def repeats_at_precision(firsts: Iterable[tuple[float, bool]], repeats: int, precision: float) -> float:
    """The share of repeats that can be joined right while so many of the joins are right."""
    right, most = 0, 0
    for joined, (_, is_right) in enumerate(sorted(firsts, key=lambda one: -one[0]), start=1):
        right += is_right
        if right / joined >= precision:
            most = right
    return most / max(1, repeats)


def bcubed_f1(placed: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Of (problem, failure) for each report: the harmonic mean of how pure and how whole its problem is."""
    if not placed:
        return 0.0
    both, problems, failures = Counter(placed), Counter(one for one, _ in placed), Counter(one for _, one in placed)
    precision = sum(count * count / problems[problem] for (problem, _), count in both.items()) / len(placed)
    recall = sum(count * count / failures[failure] for (_, failure), count in both.items()) / len(placed)
    return 2 * precision * recall / (precision + recall)


def pairwise_f1(placed: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Of (problem, failure) for each report: F1 of its pairs that are in one problem."""
    both, problems, failures = Counter(placed), Counter(one for one, _ in placed), Counter(one for _, one in placed)
    right, joined, true = (_pairs(counts.values()) for counts in (both, problems, failures))
    return 2 * right / (joined + true) if joined + true else 1.0


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def reliability(firsts: Iterable[tuple[float, bool]], bounds: Sequence[float]) -> list[tuple[float, int, float, float]]:
    """By band of probability: its lower bound, how many first candidates, what was promised, what was right."""
    bands: defaultdict[float, list[tuple[float, bool]]] = defaultdict(list)
    for probability, is_right in firsts:
        bands[max((bound for bound in bounds if bound <= probability), default=bounds[0])].append(
            (probability, is_right)
        )
    return [
        (bound, len(band), sum(one for one, _ in band) / len(band), sum(right for _, right in band) / len(band))
        for bound, band in sorted(bands.items())
    ]
