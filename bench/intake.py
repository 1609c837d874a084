"""How fast the whole path is, from an agent's words to the committed reply, through the real composition root.

    python -m bench.intake [--reports N] [--stored N] [--agents N ...] [--kind sqlite|postgresql] [--model off] [--json]

Outbound work is carried out beside it, as in service. Beside each figure stands its limit: the bare insert of the same
rows into an empty database of the same kind, a transaction for each report, with nothing read and nothing decided.
Without PostgreSQL on this machine only SQLite is measured. Texts are those of the labelled desks, or made up where
these are absent.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice, product
from pathlib import Path
from time import perf_counter

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.engine import make_engine
from bench.bare_insert import insert_barely, read_rows
from bench.databases import KINDS, NewDatabase, databases
from bench.desks import DEFAULT_DATA, find_files, read_desks
from bench.pace import Pace, measured
from bench.tables import print_table
from bot.bootstrap import Product, opened, upgrade_database
from bot.logs import set_up_logs
from bot.people import Person
from bot.settings import LogLevel, Settings
from bot.turn import Turn
from escalation.values import PersonId

_DESK = "default"
_BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
_BETWEEN = timedelta(seconds=37)
_PEOPLE = 200
_NO_DESKS = Path(os.devnull)
_IS_INTAKE: ContextVar[bool] = ContextVar("is_intake", default=False)
_HEADINGS = ("reports/s", "p50 ms", "p99 ms", "cpu ms", "statements", "bare/s", "bare cpu ms", "of the limit %")
_WHERE = ("checkout", "store finder", "phone menu", "loyalty page", "card reader", "mobile app", "parcel tracking")
_WHAT = ("stays blank", "shows ERR-{code}", "spins for ever", "logs the customer out", "asks for the code twice")
_WHEN = ("after the update", "on tablets", "since this morning", "for card payments", "when the basket is full")


class Clock:
    """Goes on by a while with each report, as reports come on a busy desk, however fast they are taken in here."""

    def __init__(self) -> None:
        self.now = _BEGUN

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> datetime:
        self.now += _BETWEEN
        return self.now


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """`stored` reports are taken in first, and not timed; then `timed` ones."""

    texts: Mapping[int, str]
    stored: int
    model: bool

    @property
    def before(self) -> Mapping[int, str]:
        return {number: text for number, text in self.texts.items() if number < self.stored}

    @property
    def timed(self) -> Mapping[int, str]:
        return {number: text for number, text in self.texts.items() if number >= self.stored}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was measured of intake by so many agents at once, and of its limit."""

    agents: int
    intake: Pace
    bare: Pace
    statements: float

    def figures(self) -> dict[str, float]:
        return {
            "reports/s": round(self.intake.per_second, 1),
            "p50 ms": round(self.intake.within(0.5), 2),
            "p99 ms": round(self.intake.within(0.99), 2),
            "cpu ms": round(self.intake.cpu, 1),
            "statements": round(self.statements, 1),
            "bare/s": round(self.bare.per_second, 1),
            "bare cpu ms": round(self.bare.cpu, 1),
            "of the limit %": round(100 * self.intake.per_second / self.bare.per_second, 1),
        }


def find_texts(data: Path, many: int) -> list[str]:
    """So many texts, of all desks in order of time, over again where there are too few of them."""
    reports = sorted(
        (one for desk in read_desks(find_files(data)).values() for one in desk), key=lambda one: one.text.reported_at
    )
    made_up = (
        f"{where} {what.format(code=4000 + 7 * number)} {when}"
        for number, (where, what, when) in enumerate(product(_WHERE, _WHAT, _WHEN))
    )
    texts = [one.text.text for one in reports] or list(made_up)
    return list(islice(cycle(texts), many))


@asynccontextmanager
async def serving(url: str, clock: Clock, *, model: bool) -> AsyncIterator[Product]:
    """The product over this database, with its work loop running."""
    settings = Settings(database_url=url, config_file=_NO_DESKS, model=None if model else "off")
    await upgrade_database(settings)
    async with opened(settings, clock=clock) as root:
        loop = asyncio.create_task(root.loop.run())
        try:
            yield root
        finally:
            loop.cancel()
            with suppress(asyncio.CancelledError):
                await loop


async def take_in(root: Product, clock: Clock, texts: Mapping[int, str], *, agents: int) -> Pace:
    """Each text as one agent's report, by so many agents at once, who begin the next as soon as one is answered."""

    async def report(number: int) -> float:
        person = Person(id=PersonId(f"web:agent{number % _PEOPLE}"), name=f"Agent {number % _PEOPLE}")
        turn = Turn(person=person, desk=_DESK, now=clock.tick(), origin="web", delivery=f"bench-{number}")
        _IS_INTAKE.set(True)
        begun = perf_counter()
        reply = await root.conversation.command(turn, texts[number])
        if reply.about is None:
            raise RuntimeError(f"this was not taken in: {texts[number]!r}")
        return perf_counter() - begun

    return await measured([partial(report, number) for number in texts], at_once=agents)


def count_statements(engine: AsyncEngine) -> Callable[[], int]:
    """Counts what those who take reports in ask the database from now on, without what outbound work asks."""
    found: Counter[bool] = Counter()

    def note(*_: object) -> None:
        found[_IS_INTAKE.get()] += 1

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    return lambda: found[True]


async def measure(new_database: NewDatabase, plan: Plan, agents: int) -> Found:
    """Intake through the product, then the same rows barely."""
    clock, url = Clock(), new_database()
    async with serving(url, clock, model=plan.model) as root:
        await take_in(root, clock, plan.before, agents=agents)
        asked = count_statements(root.engine)
        intake = await take_in(root, clock, plan.timed, agents=agents)
        statements = asked() / len(plan.timed)
        await root.loop.drain()
        rows = await read_rows(root.engine)
    empty = new_database()
    await upgrade_database(Settings(database_url=empty))
    engine = make_engine(empty)
    await insert_barely(engine, rows[: plan.stored], at_once=agents)
    bare = await insert_barely(engine, rows[plan.stored :], at_once=agents)
    await engine.dispose()
    return Found(agents=agents, intake=intake, bare=bare, statements=statements)


async def measure_all(kind: str, plan: Plan, agents: Sequence[int]) -> list[Found] | None:
    """None where there is no database of the kind."""
    with databases(kind) as new_database:
        return None if new_database is None else [await measure(new_database, plan, each) for each in agents]


def main() -> None:
    """Print the table, or the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=500, help="how many are timed")
    parser.add_argument("--stored", type=int, default=500, help="how many the desk has before")
    parser.add_argument("--agents", type=int, nargs="+", default=[1, 8], help="how many report at once")
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=KINDS)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="a file of reports, or the folder of data")
    parser.add_argument("--model", choices=("on", "off"), default="on")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    set_up_logs(Settings(log_level=LogLevel.ERROR), stream=sys.stderr)
    # It calls it an error that a job is broken off with the work loop at the end of a measurement.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    texts = find_texts(chosen.data, chosen.stored + chosen.reports)
    plan = Plan(texts=dict(enumerate(texts)), stored=chosen.stored, model=chosen.model == "on")
    found = {kind: asyncio.run(measure_all(kind, plan, chosen.agents)) for kind in chosen.kind}
    rows = {f"{kind}, {each.agents} at once": each.figures() for kind, all_ in found.items() for each in all_ or ()}
    if chosen.json:
        print(json.dumps(rows, indent=2))
        return
    print_table(_HEADINGS, {name: [str(figures[each]) for each in _HEADINGS] for name, figures in rows.items()})
    for kind in [kind for kind, all_ in found.items() if all_ is None]:
        print(f"There is no {kind} on this machine: set PG_BIN to the folder of initdb and pg_ctl.", file=sys.stderr)


if __name__ == "__main__":
    main()
