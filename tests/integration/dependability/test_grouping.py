"""Whatever people do in whatever order: every report is in one problem, every count is right, undo takes back."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from bot import cards
from bot.messages import Action, Reply, Tone
from bot.people import Person, Role
from dedupe.values import ProblemId, ReportId, Thresholds
from escalation.policy import Level, Policy
from escalation.values import Problem
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
STATUSES = ("open", "acknowledged", "in progress", "fixed", "closed")

people = st.sampled_from(PEOPLE)
picks = st.integers(0, 1_000)


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

    @rule(person=people, number=picks)
    def say_same(self, person: Person, number: int) -> None:
        problem = self.problem(number)
        mine = self.model.latest_of(person)
        self.act(person, f"same #{problem}", lambda: self.model.same(person, mine, problem))

    @rule(person=people, one=picks, number=picks)
    def press_same(self, person: Person, one: int, number: int) -> None:
        report, problem = self.one_report(one), self.problem(number)
        button = Action(name=cards.SAME, label="", value=f"{report}:{problem}")
        self.act(person, button, lambda: self.model.same(person, report, problem))

    @rule(person=people, one=picks)
    def press_none_of_these(self, person: Person, one: int) -> None:
        report = self.one_report(one)
        button = Action(name=cards.NONE_OF_THESE, label="", value=str(report))
        self.act(person, button, lambda: self.model.none_of_these(person, report))

    @rule(person=people, one=picks)
    def press_not_the_same(self, person: Person, one: int) -> None:
        report = self.one_report(one)
        button = Action(name=cards.NOT_SAME, label="", value=str(report))
        self.act(person, button, lambda: self.model.not_same(person, report, self.stage.now))

    @rule(person=people, number=picks, other=picks)
    def merge(self, person: Person, number: int, other: int) -> None:
        lesser, into = self.problem(number), self.problem(other)
        self.act(person, f"merge #{lesser} #{into}", lambda: self.model.merge(person, lesser, into))

    @rule(person=people, number=picks, some=st.lists(picks, min_size=1, max_size=3))
    def split(self, person: Person, number: int, some: list[int]) -> None:
        problem = self.problem(number)
        members = self.model.members(self.model.live(problem)) or [self.one_report(0)]
        leavers = list(dict.fromkeys(members[pick % len(members)] for pick in some))
        command = f"split #{problem} " + " ".join(f"r{leaver}" for leaver in leavers)
        self.act(person, command, lambda: self.model.split(person, problem, leavers, self.stage.now))

    @rule(person=people, number=picks, status=st.sampled_from(STATUSES))
    def say_status(self, person: Person, number: int, status: str) -> None:
        problem = self.problem(number)
        self.act(person, f"status #{problem} {status}", lambda: self.model.write(person, problem, status=status))

    @rule(person=people, number=picks, until=st.sampled_from(["3d", "2 reports", "1 agent"]))
    def snooze(self, person: Person, number: int, until: str) -> None:
        problem = self.problem(number)
        self.act(person, f"snooze #{problem} {until}", lambda: self.model.write(person, problem, status="snoozed"))

    @rule(person=people)
    def undo(self, person: Person) -> None:
        self.act(person, "undo", lambda: self.model.undo(person))

    @rule()
    def let_questions_expire(self) -> None:
        self.stage.pass_time(minutes=16)
        self.do(self.stage.housekeeping.expire_questions(self.stage.now))
        self.model.expire_questions()

    @rule()
    def work(self) -> None:
        self.do(self.stage.work())
