"""Problems as stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import distinct, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adapters.db.changes import note_problem
from adapters.db.members import (
    close_loops,
    has_open_question,
    read_links,
    read_occurrences,
    read_quotes,
    read_reporters,
    read_services,
)
from adapters.db.models import desk_counters, problems, reports
from adapters.db.problem_rows import problem_of, row_of
from adapters.db.tally import COUNTS, tally_of, tally_statement, tally_windows
from adapters.db.transaction import PARAMETERS_AT_MOST, Transaction
from bot.ports import Counts
from dedupe.values import ProblemId
from escalation.values import PersonId, Problem, ProblemStatus, Reporter, Tally

_ENDED = [status.value for status in ProblemStatus if status.is_ended]


class SqlProblemStore:
    """See `bot.ports.ProblemStore`. `save` of a problem that is not there raises NotStoredError."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, *, desk: str, title: str, service: str | None, status: ProblemStatus, at: datetime) -> Problem:
        number = await self._next_number(desk)
        row = await self._transaction.first(
            insert(problems)
            .values(
                desk=desk,
                number=number,
                title=title,
                service=service,
                status=status.value,
                status_since=at,
                created_at=at,
            )
            .returning(problems)
        )
        assert row is not None  # noqa: S101 - an INSERT that returns gives its row
        return problem_of(row)

    async def _next_number(self, desk: str) -> int:
        await self._transaction.enter_desk(desk)
        upsert = sqlite_insert if self._transaction.is_sqlite else postgres_insert
        first = upsert(desk_counters).values(desk=desk, problems=1)
        next_one = first.on_conflict_do_update(index_elements=["desk"], set_={"problems": desk_counters.c.problems + 1})
        return int(await self._transaction.value(next_one.returning(desk_counters.c.problems)))

    async def get(self, problem: ProblemId) -> Problem | None:
        row = await self._transaction.first(select(problems).where(problems.c.id == problem))
        return None if row is None else problem_of(row)

    async def several(self, wanted: Sequence[ProblemId]) -> Mapping[ProblemId, Problem]:
        found: dict[ProblemId, Problem] = {}
        for start in range(0, len(wanted), PARAMETERS_AT_MOST):
            some = select(problems).where(problems.c.id.in_(wanted[start : start + PARAMETERS_AT_MOST]))
            found.update((ProblemId(row.id), problem_of(row)) for row in await self._transaction.all(some))
        return found

    async def by_number(self, desk: str, number: int) -> Problem | None:
        row = await self._transaction.first(
            select(problems).where(problems.c.desk == desk, problems.c.number == number)
        )
        return None if row is None else problem_of(row)

    async def save(self, problem: Problem) -> None:
        await self._transaction.enter_desk(problem.desk)
        await self._transaction.write_one(update(problems).where(problems.c.id == problem.id).values(row_of(problem)))
        await note_problem(self._transaction, problem.desk, problem.id)

    async def tally(  # noqa: PLR0913 - the port's
        self,
        problem: ProblemId,
        *,
        now: datetime,
        spike_window: timedelta,
        baseline_window: timedelta,
        agents_window: timedelta,
        fix_grace: timedelta,
    ) -> Tally:
        statement = tally_statement(is_sqlite=self._transaction.is_sqlite)
        windows = tally_windows(
            now=now,
            spike_window=spike_window,
            baseline_window=baseline_window,
            agents_window=agents_window,
            fix_grace=fix_grace,
            is_sqlite=self._transaction.is_sqlite,
        )
        row = await self._transaction.first(statement, {"problem": problem, **windows})
        assert row is not None  # noqa: S101 - aggregates without groups always give one row
        return tally_of(row, now)

    async def counts(self, wanted: Sequence[ProblemId]) -> Mapping[ProblemId, Counts]:
        c = reports.c
        statement = select(
            c.problem,
            func.count(c.id),
            func.count(distinct(c.reporter)),
            func.count(distinct(c.customer)),
            func.min(c.occurred_at),
            func.max(c.occurred_at),
        ).where(COUNTS)
        found: dict[ProblemId, Counts] = {}
        for start in range(0, len(wanted), PARAMETERS_AT_MOST):
            some = statement.where(c.problem.in_(wanted[start : start + PARAMETERS_AT_MOST])).group_by(c.problem)
            for problem, count, agents, customers, first, last in await self._transaction.all(some):
                found[ProblemId(problem)] = Counts(
                    reports=count, agents=agents, customers=customers, first_seen=first, last_seen=last
                )
        return found

    async def listing(self, desk: str | None, *, include_ended: bool) -> list[Problem]:
        statement = select(problems).where(problems.c.merged_into.is_(None))
        if desk is not None:
            statement = statement.where(problems.c.desk == desk)
        if not include_ended:
            has_report = exists().where(reports.c.problem == problems.c.id, reports.c.withdrawn_at.is_(None))
            statement = statement.where(problems.c.status.not_in(_ENDED), has_report)
        rows = await self._transaction.all(statement.order_by(problems.c.desk, problems.c.number))
        return [problem_of(row) for row in rows]

    async def seen_most(self, desk: str, *, since: datetime, limit: int) -> list[tuple[Problem, int]]:
        c = reports.c
        seen = (
            select(c.problem, func.count().label("seen"))
            .where(c.desk == desk, c.occurred_at >= since, COUNTS)
            .group_by(c.problem)
            .subquery()
        )
        statement = (
            select(problems, seen.c.seen)
            .join(seen, seen.c.problem == problems.c.id)
            .order_by(seen.c.seen.desc(), problems.c.number)
            .limit(limit)
        )
        return [(problem_of(row), row.seen) for row in await self._transaction.all(statement)]

    async def with_status(self, desk: str, statuses: Sequence[ProblemStatus], limit: int) -> list[Problem]:
        last_seen = (
            select(func.max(reports.c.occurred_at)).where(reports.c.problem == problems.c.id, COUNTS).scalar_subquery()
        )
        statement = (
            select(problems)
            .where(
                problems.c.desk == desk,
                problems.c.status.in_([status.value for status in statuses]),
                problems.c.merged_into.is_(None),
            )
            .order_by(last_seen.desc().nulls_last(), problems.c.number.desc())
            .limit(limit)
        )
        return [problem_of(row) for row in await self._transaction.all(statement)]

    async def sleeping(self) -> list[Problem]:
        is_asleep = problems.c.status == ProblemStatus.SNOOZED.value
        statement = select(problems).where(is_asleep, problems.c.merged_into.is_(None)).order_by(problems.c.id)
        return [problem_of(row) for row in await self._transaction.all(statement)]

    async def reporters(self, problem: ProblemId) -> list[Reporter]:
        return await read_reporters(self._transaction, problem)

    async def quotes(self, problem: ProblemId, limit: int) -> list[str]:
        return await read_quotes(self._transaction, problem, limit)

    async def services(self, problem: ProblemId) -> list[str]:
        return await read_services(self._transaction, problem)

    async def links(self, problem: ProblemId, limit: int) -> Mapping[str, str]:
        return await read_links(self._transaction, problem, limit)

    async def occurrences(self, problem: ProblemId, *, since: datetime) -> list[datetime]:
        return await read_occurrences(self._transaction, problem, since)

    async def close_loop(self, problem: ProblemId, person: PersonId, *, at: datetime) -> None:
        await close_loops(self._transaction, problem, person, at)

    async def open_question(self, problem: ProblemId) -> bool:
        return await has_open_question(self._transaction, problem)
