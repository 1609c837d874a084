"""What people decided of two reports, remembered."""

from collections import defaultdict
from collections.abc import Set as AbstractSet

from dedupe.values import ReportId

_NOBODY: frozenset[ReportId] = frozenset()


class Links:
    """Must-links and cannot-links between reports, placed or not. A pair has one rule at the most."""

    def __init__(self) -> None:
        self._same: defaultdict[ReportId, set[ReportId]] = defaultdict(set)
        self._not_same: defaultdict[ReportId, set[ReportId]] = defaultdict(set)

    def put(self, a: ReportId, b: ReportId, *, same: bool | None) -> None:
        """Remember that they are the same failure, or that they are not, or with None forget what was said."""
        for rules in (self._same, self._not_same):
            _unpair(rules, a, b)
        if same is not None and a != b:
            rules = self._same if same else self._not_same
            rules[a].add(b)
            rules[b].add(a)

    def __bool__(self) -> bool:
        """Whether people decided anything."""
        return bool(self._same or self._not_same)

    def same_as(self, report: ReportId) -> AbstractSet[ReportId]:
        return self._same.get(report, _NOBODY)

    def not_same_as(self, report: ReportId) -> AbstractSet[ReportId]:
        return self._not_same.get(report, _NOBODY)

    def kept_apart(self) -> AbstractSet[ReportId]:
        """The reports that a cannot-link speaks of."""
        return self._not_same.keys()


def _unpair(rules: defaultdict[ReportId, set[ReportId]], a: ReportId, b: ReportId) -> None:
    for one, other in ((a, b), (b, a)):
        if one in rules:
            rules[one].discard(other)
            if not rules[one]:
                del rules[one]
