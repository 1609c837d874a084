"""Reports as stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Update, and_, bindparam, func, insert, or_, select, update

from adapters.db.changes import note_placings
from adapters.db.errors import NotStoredError
from adapters.db.models import reports
from adapters.db.tally import COUNTS
from adapters.db.transaction import PARAMETERS_AT_MOST, Record, Transaction
from bot.ports import UnreadReport
from bot.reports import Meaning, Mood, NewReport, Report
from dedupe.values import ProblemId, Reason, ReportId, Verdict
from escalation.values import PersonId, Severity

Thing = TypeVar("Thing")

_SHOWN = [column for column in reports.c if column.name not in {"meaning", "meaning_model"}]
"""What a `Report` is made of. A meaning is as large as all of that together, and only an index wants it."""
_PLACING = tuple(reports.c[name] for name in ("desk", "id", "problem", "withdrawn_at", "is_test"))
"""What the change sequence notes of a report is made of. It is put together in Python, since in a RETURNING clause
SQLite 3.40 answers wrongly whether a column is NULL.
"""


def _count_earlier() -> Select[int]:
    """How many reports that count came to the problem of `report` before it."""
    this, earlier = reports.alias(), reports.c
    is_earlier = or_(
        earlier.reported_at < this.c.reported_at,
        and_(earlier.reported_at == this.c.reported_at, earlier.id < this.c.id),
    )
    same_problem = earlier.problem == this.c.problem
    count = select(func.count(earlier.id)).join_from(this, reports, and_(same_problem, is_earlier, COUNTS))
    return count.where(this.c.id == bindparam("report"))


_EARLIER = _count_earlier()
"""Built once: that takes longer than asking."""


class SqlReportStore:
    """See `bot.ports.ReportStore`. A change of a report that is not there raises NotStoredError."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, report: NewReport) -> ReportId:
        await self._transaction.enter_desk(report.desk)
        number = await self._transaction.value(insert(reports).values(_row_of(report)).returning(reports.c.id))
        await note_placings(self._transaction, [(report.desk, number, None if report.is_test else report.problem)])
        return ReportId(number)

    async def get(self, report: ReportId) -> Report | None:
        row = await self._transaction.first(select(*_SHOWN).where(reports.c.id == report))
        return None if row is None else _report_of(row)

    async def several(self, wanted: Sequence[ReportId]) -> Mapping[ReportId, Report]:
        found: dict[ReportId, Report] = {}
        for part in _parts_of(wanted):
            for row in await self._transaction.all(select(*_SHOWN).where(reports.c.id.in_(part))):
                found[ReportId(row.id)] = _report_of(row)
        return found

    async def of_problem(self, problem: ProblemId) -> list[Report]:
        statement = select(*_SHOWN).where(reports.c.problem == problem).order_by(reports.c.reported_at, reports.c.id)
        return [_report_of(row) for row in await self._transaction.all(statement)]

    async def latest_by(self, desk: str, person: PersonId, *, since: datetime) -> Report | None:
        newest = _newest_of(desk, person).where(reports.c.reported_at >= since).limit(1)
        row = await self._transaction.first(newest)
        return None if row is None else _report_of(row)

    async def same_text(
        self, desk: str, person: PersonId, text: str, *, since: datetime, until: datetime
    ) -> Report | None:
        # The digest finds it by the index, the text itself makes it certain.
        same = _newest_of(desk, person).where(
            reports.c.text_digest == _digest_of(text),
            reports.c.text == text,
            reports.c.reported_at.between(since, until),
        )
        row = await self._transaction.first(same.limit(1))
        return None if row is None else _report_of(row)

    async def by_person(self, desk: str, person: PersonId, limit: int) -> list[Report]:
        return [_report_of(row) for row in await self._transaction.all(_newest_of(desk, person).limit(limit))]

    async def place_of(self, report: ReportId) -> int:
        return 1 + int(await self._transaction.value(_EARLIER, {"report": report}))

    async def by_source(self, desk: str, origin: str, source_key: str) -> Report | None:
        c = reports.c
        row = await self._transaction.first(
            select(*_SHOWN).where(c.desk == desk, c.origin == origin, c.source_key == source_key)
        )
        return None if row is None else _report_of(row)

    async def move(self, moved: Sequence[ReportId], to: ProblemId) -> None:
        for part in _parts_of(dict.fromkeys(moved)):
            await self._replace(update(reports).where(reports.c.id.in_(part)).values(problem=to), len(part))

    async def withdraw(self, report: ReportId, *, at: datetime | None) -> None:
        await self._replace(update(reports).where(reports.c.id == report).values(withdrawn_at=at), 1)

    async def add_details(
        self, report: ReportId, *, service: str | None, customer: str | None, severity: int | None, mood: str | None
    ) -> None:
        given = {"service": service, "customer": customer, "severity": severity, "mood": mood}
        filled = {name: value for name, value in given.items() if value is not None}
        if filled:
            await self._replace(update(reports).where(reports.c.id == report).values(filled), 1)

    async def say_still_broken(self, report: ReportId, *, at: datetime | None) -> None:
        await self._transaction.write_one(update(reports).where(reports.c.id == report).values(still_broken_at=at))

    async def unread_by(self, model: str, *, after: ReportId, limit: int) -> list[UnreadReport]:
        c = reports.c
        unread = select(c.id, c.desk, c.text).where(_is_unread_by(model, after)).order_by(c.id).limit(limit)
        rows = await self._transaction.all(unread)
        return [UnreadReport(report=ReportId(number), desk=desk, text=text) for number, desk, text in rows]

    async def count_unread_by(self, model: str, *, after: ReportId) -> int:
        unread = select(func.count()).select_from(reports).where(_is_unread_by(model, after))
        return int(await self._transaction.value(unread))

    async def keep_meanings(self, meanings: Mapping[ReportId, Meaning]) -> None:
        c = reports.c
        kept = update(reports).where(c.id == bindparam("number"))
        kept = kept.values(meaning=bindparam("vector"), meaning_model=bindparam("model"))
        rows = [{"number": number, "vector": each.vector, "model": each.model} for number, each in meanings.items()]
        for part in _parts_of(rows):
            if await self._transaction.write(kept, part) != len(part):
                raise NotStoredError("a report whose meaning was read is not there")
            read = await self._transaction.all(select(*_PLACING).where(c.id.in_([row["number"] for row in part])))
            await note_placings(self._transaction, [_placing_of(row) for row in read])

    async def _replace(self, change: Update, expected: int) -> None:
        """Make a change that an index must hear of."""
        rows = await self._transaction.all(change.returning(*_PLACING))
        if len(rows) != expected:
            raise NotStoredError("a report to be changed is not there")
        await note_placings(self._transaction, [_placing_of(row) for row in rows])


def _is_unread_by(model: str, after: ReportId) -> ColumnElement[bool]:
    c = reports.c
    return and_(c.id > after, or_(c.meaning_model.is_(None), c.meaning_model != model))


def _parts_of(things: Iterable[Thing]) -> Iterator[tuple[Thing, ...]]:
    """As many at a time as one statement takes."""
    waiting = iter(things)
    while part := tuple(islice(waiting, PARAMETERS_AT_MOST)):
        yield part


def _placing_of(row: Record) -> tuple[str, int, int | None]:
    """As `note_placings` takes it."""
    is_indexed = row.withdrawn_at is None and not row.is_test
    return row.desk, row.id, row.problem if is_indexed else None


def _newest_of(desk: str, person: PersonId) -> Any:
    c = reports.c
    mine = select(*_SHOWN).where(c.desk == desk, c.reporter == person, c.withdrawn_at.is_(None))
    return mine.order_by(c.reported_at.desc(), c.id.desc())


def _digest_of(text: str) -> bytes:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def _row_of(report: NewReport) -> dict[str, Any]:
    return {
        "desk": report.desk,
        "problem": report.problem,
        "reporter": report.reporter,
        "text": report.text,
        "text_digest": _digest_of(report.text),
        "origin": report.origin,
        "source_key": report.source_key,
        "meaning": report.meaning and report.meaning.vector,
        "meaning_model": report.meaning and report.meaning.model,
        "occurred_at": report.occurred_at,
        "reported_at": report.reported_at,
        "day": report.day,
        "service": report.service,
        "customer": report.customer,
        "severity": int(report.severity),
        "mood": report.mood and report.mood.value,
        "is_test": report.is_test,
        "verdict": report.verdict.value,
        "probability": report.probability,
        "reasons": [[reason.words, reason.weight] for reason in report.reasons],
        "link": report.link,
    }


def _report_of(row: Record) -> Report:
    return Report(
        id=ReportId(row.id),
        desk=row.desk,
        problem=ProblemId(row.problem),
        reporter=PersonId(row.reporter),
        text=row.text,
        origin=row.origin,
        occurred_at=row.occurred_at,
        reported_at=row.reported_at,
        service=row.service,
        severity=Severity(row.severity),
        mood=Mood(row.mood) if row.mood else None,
        is_test=row.is_test,
        verdict=Verdict(row.verdict),
        probability=row.probability,
        reasons=tuple(_reason_of(each) for each in row.reasons),
        withdrawn_at=row.withdrawn_at,
        told_at=row.told_at,
        still_broken_at=row.still_broken_at,
        link=row.link,
    )


def _reason_of(kept: str | list[Any]) -> Reason:
    """Reports of the first versions have their reasons without weights."""
    return Reason(words=kept) if isinstance(kept, str) else Reason(words=kept[0], weight=kept[1])
