"""The engines in memory, one for each desk, caught up with what was written to the desk's grouping."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.desks import Desk
from bot.ports import UnitOfWork
from dedupe.engine import MatchingEngine
from dedupe.values import ReportText


@dataclass(slots=True)
class _DeskIndex:
    engine: MatchingEngine
    upto: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class DeskIndexes:
    """Every process has its own; the change sequence in the store is what they agree on."""

    def __init__(self, build: Callable[[Desk], MatchingEngine]) -> None:
        self._build = build
        self._desks: dict[str, _DeskIndex] = {}

    async def caught_up(self, work: UnitOfWork, desk: Desk) -> MatchingEngine:
        """The desk's engine, with everything that was committed.

        To be asked before the transaction writes anything: what it would see of its own writes might be rolled back.
        Within the desk's critical section nothing can be added until it ends, so the answer is not from stale data.
        """
        index = self._desks.get(desk.name)
        if index is None:
            index = self._desks.setdefault(desk.name, _DeskIndex(self._build(desk)))
        async with index.lock:
            latest = await work.changes.latest(desk.name)
            if latest > index.upto:
                await self._apply(work, desk, index)
                index.upto = latest
        return index.engine

    def sizes(self) -> dict[str, int]:
        """How many reports the engine of each desk holds that was asked for so far."""
        return {name: len(index.engine) for name, index in self._desks.items()}

    @staticmethod
    async def _apply(work: UnitOfWork, desk: Desk, index: _DeskIndex) -> None:
        for placed in await work.changes.placements(desk.name, after=index.upto):
            if placed.problem is None:
                index.engine.remove(placed.report)
                continue
            text = ReportText(text=placed.text, service=placed.service, reported_at=placed.reported_at)
            index.engine.place(placed.report, text, placed.problem)
        for a, b, same in await work.changes.links(desk.name, after=index.upto):
            index.engine.link(a, b, same=same)
