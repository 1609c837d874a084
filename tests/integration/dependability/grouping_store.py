"""What is stored of the grouping, and what the product's engines say of a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.models import problems, reports
from adapters.db.problem_rows import problem_of
from bot.matching import DeskIndexes
from bot.ports import Counts
from dedupe.values import Judgement, ProblemId, ReportId, ReportText
from escalation.values import OutboxItem, PersonId, Problem, Tally
from tests.driver import MONDAY_MORNING, Stage


@dataclass(frozen=True, kw_only=True)
class StoredReport:
    """A report's row."""

    by: PersonId
    text: str
    at: datetime
    is_withdrawn: bool


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The rows of the two tables, and the answers of the product's own ports."""

    problems: Mapping[ProblemId, Problem]
    home: Mapping[ReportId, ProblemId]
    reports: Mapping[ReportId, StoredReport]
    listed: Sequence[ProblemId]
    counts: Mapping[ProblemId, Counts]
    seen_most: Mapping[ProblemId, int]
    rules: Mapping[tuple[ReportId, ReportId], bool]
    parked: Sequence[OutboxItem]


async def read_all(stage: Stage, engine: AsyncEngine) -> Stored:
    """All there is; there is one desk only."""
    async with engine.connect() as connection:
        found = {each.id: each for each in map(problem_of, await connection.execute(select(problems)))}
        rows = (await connection.execute(select(reports))).all()
        await connection.rollback()
    async with stage.open_work(read_only=True) as work:
        desk = stage.desk.name
        most = await work.problems.seen_most(desk, since=MONDAY_MORNING, limit=len(found))
        return Stored(
            problems=found,
            home={ReportId(row.id): ProblemId(row.problem) for row in rows},
            reports={
                ReportId(row.id): StoredReport(
                    by=PersonId(row.reporter),
                    text=row.text,
                    at=row.reported_at,
                    is_withdrawn=row.withdrawn_at is not None,
                )
                for row in rows
            },
            listed=[each.id for each in await work.problems.listing(desk, include_ended=True)],
            counts=await work.problems.counts(list(found)),
            seen_most={problem.id: number for problem, number in most},
            rules={(rule.a, rule.b): rule.same for rule in await work.links.all_of(desk)},
            parked=await work.outbox.listing(parked_only=True, limit=10),
        )


async def tally_all(stage: Stage, wanted: Sequence[ProblemId]) -> dict[ProblemId, Tally]:
    """The problems that have reports that count, each with what a decision about its ticket looks at."""
    policy = stage.desk.policy
    async with stage.open_work(read_only=True) as work:
        tallies = {
            problem: await work.problems.tally(
                problem,
                now=stage.now,
                spike_window=policy.spike_window,
                baseline_window=policy.baseline_window,
                agents_window=policy.agents_window,
                fix_grace=policy.fix_grace,
            )
            for problem in wanted
        }
    return {problem: tally for problem, tally in tallies.items() if tally.reports}


async def judge_all(stage: Stage, indexes: DeskIndexes, texts: Sequence[str]) -> list[Judgement]:
    """What these indexes say of the texts, reported now."""
    async with stage.open_work(read_only=True) as work:
        engine = await indexes.caught_up(work, stage.desk)
    return [engine.judge(ReportText(text=text, service=None, reported_at=stage.now)) for text in texts]
