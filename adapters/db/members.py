"""What a problem's reports say of it: who reported, in which words, and who still waits to be asked or told."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update

from adapters.db.models import questions, reports
from adapters.db.tally import COUNTS
from adapters.db.transaction import Transaction
from dedupe.values import ProblemId, ReportId
from escalation.values import PersonId, Reporter


async def read_reporters(transaction: Transaction, problem: ProblemId) -> list[Reporter]:
    """Everyone with a report in the problem that is not withdrawn. A loop is closed when each of them was told."""
    c = reports.c
    rows = await transaction.all(
        select(c.id, c.reporter, c.told_at)
        .where(c.problem == problem, c.withdrawn_at.is_(None))
        .order_by(c.reported_at, c.id)
    )
    by_person: defaultdict[PersonId, list[tuple[ReportId, bool]]] = defaultdict(list)
    for number, person, told_at in rows:
        by_person[PersonId(person)].append((ReportId(number), told_at is not None))
    return [
        Reporter(person=person, reports=tuple(number for number, _ in mine), closed=all(told for _, told in mine))
        for person, mine in by_person.items()
    ]


async def read_quotes(transaction: Transaction, problem: ProblemId, limit: int) -> list[str]:
    """The first text and the latest `limit - 1`, each text once and where it was said first."""
    if limit < 1:
        return []
    c = reports.c
    said = (
        select(c.text, func.min(c.reported_at).label("at"), func.min(c.id).label("id"))
        .where(c.problem == problem, COUNTS)
        .group_by(c.text)
        .subquery()
    )
    ranked = select(
        said.c.text,
        func.row_number().over(order_by=(said.c.at, said.c.id)).label("from_first"),
        func.row_number().over(order_by=(said.c.at.desc(), said.c.id.desc())).label("from_last"),
    ).subquery()
    chosen = or_(ranked.c.from_first == 1, ranked.c.from_last <= limit - 1)
    rows = await transaction.all(select(ranked.c.text).where(chosen).order_by(ranked.c.from_first))
    return [text for (text,) in rows]


async def read_services(transaction: Transaction, problem: ProblemId) -> list[str]:
    """The services that the reports name, most often named first."""
    c = reports.c
    named = select(c.service).where(c.problem == problem, c.service.is_not(None), COUNTS).group_by(c.service)
    rows = await transaction.all(named.order_by(func.count().desc(), c.service))
    return [service for (service,) in rows]


async def read_links(transaction: Transaction, problem: ProblemId, limit: int) -> dict[str, str]:
    """The texts of the latest reports that were taken over from messages, with where those are."""
    c = reports.c
    linked = select(c.text, c.link).where(c.problem == problem, c.link.is_not(None), COUNTS)
    rows = await transaction.all(linked.order_by(c.reported_at.desc(), c.id.desc()).limit(limit))
    found: dict[str, str] = {}
    for text, link in rows:
        found.setdefault(text, link)
    return found


async def read_occurrences(transaction: Transaction, problem: ProblemId, since: datetime) -> list[datetime]:
    """When the reports' failures occurred since then, oldest first."""
    c = reports.c
    statement = select(c.occurred_at).where(c.problem == problem, c.occurred_at >= since, COUNTS)
    return [at for (at,) in await transaction.all(statement.order_by(c.occurred_at))]


async def close_loops(transaction: Transaction, problem: ProblemId, person: PersonId, at: datetime) -> None:
    """Mark the person's reports of the problem as told the outcome."""
    mine = and_(reports.c.problem == problem, reports.c.reporter == person)
    await transaction.write(update(reports).where(mine).values(told_at=at))


async def has_open_question(transaction: Transaction, problem: ProblemId) -> bool:
    """Whether the problem's only report that is not withdrawn has a question nobody has answered yet."""
    others = reports.alias()
    has_another = exists().where(
        others.c.problem == problem, others.c.withdrawn_at.is_(None), others.c.id != reports.c.id
    )
    statement = (
        select(reports.c.id)
        .join(questions, questions.c.report == reports.c.id)
        .where(
            reports.c.problem == problem,
            reports.c.withdrawn_at.is_(None),
            questions.c.answer.is_(None),
            ~has_another,
        )
    )
    return await transaction.first(statement) is not None
