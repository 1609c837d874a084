"""What is stored of the grouping, read through the product's own ports, and what its engines say of a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.matching import DeskIndexes
from bot.ports import Counts
from bot.reports import Report
from dedupe.values import Judgement, ProblemId, ReportId, ReportText
from escalation.values import OutboxItem, Problem, Tally
from tests.driver import MONDAY_MORNING, Stage, build_engine


@dataclass(kw_only=True)
class Stored:
    """Everything. `found_in` names for each report every problem that has it."""

    problems: dict[ProblemId, Problem] = field(default_factory=dict)
    listed: list[ProblemId] = field(default_factory=list)
    found_in: dict[ReportId, list[ProblemId]] = field(default_factory=dict)
    reports: dict[ReportId, Report] = field(default_factory=dict)
    counts: Mapping[ProblemId, Counts] = field(default_factory=dict)
    tallies: dict[ProblemId, Tally] = field(default_factory=dict)
    seen_most: dict[ProblemId, int] = field(default_factory=dict)
    rules: dict[tuple[ReportId, ReportId], bool] = field(default_factory=dict)
    parked: list[OutboxItem] = field(default_factory=list)


async def read_all(stage: Stage, problems: int) -> Stored:
    """All there is on the desk, whose problems are numbered up to `problems`."""
    desk, policy, found = stage.desk.name, stage.desk.policy, Stored()
    async with stage.open_work(read_only=True) as work:
        for number in range(1, problems + 1):
            problem = await work.problems.by_number(desk, number)
            assert problem is not None
            found.problems[problem.id] = problem
            for report in await work.reports.of_problem(problem.id):
                found.reports[report.id] = report
                found.found_in.setdefault(report.id, []).append(problem.id)
            found.tallies[problem.id] = await work.problems.tally(
                problem.id,
                now=stage.now,
                spike_window=policy.spike_window,
                baseline_window=policy.baseline_window,
                agents_window=policy.agents_window,
                fix_grace=policy.fix_grace,
            )
        found.listed = [each.id for each in await work.problems.listing(desk, include_ended=True)]
        found.counts = await work.problems.counts(list(found.problems))
        most = await work.problems.seen_most(desk, since=MONDAY_MORNING, limit=problems)
        found.seen_most = {problem.id: number for problem, number in most}
        found.rules = {(rule.a, rule.b): rule.same for rule in await work.links.all_of(desk)}
        found.parked = await work.outbox.listing(parked_only=True, limit=10)
    return found


async def judge_as_kept(stage: Stage, text: str) -> Judgement:
    """By the index that has followed every change."""
    return await _judge(stage, stage.indexes, text)


async def judge_afresh(stage: Stage, text: str) -> Judgement:
    """By an index that is made of what is stored now, as in a process that has just begun."""
    return await _judge(stage, DeskIndexes(build_engine), text)


async def _judge(stage: Stage, indexes: DeskIndexes, text: str) -> Judgement:
    async with stage.open_work(read_only=True) as work:
        engine = await indexes.caught_up(work, stage.desk)
    return engine.judge(ReportText(text=text, service=None, reported_at=stage.now))
