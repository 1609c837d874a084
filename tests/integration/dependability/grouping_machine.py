"""The product and the model side by side, and what must hold of them after every step."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from adapters.db.engine import make_engine
from bot.desks import Desk
from bot.matching import DeskIndexes
from bot.messages import Action, Tone
from bot.people import Person
from dedupe.engine import MatchingEngine
from dedupe.values import Judgement, ProblemId, ReportId
from escalation.values import Problem
from tests.driver import Stage
from tests.integration.dependability.grouping_model import Model, RefusedError
from tests.integration.dependability.grouping_store import Stored, judge_all, read_all

T = TypeVar("T")


class SideBySide(RuleBasedStateMachine):
    """`stored` is what there is after the last step. `last` is who did it and how all stood before, if it was an act
    that can be taken back."""

    stage: Stage
    stored: Stored

    def __init__(self, url: str, build: Callable[[Desk], MatchingEngine]) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.sql = make_engine(url)
        self.build = build
        self.model = Model()
        self.last: tuple[Person, object] | None = None

    def teardown(self) -> None:
        self.do(self.sql.dispose())
        self.runner.close()

    def problem(self, pick: int) -> ProblemId:
        """One of the problems that ever were, merged ones too."""
        return ProblemId(1 + pick % len(self.model.born))

    def one_report(self, pick: int) -> ReportId:
        return ReportId(1 + pick % len(self.model.reports))

    def judge(self, *texts: str) -> list[Judgement]:
        """What the index says that has followed every change: the same as one made of what is stored now."""
        stage = self.stage
        judged = self.do(judge_all(stage, stage.indexes, texts))
        assert judged == self.do(judge_all(stage, DeskIndexes(self.build), texts))
        return judged

    def act(self, person: Person, what: str | Action, expect: Callable[[], Problem | None]) -> None:
        """Do it in the product and in the model: both refuse it, or both do it."""
        before, acts = self.standing(), self.acts_of(person)
        stage = self.stage
        reply = self.do(stage.say(person, what) if isinstance(what, str) else stage.press(person, what))
        self.stored = self.do(read_all(stage, self.sql))
        assert reply.message is not None
        title, is_refused = reply.message.title, reply.message.tone is Tone.WARNING
        assert not title.startswith("Something went wrong")
        try:
            restored = expect()
        except RefusedError:
            assert is_refused, f"{what} should have been refused"
            assert self.stored.problems == self.model.problems
        else:
            assert not is_refused, f"{what} was refused: {title}"
            self.check_done(person, self.acts_of(person) - acts, before, restored)
        self.model.problems = self.stored.problems

    def check_done(self, person: Person, acts: int, before: object, restored: Problem | None) -> None:
        """`acts` is how many more acts the person has to take back; `before` is how all stood before this one."""
        if restored is not None:
            assert self.stored.problems[restored.id] == restored
        if acts > 0 and (done := self.model.acts[person.id][-1]).before is not None:
            done.after = self.stored.problems[done.before.id]
            assert done.after.status is done.status
        if acts < 0 and self.last is not None and self.last[0] is person:
            assert self.standing() == self.last[1], "undo did not bring back what the last act changed"
        self.last = (person, before) if acts > 0 else None

    def acts_of(self, person: Person) -> int:
        return len(self.model.acts.get(person.id, ()))

    def standing(self) -> object:
        """What undo has to bring back exactly."""
        return self.model.grouping(), dict(self.model.rules)

    def look(self) -> None:
        """After what was not done by a person."""
        self.stored = self.do(read_all(self.stage, self.sql))
        self.model.problems = self.stored.problems

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)

    @invariant()
    def every_report_is_in_exactly_one_problem_that_is_not_merged(self) -> None:
        assert self.stored.home == self.model.home
        assert self.stored.listed == self.model.all_live()
        merged = {each.id: each.merged_into for each in self.stored.problems.values() if each.merged_into is not None}
        assert merged == self.model.merged
        assert merged.keys().isdisjoint(self.model.home.values())

    @invariant()
    def no_report_is_lost_or_changed(self) -> None:
        stored = self.stored.reports
        made = self.model.reports.items()
        assert {report: (row.by, row.text, row.at) for report, row in stored.items()} == {
            report: (each.by, each.text, each.at) for report, each in made
        }
        assert {report for report, row in stored.items() if row.is_withdrawn} == self.model.withdrawn

    @invariant()
    def every_count_is_right(self) -> None:
        expected = self.model.counts()
        counts = self.stored.counts.items()
        assert {problem: (c.reports, c.agents, c.first_seen, c.last_seen) for problem, c in counts} == expected
        assert self.stored.seen_most == {problem: reports for problem, (reports, *_) in expected.items()}

    @invariant()
    def what_people_decided_is_remembered(self) -> None:
        assert self.stored.rules == self.model.rules
        assert self.stored.parked == []
