"""Reports from a file, through the same intake as an agent's, at the times they were made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.catalogue import DEFAULT_DESK, Desks
from bot.errors import BadInputError
from bot.import_line import ImportLine, RefusedLine
from bot.intake import Intake, log_report, read_ahead
from bot.matching import DeskIndexes
from bot.people import Person
from bot.ports import OpenUnitOfWork
from bot.turn import Act
from escalation.values import PersonId, Severity

ORIGIN = "import"
_NOBODY = "unknown"


@dataclass(kw_only=True, slots=True)
class ImportCount:
    """What became of the lines so far. `known` were imported before: an interrupted import goes on where it was."""

    taken: int = 0
    known: int = 0
    refused: list[RefusedLine] = field(default_factory=list)


class BulkImport:
    """Each line is one transaction, so that whatever stops the import, what was counted as taken is stored.

    Nobody is there to answer a question: a report that would be asked about stays apart, and its question waits in the
    triage list. With `escalate` tickets are opened as the policy says; else when the failure is next reported.
    """

    def __init__(
        self, *, open_work: OpenUnitOfWork, desks: Desks, indexes: DeskIndexes, salt: bytes, escalate: bool
    ) -> None:
        self._open_work = open_work
        self._desks = desks
        self._indexes = indexes
        self._salt = salt
        self._escalate = escalate

    async def take(
        self,
        lines: Iterable[ImportLine | RefusedLine],
        *,
        desk: str | None,
        now: datetime,
        on_line: Callable[[ImportLine | RefusedLine], None],
    ) -> ImportCount:
        """Take every line that can be taken. `desk` is for lines that name none; `now` for those without a time."""
        count = ImportCount()
        for line in lines:
            if isinstance(line, RefusedLine):
                count.refused.append(line)
            else:
                await self._take_line(line, desk or DEFAULT_DESK, now, count)
            on_line(line)
        return count

    async def _take_line(self, line: ImportLine, desk: str, now: datetime, count: ImportCount) -> None:
        try:
            repeated = await self._log(line, line.desk or desk, now)
        except BadInputError as error:
            count.refused.append(RefusedLine(number=line.number, why=str(error), read=line.read))
            return
        count.known += repeated
        count.taken += not repeated

    async def _log(self, line: ImportLine, desk_name: str, now: datetime) -> bool:
        desk = self._desks.named(desk_name)
        agent = line.agent or _NOBODY
        intake = Intake(
            text=line.text,
            service=line.service,
            customer=line.customer,
            severity=line.severity or Severity.NORMAL,
            occurred_at=line.occurred_at,
            source_key=line.key,
            can_ask=False,
            escalate=self._escalate,
        )
        await read_ahead(self._indexes, intake.text)
        async with self._open_work(desk.name) as work:
            act = Act(
                work=work,
                person=Person(id=PersonId(f"{ORIGIN}:{agent}"), name=agent),
                desk=desk,
                now=min(line.reported_at or now, now),
                origin=ORIGIN,
                indexes=self._indexes,
                salt=self._salt,
            )
            return (await log_report(act, intake)).repeated
