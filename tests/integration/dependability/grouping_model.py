"""What acts make of the grouping: the product is held against it."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime

from bot.people import Person
from dedupe.values import Judgement, ProblemId, ReportId, Verdict
from escalation.values import Problem, ProblemStatus
from tests.integration.dependability.grouping_state import Done, Known, Made, Pair


class RefusedError(Exception):
    """The product must refuse the act and change nothing."""


class Model(Known):
    """Each act changes what is known, or raises RefusedError and changes nothing."""

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
        acts = self.acts.get(person.id)
        if not acts:
            raise RefusedError
        done = acts[-1]
        if any(self.home[report] != here for report, (_, here) in done.moves.items()):
            raise RefusedError
        restored = self._restore(done) if done.before is not None else None
        if done.withdraws is not None:
            self.withdrawn.add(done.withdraws)
        if done.merged is not None:
            del self.merged[done.merged]
        for report, (back, _) in done.moves.items():
            self.home[report] = self.live(back)
        for pair, before in reversed(done.rules):
            self._put_rule(pair, same=before)
        if done.question is not None:
            self.unanswered.add(done.question)
            self.expired.discard(done.question)
        for back, here in done.moves.values():
            if here not in self.merged and not self.members(here):
                self.merged[here] = self.live(back)
        acts.pop()
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
        self._put_rule(pair, same=same)

    def _put_rule(self, pair: Pair, *, same: bool | None) -> None:
        self.rules.pop(pair, None)
        if same is not None:
            self.rules[pair] = same

    def _note(self, person: Person, done: Done) -> None:
        self.acts.setdefault(person.id, []).append(done)
