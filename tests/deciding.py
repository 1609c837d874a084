"""Desks whose people decide, for tests of what is learned from that."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.decisions import DeskHistory
from bot.messages import Action
from dedupe.engine import MatchingEngine
from dedupe.precedents import Precedent
from tests.driver import ANA, Stage, message_of

THINGS = (
    *("gift voucher", "phone menu", "parcel map", "invoice download", "seat chooser", "delivery calendar"),
    *("newsletter form", "store finder", "loan calculator", "meter reading", "loyalty card", "hotel booking"),
    *("ticket gate", "coffee machine", "fuel pump", "locker door", "photo upload", "video call", "bank transfer"),
)
LONG_AFTER = timedelta(days=30)
"""By then everything that nobody questioned is taken for unquestioned."""


async def object_to_all(stage: Stage, *, faults: Sequence[str], things: Sequence[str] = THINGS) -> None:
    """Each failure is reported from two places, which are two failures here: whatever is joined or asked about is said
    not to be the same. Words say the opposite, so the shipped weights are wrong each time.
    """
    for fault in faults:
        for thing in things:
            for place in ("in Leeds", "in York"):
                reply = await stage.say(ANA, f"{thing} {fault} {place}")
                message = message_of(reply)
                offered = [*message.actions, *(action for choice in message.choices for action in choice.actions)]
                await _press(stage, offered, "Not the same", "None of these")
                stage.pass_time(hours=1)


async def _press(stage: Stage, offered: Sequence[Action], *labels: str) -> None:
    for action in offered:
        if action.label in labels:
            await stage.press(ANA, action)
            return


async def precedents_of(
    stage: Stage, now: datetime | None = None, engine: MatchingEngine | None = None
) -> list[Precedent]:
    """What the desk's history gives to learn from, gone through with this engine or a new one."""
    async with stage.open_work(read_only=True) as work:
        changes = await work.history.changes(stage.desk.name)
        taken = await work.history.reports(stage.desk.name, model=stage.indexes.digest)
    by_meaning = stage.indexes.model is not None
    engine = stage.indexes.fresh(stage.desk) if engine is None else engine
    return DeskHistory(changes, taken).precedents(engine, by_meaning=by_meaning, now=now or stage.now + LONG_AFTER)
