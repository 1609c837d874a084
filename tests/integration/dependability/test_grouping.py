"""Whatever people do in whatever order: every report is in one problem, every count is right, undo takes back."""

import shutil
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
    run_state_machine_as_test,
)

from adapters.db.work import SqlWork
from bot import cards
from bot.desks import Desk
from bot.messages import Action
from bot.people import Person, Role
from dedupe.engine import MatchingEngine
from dedupe.values import Thresholds
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import load_weights
from escalation.policy import Level, Policy
from escalation.values import ProblemStatus
from tests.driver import ANA, BEN, TESS, Stage, make_desk, make_person
from tests.integration.dependability.grouping_machine import SideBySide
from tests.integration.dependability.grouping_store import tally_all

T = TypeVar("T")

TOM = make_person("tom", Role.TRIAGER)
PEOPLE = (ANA, BEN, TESS, TOM)
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
# Each as often as it is to be tried.
WEIGHTS = {
    "report": 4,
    "say_same": 1,
    "press_same": 2,
    "press_none_of_these": 1,
    "press_not_the_same": 2,
    "merge": 2,
    "split": 2,
    "say_status": 2,
    "snooze": 2,
    "undo": 6,
    "let_questions_expire": 1,
    "look_closely": 1,
    "work": 1,
}
WEIGHTED = [act for act, weight in WEIGHTS.items() for _ in range(weight)]
NEVER = 1 - 1e-15
CAREFUL = (None, Thresholds(same=NEVER, ask=0.01), Thresholds(same=NEVER, ask=NEVER))
STATUSES = [each for each in ProblemStatus if each not in {ProblemStatus.SNOOZED, ProblemStatus.DECLINED}]

UNTIL = ("3d", "2 reports", "1 agent")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What an act may need to be told; numbers choose among what there is then."""

    person: Person
    triager: Person
    text: str
    one: int
    other: int
    status: ProblemStatus
    until: str
    yes: bool


people, picks = st.sampled_from(PEOPLE), st.integers(0, 1_000)
choices = st.builds(
    Chosen,
    person=people,
    triager=st.sampled_from([TESS, TOM, TESS, TOM, BEN]),
    text=st.sampled_from(TEXTS),
    one=picks,
    other=picks,
    status=st.sampled_from(STATUSES),
    until=st.sampled_from(UNTIL),
    yes=st.booleans(),
)


class Grouping(SideBySide):
    """What people can do, in any order."""

    @initialize(thresholds=st.sampled_from(CAREFUL), first=st.lists(choices, min_size=5, max_size=8))
    def open_desk(self, thresholds: Thresholds | None, first: list[Chosen]) -> None:
        # At this level nothing changes a status unasked, so that the model need not know when.
        desk = make_desk(Policy(level=Level.TICKETS))
        self.stage = Stage(SqlWork(self.sql), replace(desk, thresholds=thresholds))
        for chosen in first:
            self.report(chosen)

    @rule(act=st.sampled_from(WEIGHTED), chosen=choices)
    def step(self, act: str, chosen: Chosen) -> None:
        # One rule for all, because hypothesis leaves most of many rules out of each run.
        getattr(self, act)(chosen)

    def report(self, chosen: Chosen) -> None:
        person, text = chosen.person, chosen.text
        if chosen.one % 4:
            self.stage.pass_time(minutes=3)
        if self.model.is_repeat(person, text, self.stage.now):
            assert self.do(self.stage.say(person, text)).about == self.model.latest_of(person, text)
            return
        (judgement,) = self.judge(text)
        self.act(person, text, lambda: self.model.report(person, text, judgement, self.stage.now))

    def say_same(self, chosen: Chosen) -> None:
        person, problem = chosen.person, self.problem(chosen.one)
        mine = self.model.latest_of(person)
        self.act(person, f"same #{problem}", lambda: self.model.same(person, mine, problem))

    def press_same(self, chosen: Chosen) -> None:
        person, report, problem = chosen.triager, self.one_report(chosen.one), self.problem(chosen.other)
        button = Action(name=cards.SAME, label="", value=f"{report}:{problem}")
        self.act(person, button, lambda: self.model.same(person, report, problem))

    def press_none_of_these(self, chosen: Chosen) -> None:
        asked = list(self.model.asked) or [self.one_report(chosen.one)]
        person, report = chosen.triager, asked[chosen.one % len(asked)]
        button = Action(name=cards.NONE_OF_THESE, label="", value=str(report))
        self.act(person, button, lambda: self.model.none_of_these(person, report))

    def press_not_the_same(self, chosen: Chosen) -> None:
        person, report = chosen.triager, self.one_report(chosen.one)
        button = Action(name=cards.NOT_SAME, label="", value=str(report))
        self.act(person, button, lambda: self.model.not_same(person, report, self.stage.now))

    def merge(self, chosen: Chosen) -> None:
        person, lesser, into = chosen.triager, self.problem(chosen.one), self.problem(chosen.other)
        apart = [pair for pair, same in self.model.rules.items() if not same]
        if chosen.yes and apart:  # What was kept apart is what triagers think about again.
            lesser, into = (self.model.home[report] for report in apart[chosen.one % len(apart)])
        self.act(person, f"merge #{lesser} #{into}", lambda: self.model.merge(person, lesser, into))

    def split(self, chosen: Chosen) -> None:
        person, problem = chosen.triager, self.model.home[self.one_report(chosen.one)]
        members = self.model.members(problem)
        leavers = [report for report in members if chosen.other >> report % 10 & 1] or members[:1]
        command = f"split #{problem} " + " ".join(f"r{leaver}" for leaver in leavers)
        self.act(person, command, lambda: self.model.split(person, problem, leavers, self.stage.now))

    def say_status(self, chosen: Chosen) -> None:
        person, problem, status = chosen.triager, self.problem(chosen.one % 3), chosen.status
        self.act(person, f"status #{problem} {status.value}", lambda: self.model.write(person, problem, status))

    def snooze(self, chosen: Chosen) -> None:
        person, problem = chosen.triager, self.problem(chosen.one % 3)
        asleep = ProblemStatus.SNOOZED
        self.act(person, f"snooze #{problem} {chosen.until}", lambda: self.model.write(person, problem, asleep))

    def undo(self, chosen: Chosen) -> None:
        person = self.last[0] if self.last is not None and chosen.yes else chosen.triager
        self.act(person, "undo", lambda: self.model.undo(person))

    def let_questions_expire(self, _: Chosen) -> None:
        self.stage.pass_time(minutes=16)
        self.do(self.stage.housekeeping.expire_questions(self.stage.now))
        self.model.expire_questions()
        self.look()

    def look_closely(self, _: Chosen) -> None:
        self.judge(*TEXTS)
        tallies = self.do(tally_all(self.stage, self.model.all_live())).items()
        counts = {problem: (each.reports, each.agents, each.first_seen, each.last_seen) for problem, each in tallies}
        assert counts == self.model.counts()

    def work(self, _: Chosen) -> None:
        self.do(self.stage.work())
        self.look()


def test_any_acts_in_any_order_keep_each_report_in_one_problem_and_every_count_right(
    migrated_file: Path, tmp_path: Path
) -> None:
    numbers, weights, vocabulary = count(), load_weights(), load_vocabulary({})

    def fresh_database() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(migrated_file, path)
        return f"sqlite:///{path}"

    def build(desk: Desk) -> MatchingEngine:
        return MatchingEngine(weights=weights, vocabulary=vocabulary, thresholds=desk.thresholds)

    class Fresh(Grouping):
        def __init__(self) -> None:
            super().__init__(fresh_database(), build)

    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            phases=(Phase.generate,),
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
