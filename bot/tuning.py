"""A desk's own weights: learned from its people's decisions, tried, and used or given up when somebody says so."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.decisions import DeskHistory
from bot.desks import Desk
from bot.matching import DeskIndexes
from bot.ports import OpenUnitOfWork
from bot.tuned import Tuning
from dedupe.precedents import Precedent
from dedupe.trial import Trial, try_out
from dedupe.tuning import fit
from dedupe.weights import Weights
from escalation.values import AuditEntry, PersonId


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """What a desk's decisions suggest: to move the shipped weights so. `trial` is how that would have done on decisions
    it was not learned from, `in_use` what the desk has of its own now, `is_stale` whether that holds no more.
    """

    desk: str
    moves: Mapping[str, float]
    trial: Trial
    unquestioned: int
    in_use: Tuning | None
    is_stale: bool
    weights: str
    model: str | None


async def suggest_tuning(open_work: OpenUnitOfWork, indexes: DeskIndexes, desk: Desk, *, now: datetime) -> Suggestion:
    """Go through all that the desk's people decided, learn from it, and try what was learned. Nothing is changed."""
    async with open_work(read_only=True) as work:
        in_use = await work.tunings.of_desk(desk.name)
        changes = await work.history.changes(desk.name)
        taken = await work.history.reports(desk.name, model=indexes.digest)
    engine = indexes.fresh(desk)

    def learn() -> tuple[list[Precedent], dict[str, float], Trial]:
        found = DeskHistory(changes, taken).precedents(engine, by_meaning=indexes.model is not None, now=now)
        return found, fit(found), try_out(found, engine.thresholds)

    precedents, moves, trial = await asyncio.to_thread(learn)
    return Suggestion(
        desk=desk.name,
        moves=moves,
        trial=trial,
        unquestioned=len(precedents) - trial.decisions,
        in_use=in_use,
        is_stale=is_stale(in_use, engine.shipped, indexes),
        weights=engine.shipped.digest,
        model=indexes.digest,
    )


def is_stale(tuning: Tuning | None, shipped: Weights, indexes: DeskIndexes) -> bool:
    """Whether there is a tuning that holds no more, since the weights or the model it was made of are others now."""
    return tuning is not None and not tuning.holds_for(weights=shipped.digest, model=indexes.digest)


async def use_tuning(open_work: OpenUnitOfWork, suggestion: Suggestion, *, by: PersonId, now: datetime) -> None:
    """Let the desk judge by what was suggested, in every process, from the next report on."""
    async with open_work(suggestion.desk) as work:
        tuning = Tuning(
            desk=suggestion.desk,
            moves=suggestion.moves,
            weights=suggestion.weights,
            model=suggestion.model,
            decisions=suggestion.trial.decisions,
            by=by,
            at=now,
        )
        await work.tunings.put(tuning)
        detail = {"decisions": tuning.decisions, "moves": dict(tuning.moves)}
        await work.audit.add(AuditEntry(at=now, desk=suggestion.desk, actor=by, act="tune", detail=detail))


async def reset_tuning(open_work: OpenUnitOfWork, desk: str, *, by: PersonId, now: datetime) -> bool:
    """Let the desk judge by the shipped weights again. Gives whether it had its own."""
    async with open_work(desk) as work:
        had = await work.tunings.remove(desk)
        if had:
            await work.audit.add(AuditEntry(at=now, desk=desk, actor=by, act="tune reset"))
    return had
