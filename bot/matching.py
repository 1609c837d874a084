"""The engines in memory, one for each desk, caught up with what was written to the desk's grouping."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import structlog

from bot.desks import Desk
from bot.ports import FIRST, MeaningModel, PlacedReport, UnitOfWork
from bot.reports import Meaning
from bot.tuned import Tuning
from dedupe.engine import MatchingEngine
from dedupe.values import ProblemId, ReportId, ReportText

_log = structlog.get_logger(__name__)

_PLACED_AT_A_TIME = 500
"""So many reports are placed in a few hundredths of a second; then others may have their turn."""
_READ_AT_A_TIME = 10_000
"""So many reports with their embeddings are some 10 MB: the whole desk at once would be as much again as its index."""
_LETTERS_OF_A_TELLING_WORD, _WORDS_LOOKED_FOR = 3, 8
_PROBLEMS_BROUGHT_BACK = 20
"""More than a search shows."""
_REMEMBERED = 256
"""More than there are agents who send a report in the same moment."""


@dataclass(slots=True)
class _DeskIndex:
    """`some_rest`: whether problems were left out of the engine since they ended long ago, or left it."""

    engine: MatchingEngine
    upto: int = 0
    some_rest: bool = False
    tuning: Tuning | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class DeskIndexes:
    """Every process has its own; the change sequence in the store is what they agree on.

    All compare meanings as `model` reads them; without one they compare by words only. What another model read is as
    if nothing had been read. By `clock`, reports of problems that ended long ago leave an index, each desk after its
    own time, and come back when they are asked for; without a clock they stay.
    """

    def __init__(
        self,
        build: Callable[[Desk], MatchingEngine],
        model: MeaningModel | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._build = build
        self._clock = clock
        self._desks: dict[str, _DeskIndex] = {}
        self.model = model
        self.read = lru_cache(_REMEMBERED)(self._read)
        """What a text means, as the desks' engines compare it; None without a model. Several threads may ask at once.
        What was read last is remembered, so that it can be read before it is needed.
        """

    async def caught_up(self, work: UnitOfWork, desk: Desk) -> MatchingEngine:
        """The desk's engine, with everything that was committed.

        To be asked before the transaction writes anything: what it would see of its own writes might be rolled back.
        Within the desk's critical section nothing can be added until it ends, so the answer is not from stale data.
        """
        index = self._index(desk)
        async with index.lock:
            latest = await work.changes.latest(desk.name)
            if latest > index.upto:
                await self._apply(work, desk, index)
                index.upto = latest
        return index.engine

    async def bring_back(self, work: UnitOfWork, desk: Desk, problems: Iterable[ProblemId]) -> None:
        """Have these problems' reports in the desk's engine though they ended long ago: until `let_rest`."""
        index = self._index(desk)
        async with index.lock:
            away = [each for each in problems if not index.engine.knows(each)]
            if away:
                placed = await work.changes.placements_of(away, model=self.digest)
                await _place(index.engine, placed)

    async def bring_back_like(self, work: UnitOfWork, desk: Desk, words: str) -> None:
        """The same for those among them that are most likely meant by words."""
        ended_before = self._ended_before(desk)
        if ended_before is None:
            return
        telling = [word for word in words.split() if len(word) >= _LETTERS_OF_A_TELLING_WORD][:_WORDS_LOOKED_FOR]
        found = await work.changes.find_resting(
            desk.name, telling, ended_before=ended_before, limit=_PROBLEMS_BROUGHT_BACK
        )
        await self.bring_back(work, desk, found)

    async def let_rest(self, work: UnitOfWork, desk: Desk) -> int:
        """Let the reports of problems that ended long ago leave the desk's engine. Gives how many problems left."""
        ended_before = self._ended_before(desk)
        if ended_before is None:
            return 0
        index, left = self._index(desk), 0
        async with index.lock:
            for problem in await work.changes.resting(desk.name, ended_before=ended_before):
                index.some_rest = True
                if index.engine.knows(problem):
                    index.engine.forget(problem)
                    left += 1
                    await asyncio.sleep(0)
        return left

    def fresh(self, desk: Desk) -> MatchingEngine:
        """An engine of the desk's with nothing in it, which judges by the shipped weights."""
        return self._build(desk)

    @property
    def digest(self) -> str | None:
        """The digest of the model; None without one."""
        return None if self.model is None else self.model.digest

    def loaded(self) -> list[str]:
        """The names of the desks whose engine was asked for so far."""
        return list(self._desks)

    def _index(self, desk: Desk) -> _DeskIndex:
        index = self._desks.get(desk.name)
        return self._desks.setdefault(desk.name, _DeskIndex(self.fresh(desk))) if index is None else index

    def _read(self, text: str) -> Meaning | None:
        return None if self.model is None else Meaning(vector=self.model.read(text), model=self.model.digest)

    def _ended_before(self, desk: Desk) -> datetime | None:
        if self._clock is None or desk.matched_after_end is None:
            return None
        return self._clock() - desk.matched_after_end

    async def _tune(self, work: UnitOfWork, desk: Desk, index: _DeskIndex) -> None:
        """Judge by the desk's own weights, unless it has none or they were made of others than are shipped now."""
        tuning = await work.tunings.of_desk(desk.name)
        if tuning == index.tuning:
            return
        holds = tuning is not None and tuning.holds_for(weights=index.engine.shipped.digest, model=self.digest)
        index.engine.adjust(tuning.moves if tuning is not None and holds else {}, by_meaning=self.model is not None)
        index.tuning = tuning
        _log.info("weights_changed", desk=desk.name, weights="own" if holds else "shipped", stale=bool(tuning) > holds)

    async def _apply(self, work: UnitOfWork, desk: Desk, index: _DeskIndex) -> None:
        await self._tune(work, desk, index)
        ended_before = self._ended_before(desk)
        unknown: set[ProblemId] = set()
        async for placed in self._changed(work, desk, index.upto, ended_before):
            unknown.update(each.problem for each in placed if each.problem and not index.engine.knows(each.problem))
            await _place(index.engine, placed)
        if index.upto == 0:
            index.engine.make_ready()
        if ended_before is not None and index.upto == 0:
            index.some_rest = bool(await work.changes.resting(desk.name, ended_before=ended_before))
        elif ended_before is not None and index.some_rest:
            # A problem that was opened again, or reported again, brings its other reports along.
            saved = await work.changes.problems(desk.name, after=index.upto)
            unknown.update(each for each in saved if not index.engine.knows(each))
            others = await work.changes.placements_of(sorted(unknown), model=self.digest, ended_before=ended_before)
            await _place(index.engine, others)
        for a, b, same in await work.changes.links(desk.name, after=index.upto):
            index.engine.link(a, b, same=same)

    async def _changed(
        self, work: UnitOfWork, desk: Desk, after: int, ended_before: datetime | None
    ) -> AsyncIterator[list[PlacedReport]]:
        """What was placed after a point, in portions."""
        beyond = FIRST
        while True:
            placed = await work.changes.placements(
                desk.name,
                after=after,
                model=self.digest,
                ended_before=ended_before,
                beyond=beyond,
                limit=_READ_AT_A_TIME,
            )
            yield placed
            if len(placed) < _READ_AT_A_TIME:
                return
            beyond = placed[-1].report


async def _place(engine: MatchingEngine, placed: Sequence[PlacedReport]) -> None:
    """Have the engine know these reports where they stand now."""
    for start in range(0, len(placed), _PLACED_AT_A_TIME):
        if start:
            await asyncio.sleep(0)
        _place_some(engine, placed[start : start + _PLACED_AT_A_TIME])


def _place_some(engine: MatchingEngine, placed: Iterable[PlacedReport]) -> None:
    waiting: list[tuple[ReportId, ReportText, ProblemId]] = []
    for each in placed:
        if each.problem is None or each.rests:
            # Whether its problem is known depends on those before it.
            engine.place_many(waiting)
            waiting = []
        if each.problem is None or (each.rests and not engine.knows(each.problem)):
            engine.remove(each.report)
            continue
        text = ReportText(text=each.text, service=each.service, reported_at=each.reported_at, meaning=each.meaning)
        waiting.append((each.report, text, each.problem))
    engine.place_many(waiting)
