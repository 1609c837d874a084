"""Reports that the running model has not read yet: stored before there was a model, or read by another one."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import groupby
from operator import attrgetter

import structlog

from bot.desks import Desk
from bot.matching import DeskIndexes
from bot.ports import OpenUnitOfWork
from bot.reports import Meaning
from dedupe.values import ReportId

_AT_A_TIME = 200
_IN_A_RUN = 50
"""So many portions, about 10,000 reports, take some ten seconds of one core."""

_log = structlog.get_logger(__name__)


class UnreadReports:
    """Reads them in portions, each stored as soon as it is read, so that it can be broken off at any time.

    It goes through the reports once in the life of a process, and from then on looks at newer ones only: those that
    another process with another model may have stored.
    """

    def __init__(self, *, open_work: OpenUnitOfWork, desk_named: Callable[[str], Desk], indexes: DeskIndexes) -> None:
        self._open_work = open_work
        self._desk_named = desk_named
        self._indexes = indexes
        self._upto = ReportId(0)

    async def count(self) -> int:
        """How many there are; 0 where there is no model."""
        model = self._indexes.model
        if model is None:
            return 0
        async with self._open_work(read_only=True) as work:
            return await work.reports.count_unread_by(model.digest, after=self._upto)

    async def read(self, on_portion: Callable[[int], None] | None = None) -> int:
        """Read some ten thousand. Gives how many were read: 0 when all are, or where there is no model. `on_portion`
        hears of each portion how many it had.
        """
        read = 0
        for _ in range(_IN_A_RUN):
            portion = await self._read_portion()
            read += portion
            if on_portion is not None:
                on_portion(portion)
            if portion < _AT_A_TIME:
                break
        if read:
            _log.info("meanings_renewed", reports=read)
        return read

    async def _read_portion(self) -> int:
        model = self._indexes.model
        if model is None:
            return 0
        async with self._open_work(read_only=True) as work:
            unread = await work.reports.unread_by(model.digest, after=self._upto, limit=_AT_A_TIME)
        if not unread:
            return 0
        # In a thread, since it takes tenths of a second in which agents wait for their answers.
        vectors = await asyncio.to_thread(model.read_many, [each.text for each in unread])
        meanings = {
            each.report: Meaning(vector=vector, model=model.digest)
            for each, vector in zip(unread, vectors, strict=True)
        }
        by_desk = sorted(unread, key=attrgetter("desk"))
        for desk, reports in groupby(by_desk, key=attrgetter("desk")):
            await self._keep(desk, {each.report: meanings[each.report] for each in reports})
        self._upto = unread[-1].report
        return len(unread)

    async def _keep(self, desk: str, meanings: Mapping[ReportId, Meaning]) -> None:
        async with self._open_work(desk) as work:
            await work.reports.keep_meanings(meanings)
        # At once, so that the next agent's report need not wait for it.
        async with self._open_work(read_only=True) as work:
            await self._indexes.caught_up(work, self._desk_named(desk))
