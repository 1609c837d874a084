"""What a desk's people decided, gone through again as it happened, so that its weights can learn from it.

Every report is judged anew by the real engine beside what was placed and linked when it came in. What it belongs to is
read off how reports are grouped now, after all that people did.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.bulk_import import ORIGIN as IMPORT
from bot.history import Linking, Placing, TakenReport
from bot.reports import Answer
from dedupe.engine import MatchingEngine
from dedupe.precedents import Precedent, Weighed
from dedupe.values import ProblemId, ReportId, ReportText, Verdict

SETTLED = timedelta(days=7)
"""What nobody questioned for so long is taken for unquestioned."""
MOST_DECIDED = 5_000
MOST_UNQUESTIONED = 3_000
"""The newest of each: what people thought years ago need not hold, and judging takes milliseconds."""
_ANSWERED = frozenset({Answer.SAME, Answer.NONE})


class DeskHistory:
    """All that a desk went through."""

    def __init__(self, changes: Sequence[Placing | Linking], taken: Iterable[TakenReport]) -> None:
        self._changes = changes
        self._reports = {each.report: each for each in taken}
        self._intake: dict[ReportId, int] = {}
        for number, change in enumerate(changes):
            if isinstance(change, Placing) and change.problem is not None and change.report in self._reports:
                self._intake.setdefault(change.report, number)

    def precedents(self, engine: MatchingEngine, *, by_meaning: bool, now: datetime) -> list[Precedent]:
        """Of the reports that people decided about, and of those that nobody questioned, in order of their intake.

        `engine`: one with nothing in it. Afterwards it is as the desk's index is now.
        """
        wanted = self._wanted(now)
        groups = _Groups({each.report: each.problem for each in self._reports.values()})
        found = []
        for number, change in enumerate(self._changes):
            if isinstance(change, Linking):
                engine.link(change.a, change.b, same=change.same)
                continue
            report = self._reports.get(change.report)
            if report is None:
                continue
            text = _text_of(report)
            if change.report in wanted and self._intake[change.report] == number:
                asked, near = engine.weigh(text)
                weighed = Weighed(asked=asked, near=near, weights=engine.shipped, by_meaning=by_meaning)
                precedent = _precedent(weighed, report, change.problem, groups, decided=wanted[change.report])
                found += [] if precedent is None else [precedent]
            groups.place(change.report, change.problem)
            if change.problem is None:
                engine.remove(change.report)
            else:
                engine.place(change.report, text, change.problem)
        return found

    def _wanted(self, now: datetime) -> dict[ReportId, bool]:
        """The reports to learn from, each with whether people decided about it."""
        decided = self._decided()
        told = sorted(decided, key=self._intake.__getitem__)[-MOST_DECIDED:]
        quiet = [
            report
            for report in sorted(self._intake, key=self._intake.__getitem__)
            if report not in decided and _is_unquestioned(self._reports[report], now)
        ]
        return dict.fromkeys(quiet[-MOST_UNQUESTIONED:], False) | dict.fromkeys(told, True)

    def _decided(self) -> set[ReportId]:
        """Whose question was answered; and of each pair that a rule holds for, the one that came in later: when it did,
        the other was there to be found.
        """
        rules: dict[tuple[ReportId, ReportId], bool | None] = {
            (change.a, change.b): change.same for change in self._changes if isinstance(change, Linking)
        }
        later = {
            max(pair, key=self._intake.__getitem__)
            for pair, same in rules.items()
            if same is not None and all(report in self._intake for report in pair)
        }
        answered = {each.report for each in self._reports.values() if each.answer in _ANSWERED}
        return {each for each in later | answered if each in self._intake and self._reports[each].problem is not None}


class _Groups:
    """Which problems the reports placed so far are in, and which of them lie in one problem now."""

    def __init__(self, now: Mapping[ReportId, ProblemId | None]) -> None:
        self._now = now
        self._then: dict[ReportId, ProblemId] = {}
        self._members: defaultdict[ProblemId, Counter[ProblemId]] = defaultdict(Counter)
        self._led_to: defaultdict[ProblemId, set[ProblemId]] = defaultdict(set)

    def place(self, report: ReportId, problem: ProblemId | None) -> None:
        now, before = self._now[report], self._then.pop(report, None)
        if before is not None and now is not None:
            self._members[before][now] -= 1
        if problem is None:
            return
        self._then[report] = problem
        if now is not None:
            self._members[problem][now] += 1
            self._led_to[now].add(problem)

    def belonging_to(self, problem: ProblemId) -> frozenset[ProblemId] | None:
        """The problems, as they are at this point, most of whose reports lie in this problem now. Empty where none of
        its reports has come yet; None where these are a minority everywhere.
        """
        if not any(self._members[then][problem] for then in self._led_to[problem]):
            return frozenset()
        found = frozenset(
            then
            for then in self._led_to[problem]
            if 2 * self._members[then][problem] > sum(self._members[then].values())
        )
        return found or None


def _precedent(
    weighed: Weighed, report: TakenReport, joined: ProblemId | None, groups: _Groups, *, decided: bool
) -> Precedent | None:
    """None where what became of the report says nothing."""
    if report.problem is None:
        return weighed.taken_back(joined) if joined is not None else None
    right = groups.belonging_to(report.problem)
    if right is None:
        return None
    is_as_done = joined in right if report.verdict is Verdict.SAME else not right
    # Where it lies elsewhere now though nobody spoke of it by itself, people moved it with others.
    return weighed.decided(right) if decided or not is_as_done else weighed.unquestioned(right)


def _is_unquestioned(report: TakenReport, now: datetime) -> bool:
    """Whether somebody saw what became of it and had the time to object. Of a report that was asked about and never
    answered nothing is known; and of a join that was withdrawn, that it was.
    """
    if report.origin == IMPORT or report.reported_at > now - SETTLED:
        return False
    if report.problem is None:
        return report.verdict is Verdict.SAME
    return report.verdict is not Verdict.ASK


def _text_of(report: TakenReport) -> ReportText:
    return ReportText(text=report.text, service=report.service, reported_at=report.reported_at, meaning=report.meaning)
