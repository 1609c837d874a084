"""Whatever people do in whatever order: every report is in one problem, every count is right, undo takes back."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from bot import cards
from bot.messages import Action, Reply, Tone
from bot.people import Person, Role
from dedupe.values import ProblemId, ReportId, Thresholds
from escalation.policy import Level, Policy
from escalation.values import Problem, ProblemStatus
from tests.driver import ANA, BEN, TESS, Stage, make_desk, make_person
from tests.integration.dependability.grouping_model import Done, Model, RefusedError
from tests.integration.dependability.grouping_store import Stored, judge_afresh, judge_as_kept, read_all

T = TypeVar("T")

PEOPLE = (ANA, BEN, TESS, make_person("tom", Role.TRIAGER))
TEXTS = (
    "card declined at checkout with ERR-4012",
    "checkout says card declined, ERR-4012 again",
    "card declined at checkout with ERR-4021",
    "login page stays blank after the fingerprint scan",
    "fingerprint login shows a blank page",
    "app crashes when the customer opens the order list",
    "order list in the app does not open",
    "checkout spins for ever",
)
NEVER = 1 - 1e-15
CAREFUL = (None, Thresholds(same=NEVER, ask=0.01), Thresholds(same=NEVER, ask=NEVER))
STATUSES = [each for each in ProblemStatus if each not in {ProblemStatus.SNOOZED, ProblemStatus.DECLINED}]

people = st.sampled_from(PEOPLE)
picks = st.integers(0, 1_000)


def has_reports(machine: "Grouping") -> bool:
    return bool(machine.model.reports)


class Grouping(RuleBasedStateMachine):
    """The product beside the model. `made` is what is stored after the last step."""

    def __init__(self, fresh_database: Callable[[], str]) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.engine = make_engine(fresh_database())
        self.model = Model()
        self.stored = Stored()
        self.last: tuple[Person, object] | None = None

    @initialize(thresholds=st.sampled_from(CAREFUL))
    def open_desk(self, thresholds: Thresholds | None) -> None:
        # At this level nothing changes a status unasked, so that the model need not know when.
        desk = make_desk(Policy(level=Level.TICKETS))
        self.stage = Stage(SqlWork(self.engine), replace(desk, thresholds=thresholds))

    def teardown(self) -> None:
        if self.model.reports:
            for text in TEXTS:
                assert self.do(judge_as_kept(self.stage, text)) == self.do(judge_afresh(self.stage, text))
        self.do(self.engine.dispose())
        self.runner.close()

    @rule(person=people, text=st.sampled_from(TEXTS), at_once=st.booleans())
    def report(self, person: Person, text: str, *, at_once: bool) -> None:
        if not at_once:
            self.stage.pass_time(minutes=3)
        if self.model.is_repeat(person, text, self.stage.now):
            assert self.do(self.stage.say(person, text)).about == self.model.latest_of(person, text)
            return
        judgement = self.do(judge_afresh(self.stage, text))
        assert self.do(judge_as_kept(self.stage, text)) == judgement
        self.act(person, text, lambda: self.model.report(person, text, judgement, self.stage.now))

    @precondition(has_reports)
    @rule(person=people, number=picks)
    def say_same(self, person: Person, number: int) -> None:
        problem = self.problem(number)
        mine = self.model.latest_of(person)
        self.act(person, f"same #{problem}", lambda: self.model.same(person, mine, problem))

    @precondition(has_reports)
    @rule(person=people, one=picks, number=picks)
    def press_same(self, person: Person, one: int, number: int) -> None:
        report, problem = self.one_report(one), self.problem(number)
        button = Action(name=cards.SAME, label="", value=f"{report}:{problem}")
        self.act(person, button, lambda: self.model.same(person, report, problem))

    @precondition(has_reports)
    @rule(person=people, one=picks)
    def press_none_of_these(self, person: Person, one: int) -> None:
        report = self.one_report(one)
        button = Action(name=cards.NONE_OF_THESE, label="", value=str(report))
        self.act(person, button, lambda: self.model.none_of_these(person, report))

    @precondition(has_reports)
    @rule(person=people, one=picks)
    def press_not_the_same(self, person: Person, one: int) -> None:
        report = self.one_report(one)
        button = Action(name=cards.NOT_SAME, label="", value=str(report))
        self.act(person, button, lambda: self.model.not_same(person, report, self.stage.now))

    @precondition(has_reports)
    @rule(person=people, number=picks, other=picks)
    def merge(self, person: Person, number: int, other: int) -> None:
        lesser, into = self.problem(number), self.problem(other)
        self.act(person, f"merge #{lesser} #{into}", lambda: self.model.merge(person, lesser, into))

    @precondition(has_reports)
    @rule(person=people, number=picks, some=st.lists(picks, min_size=1, max_size=3))
    def split(self, person: Person, number: int, some: list[int]) -> None:
        problem = self.problem(number)
        members = self.model.members(self.model.live(problem)) or [self.one_report(0)]
        leavers = list(dict.fromkeys(members[pick % len(members)] for pick in some))
        command = f"split #{problem} " + " ".join(f"r{leaver}" for leaver in leavers)
        self.act(person, command, lambda: self.model.split(person, problem, leavers, self.stage.now))

    @precondition(has_reports)
    @rule(person=people, number=picks, status=st.sampled_from(STATUSES))
    def say_status(self, person: Person, number: int, status: ProblemStatus) -> None:
        problem = self.problem(number)
        self.act(person, f"status #{problem} {status.value}", lambda: self.model.write(person, problem, status))

    @precondition(has_reports)
    @rule(person=people, number=picks, until=st.sampled_from(["3d", "2 reports", "1 agent"]))
    def snooze(self, person: Person, number: int, until: str) -> None:
        problem = self.problem(number)
        self.act(person, f"snooze #{problem} {until}", lambda: self.model.write(person, problem, ProblemStatus.SNOOZED))

    @precondition(has_reports)
    @rule(person=people)
    def undo(self, person: Person) -> None:
        self.act(person, "undo", lambda: self.model.undo(person))

    @precondition(has_reports)
    @rule()
    def let_questions_expire(self) -> None:
        self.stage.pass_time(minutes=16)
        self.do(self.stage.housekeeping.expire_questions(self.stage.now))
        self.model.expire_questions()
        self.look()

    @precondition(has_reports)
    @rule()
    def work(self) -> None:
        self.do(self.stage.work())
        self.look()

    def problem(self, pick: int) -> ProblemId:
        """One of the problems that ever were, merged ones too; the first before there is any."""
        return ProblemId(1 + pick % max(1, len(self.model.born)))

    def one_report(self, pick: int) -> ReportId:
        return ReportId(1 + pick % max(1, len(self.model.reports)))

    def act(self, person: Person, what: str | Action, expect: Callable[[], Problem | None]) -> None:
        """Do it in the product and in the model: both refuse it, or both do it."""
        before = self.standing()
        stage = self.stage
        reply = self.do(stage.say(person, what) if isinstance(what, str) else stage.press(person, what))
        assert reply.message is not None
        assert not reply.message.title.startswith("Something went wrong")
        acts = self.acts_of(person)
        try:
            restored = expect()
        except RefusedError:
            assert reply.message.tone is Tone.WARNING, f"{what} should have been refused"
            return
        assert reply.message.tone is not Tone.WARNING, f"{what} was refused: {reply.message.title}"
        self.look()
        if restored is not None:
            assert self.stored.problems[restored.id] == restored
        if self.acts_of(person) > acts:
            self.note_writing(self.model.acts[person.id][-1])
            self.last = person, before
            return
        if self.acts_of(person) < acts and self.last is not None and self.last[0] is person:
            assert self.standing() == self.last[1], "undo did not put back what the last act changed"
        self.last = None

    def note_writing(self, done: Done) -> None:
        if done.before is not None:
            done.after = self.stored.problems[done.before.id]
            assert done.after.status is done.status

    def acts_of(self, person: Person) -> int:
        return len(self.model.acts.get(person.id, ()))

    def standing(self) -> object:
        """What undo has to bring back exactly."""
        return self.model.grouping(), dict(self.model.rules)

    def look(self) -> None:
        self.stored = self.do(read_all(self.stage, len(self.model.born)))
        self.model.problems = self.stored.problems

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)

    @invariant()
    def every_report_is_in_exactly_one_problem_that_is_not_merged(self) -> None:
        assert self.stored.found_in == {report: [home] for report, home in self.model.home.items()}
        assert self.stored.listed == self.model.all_live()
        merged = {each.id: each.merged_into for each in self.stored.problems.values() if each.merged_into is not None}
        assert merged == self.model.merged
        assert merged.keys().isdisjoint(self.model.home.values())

    @invariant()
    def no_report_is_lost_or_changed(self) -> None:
        stored = {each.id: (each.reporter, each.text, each.reported_at) for each in self.stored.reports.values()}
        assert stored == {report: (made.by, made.text, made.at) for report, made in self.model.reports.items()}
        withdrawn = {each.id for each in self.stored.reports.values() if each.withdrawn_at is not None}
        assert withdrawn == self.model.withdrawn

    @invariant()
    def every_count_is_right(self) -> None:
        expected = {problem: self.model.count(problem) for problem in self.model.grouping()}
        counts = self.stored.counts.items()
        assert {problem: (c.reports, c.agents, c.first_seen, c.last_seen) for problem, c in counts} == expected
        tallies = [(problem, tally) for problem, tally in self.stored.tallies.items() if tally.reports]
        assert {problem: (t.reports, t.agents, t.first_seen, t.last_seen) for problem, t in tallies} == expected
        assert self.stored.seen_most == {problem: reports for problem, (reports, *_) in expected.items()}

    @invariant()
    def what_people_decided_is_remembered(self) -> None:
        assert self.stored.rules == self.model.rules
        assert self.stored.parked == []


def test_any_acts_in_any_order_keep_each_report_in_one_problem_and_every_count_right(
    migrated_file: Path, tmp_path: Path
) -> None:
    numbers = count()

    def fresh_database() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(migrated_file, path)
        return f"sqlite:///{path}"

    run_state_machine_as_test(
        lambda: Grouping(fresh_database),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            phases=(Phase.generate,),
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
