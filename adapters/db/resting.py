"""Problems that ended long ago and were not reported since: what an index in memory may do without."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import add

from sqlalchemy import Select, and_, case, exists, func, select

from adapters.db.models import problems, reports
from adapters.db.transaction import Transaction
from dedupe.values import ProblemId
from escalation.values import ProblemStatus

_ENDED = [status.value for status in ProblemStatus if status.is_ended]


def resting(ended_before: datetime) -> Select[tuple[int]]:
    """The problems that ended before then, with no report since."""
    newer = reports.alias()
    return select(problems.c.id).where(
        problems.c.status.in_(_ENDED),
        problems.c.status_since < ended_before,
        ~exists().where(newer.c.problem == problems.c.id, newer.c.reported_at >= ended_before),
    )


async def read_resting(transaction: Transaction, desk: str, ended_before: datetime) -> list[ProblemId]:
    """Those of a desk."""
    statement = resting(ended_before).where(problems.c.desk == desk).order_by(problems.c.id)
    return [ProblemId(number) for (number,) in await transaction.all(statement)]


async def find_resting(
    transaction: Transaction, desk: str, words: Sequence[str], *, ended_before: datetime, limit: int
) -> list[ProblemId]:
    """Those of a desk of which a report has most of the words in it, the best first."""
    if not words:
        return []
    text = func.lower(reports.c.text)
    has = [case((text.contains(word.lower(), autoescape=True), 1), else_=0) for word in words]
    best = func.max(reduce(add, has))
    statement = (
        select(reports.c.problem)
        .where(
            and_(reports.c.desk == desk, reports.c.withdrawn_at.is_(None), reports.c.is_test.is_(False)),
            reports.c.problem.in_(resting(ended_before).where(problems.c.desk == desk)),
        )
        .group_by(reports.c.problem)
        .having(best > 0)
        .order_by(best.desc(), reports.c.problem.desc())
        .limit(limit)
    )
    return [ProblemId(number) for (number,) in await transaction.all(statement)]
