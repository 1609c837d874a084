"""What acts make of the grouping, in plain dictionaries: the product is held against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from bot.intake import REPEAT_WINDOW
from bot.people import Person
from dedupe.values import Candidate, Judgement, ProblemId, ReportId, Verdict
from escalation.values import PersonId, Problem, ProblemStatus

Pair = tuple[ReportId, ReportId]


class RefusedError(Exception):
    """The product must refuse the act and change nothing."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A report as it was made."""

    by: PersonId
    text: str
    at: datetime


@dataclass(kw_only=True)
class Done:
    """What an act did, so that the model can take it back. Moves are from where and to where; `before` and `after` are
    the problem whose fields were written, to have that status."""

    withdraws: ReportId | None = None
    moves: dict[ReportId, tuple[ProblemId, ProblemId]] = field(default_factory=dict)
    merged: ProblemId | None = None
    rules: list[tuple[Pair, bool | None]] = field(default_factory=list)
    question: ReportId | None = None
    before: Problem | None = None
    after: Problem | None = None
    status: ProblemStatus | None = None


class Model:
    """Problems and reports are numbered from 1, each in the order they were made. `problems` are as they are stored:
    of their fields the model only says what may be written, and what comes back."""

    def __init__(self) -> None:
        self.reports: dict[ReportId, Made] = {}
        self.home: dict[ReportId, ProblemId] = {}
        self.withdrawn: set[ReportId] = set()
        self.born: dict[ProblemId, datetime] = {}
        self.merged: dict[ProblemId, ProblemId] = {}
        self.rules: dict[Pair, bool] = {}
        self.asked: dict[ReportId, Sequence[Candidate]] = {}
        self.unanswered: set[ReportId] = set()
        self.expired: set[ReportId] = set()
        self.acts: dict[PersonId, list[Done]] = {}
        self.problems: Mapping[ProblemId, Problem] = {}

    # What the model says.

    def live(self, problem: ProblemId) -> ProblemId:
        while problem in self.merged:
            problem = self.merged[problem]
        return problem

    def all_live(self) -> list[ProblemId]:
        return [problem for problem in self.born if problem not in self.merged]

    def members(self, problem: ProblemId) -> list[ReportId]:
        """Withdrawn ones too, oldest first."""
        mine = [report for report, home in self.home.items() if home == problem]
        return sorted(mine, key=lambda report: (self.reports[report].at, report))

    def counted(self, problem: ProblemId) -> list[ReportId]:
        return [report for report in self.members(problem) if report not in self.withdrawn]

    def grouping(self) -> dict[ProblemId, list[ReportId]]:
        """The problems that have reports that count, each with those."""
        return {problem: counted for problem in self.all_live() if (counted := self.counted(problem))}

    def count(self, problem: ProblemId) -> tuple[int, int, datetime, datetime]:
        """Reports, agents, first and last of those that count; there must be one."""
        counted = [self.reports[report] for report in self.counted(problem)]
        moments = [made.at for made in counted]
        return len(counted), len({made.by for made in counted}), min(moments), max(moments)

    def latest_of(self, person: Person, text: str | None = None) -> ReportId | None:
        """The person's newest report that is not withdrawn, of these words if some are given."""
        mine = [
            (made.at, report)
            for report, made in self.reports.items()
            if made.by == person.id and report not in self.withdrawn and text in {None, made.text}
        ]
        return max(mine)[1] if mine else None

    def is_repeat(self, person: Person, text: str, now: datetime) -> bool:
        known = self.latest_of(person, text)
        return known is not None and self.reports[known].at >= now - REPEAT_WINDOW

    # What acts do.

    def report(self, person: Person, text: str, judgement: Judgement, now: datetime) -> None:
        report = ReportId(len(self.reports) + 1)
        joins = judgement.verdict is Verdict.SAME
        self.home[report] = judgement.candidates[0].problem if joins else self._found(now)
        self.reports[report] = Made(by=person.id, text=text, at=now)
        if judgement.verdict is Verdict.ASK:
            self.asked[report] = judgement.candidates
            self.unanswered.add(report)
        self._note(person, Done(withdraws=report))

    def same(self, person: Person, report: ReportId | None, number: ProblemId) -> None:
        if report is None or not self._may(person, report):
            raise RefusedError
        home, target = self.home[report], self.live(number)
        if home == target:
            if report not in self.unanswered - self.expired:
                raise RefusedError
            self.unanswered.discard(report)
            return
        founded = report in self.asked and self.born[home] == self.reports[report].at
        whole = founded or self.members(home) == [report]
        nearest = self._nearest(report, target)
        done = Done(merged=home if whole else None, question=self._answer(report))
        self._move(self.members(home) if whole else [report], target, done)
        if whole:
            self.merged[home] = target
        self._rule(report, nearest, same=True, done=done)
        self._note(person, done)

    def none_of_these(self, person: Person, report: ReportId) -> None:
        if not self._may(person, report) or report not in self.unanswered:
            raise RefusedError
        done = Done(question=self._answer(report))
        for likely in self.asked[report]:
            self._rule(report, likely.nearest, same=False, done=done)
        self._note(person, done)

    def not_same(self, person: Person, report: ReportId, now: datetime) -> None:
        mates = [each for each in self.members(self.home[report]) if each != report]
        if not self._may(person, report) or not mates:
            raise RefusedError
        done = Done()
        self._move([report], self._found(now), done)
        self._rule(report, mates[0], same=False, done=done)
        self._note(person, done)

    def merge(self, person: Person, number: ProblemId, into: ProblemId) -> None:
        lesser, greater = self.live(number), self.live(into)
        if not person.is_triager or lesser == greater:
            raise RefusedError
        movers, stayers = self.members(lesser), self.members(greater)
        done = Done(merged=lesser)
        for pair, same in list(self.rules.items()):
            if not same and {self.home[pair[0]], self.home[pair[1]]} == {lesser, greater}:
                self._rule(*pair, same=None, done=done)
        self._move(movers, greater, done)
        self.merged[lesser] = greater
        self._rule(movers[0], stayers[0], same=True, done=done)
        self._note(person, done)

    def split(self, person: Person, number: ProblemId, leavers: Sequence[ReportId], now: datetime) -> None:
        members = self.members(self.live(number))
        stayers = [each for each in members if each not in leavers]
        if not person.is_triager or not set(leavers) <= set(members) or not stayers:
            raise RefusedError
        done = Done()
        self._move(leavers, self._found(now), done)
        for leaver in leavers:
            self._rule(leaver, stayers[0], same=False, done=done)
        for leaver in leavers[1:]:
            self._rule(leavers[0], leaver, same=True, done=done)
        self._note(person, done)

    def expire_questions(self) -> None:
        self.expired |= self.unanswered

    def write(self, person: Person, number: ProblemId, status: ProblemStatus) -> None:
        problem = self.problems[self.live(number)]
        is_ended_sleep = status is ProblemStatus.SNOOZED and problem.status.is_ended
        is_there = status is problem.status and status is not ProblemStatus.SNOOZED
        if not person.is_triager or is_ended_sleep or is_there:
            raise RefusedError
        self._note(person, Done(before=problem, status=status))

    def undo(self, person: Person) -> Problem | None:
        """Take the person's last act back, if what it moved or wrote is as it left it. Gives a problem whose fields
        are written, as it must be then."""
        done = (self.acts.get(person.id) or [None])[-1]
        if done is None or any(self.home[report] != here for report, (_, here) in done.moves.items()):
            raise RefusedError
        restored = self._restore(done) if done.before is not None else None
        if done.withdraws is not None:
            self.withdrawn.add(done.withdraws)
        if done.merged is not None:
            del self.merged[done.merged]
        for report, (back, _) in done.moves.items():
            self.home[report] = self.live(back)
        for pair, before in reversed(done.rules):
            self._put_rule(pair, before)
        if done.question is not None:
            self.unanswered.add(done.question)
            self.expired.discard(done.question)
        for back, here in done.moves.values():
            if here not in self.merged and not self.members(here):
                self.merged[here] = self.live(back)
        self.acts[person.id].pop()
        return restored

    def _restore(self, done: Done) -> Problem:
        before, after = done.before, done.after
        assert before is not None
        assert after is not None
        changed = [each.name for each in fields(Problem) if getattr(before, each.name) != getattr(after, each.name)]
        now = self.problems[before.id]
        if before.id in self.merged or any(getattr(now, name) != getattr(after, name) for name in changed):
            raise RefusedError
        return replace(now, **{name: getattr(before, name) for name in changed})

    def _may(self, person: Person, report: ReportId) -> bool:
        return person.is_triager or self.reports[report].by == person.id

    def _found(self, now: datetime) -> ProblemId:
        problem = ProblemId(len(self.born) + 1)
        self.born[problem] = now
        return problem

    def _nearest(self, report: ReportId, target: ProblemId) -> ReportId:
        """The member of the problem that the report was likened to, or its first."""
        likened = [one.nearest for one in self.asked.get(report, ()) if self.home[one.nearest] == target]
        return likened[0] if likened else self.members(target)[0]

    def _answer(self, report: ReportId) -> ReportId | None:
        was_open = report in self.unanswered
        self.unanswered.discard(report)
        return report if was_open else None

    def _move(self, reports: Iterable[ReportId], to: ProblemId, done: Done) -> None:
        for report in reports:
            done.moves[report] = (self.home[report], to)
            self.home[report] = to

    def _rule(self, a: ReportId, b: ReportId, *, same: bool | None, done: Done) -> None:
        pair = (min(a, b), max(a, b))
        done.rules.append((pair, self.rules.get(pair)))
        self._put_rule(pair, same)

    def _put_rule(self, pair: Pair, same: bool | None) -> None:
        self.rules.pop(pair, None)
        if same is not None:
            self.rules[pair] = same

    def _note(self, person: Person, done: Done) -> None:
        self.acts.setdefault(person.id, []).append(done)
