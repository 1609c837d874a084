"""The engines in memory, one for each desk, caught up with what was written to the desk's grouping."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import structlog

from bot.desks import Desk
from bot.ports import MeaningModel, UnitOfWork
from bot.reports import Meaning
from bot.tuned import Tuning
from dedupe.engine import MatchingEngine
from dedupe.values import ReportText

_log = structlog.get_logger(__name__)

_PLACED_AT_A_TIME = 200
"""So many reports are placed in a few hundredths of a second; then others may have their turn."""
_REMEMBERED = 256
"""More than there are agents who send a report in the same moment."""


@dataclass(slots=True)
class _DeskIndex:
    engine: MatchingEngine
    upto: int = 0
    tuning: Tuning | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class DeskIndexes:
    """Every process has its own; the change sequence in the store is what they agree on.

    All compare meanings as `model` reads them; without one they compare by words only. What another model read is as
    if nothing had been read.
    """

    def __init__(self, build: Callable[[Desk], MatchingEngine], model: MeaningModel | None = None) -> None:
        self._build = build
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
        index = self._desks.get(desk.name)
        if index is None:
            index = self._desks.setdefault(desk.name, _DeskIndex(self.fresh(desk)))
        async with index.lock:
            latest = await work.changes.latest(desk.name)
            if latest > index.upto:
                await self._apply(work, desk, index)
                index.upto = latest
        return index.engine

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

    def _read(self, text: str) -> Meaning | None:
        return None if self.model is None else Meaning(vector=self.model.read(text), model=self.model.digest)

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
        placements = await work.changes.placements(desk.name, after=index.upto, model=self.digest)
        for number, placed in enumerate(placements, start=1):
            if number % _PLACED_AT_A_TIME == 0:
                await asyncio.sleep(0)
            if placed.problem is None:
                index.engine.remove(placed.report)
                continue
            text = ReportText(
                text=placed.text, service=placed.service, reported_at=placed.reported_at, meaning=placed.meaning
            )
            index.engine.place(placed.report, text, placed.problem)
        for a, b, same in await work.changes.links(desk.name, after=index.upto):
            index.engine.link(a, b, same=same)
