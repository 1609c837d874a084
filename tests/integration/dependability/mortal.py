"""Processes of the product that kill themselves with SIGKILL where they are told to.

Run as a script it reads one order a line and gives each to a child of its own: forked, so that the product need not
be imported for every life. What is done is written before the next thing begins, so that it outlives the child.
"""

import asyncio
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.bootstrap import Product
from bot.logs import set_up_logs
from bot.settings import Settings
from escalation.reconcile import reconcile
from escalation.values import PersonId
from tests.integration.dependability.roots import START, Clock, agent, open_roots, settings_for, turn_of

STEP = timedelta(seconds=61)
"""How far the clock goes with each step: further than what is taken for a repeat."""

STATEMENT, COMMIT, COMMITTED = "before a statement", "before a commit", "after a commit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to do. `report`: the person reports the failure. `move`: the failure's ticket is moved to the status.
    `work`: carry out what is due."""

    kind: str
    failure: str = ""
    person: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A life: it begins at `now` with the step numbered `first`, and ends at the `at`-th such moment within steps of
    the kind `within`, or after the last step."""

    url: str
    folder: str
    now: str
    steps: tuple[Step, ...]
    first: int = 0
    within: str = ""
    moment: str = ""
    at: int = 0

    def as_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> "Order":
        fields = json.loads(line)
        return cls(**fields | {"steps": tuple(Step(**step) for step in fields["steps"])})


def say(**what: Any) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


class Fate:
    """Counts the moments at which a process can die, and ends this one at the one that was chosen."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._left = order.at
        self.step = ""

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", lambda *_: self._meet(STATEMENT))
        event.listen(engine, "commit", self._commits)
        event.listen(engine, "checkin", self._is_given_back)

    def _commits(self, connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("read_only", options.get("postgresql_readonly", False)):
            connection.info["wrote"] = True
            self._meet(COMMIT)

    def _is_given_back(self, _: object, record: ConnectionPoolEntry) -> None:
        if record.info.pop("wrote", False):
            self._meet(COMMITTED)

    def _meet(self, moment: str) -> None:
        if (self.step, moment) != (self._order.within, self._order.moment):
            return
        self._left -= 1
        if self._left == 0:
            say(died=moment, step=self.step)
            os.kill(os.getpid(), signal.SIGKILL)


async def live(order: Order) -> None:
    """Do the steps, and say of each that it is done."""
    clock, fate = Clock(datetime.fromisoformat(order.now)), Fate(order)
    async with open_roots(settings_for(order.url, Path(order.folder)), clock, 1) as (product,):
        fate.watch(product.engine.sync_engine)
        # The product does this by the clock: a killed process may not have heard of what was moved on the board.
        await reconcile(product.open_work, product.tracker, product.desks.named, now=clock.now)
        for number, step in enumerate(order.steps[order.first :], start=order.first):
            fate.step = step.kind
            clock.now += STEP
            say(done=number, report=await take(step, number, product, clock))


async def take(step: Step, number: int, product: Product, clock: Clock) -> int | None:
    """Take the step. Taken again it does no harm: a platform delivers again what was not acknowledged."""
    match step.kind:
        case "report":
            turn = turn_of(agent(step.person), clock.now, delivery=f"delivery-{number}")
            return (await product.conversation.command(turn, step.failure)).about
        case "move":
            (ticket,) = [each for each in await product.board.listing() if each.title == step.failure]
            resolution = "Fixed" if step.status == "Done" else None
            await product.board.move(ticket.key, step.status, resolution, PersonId("web:tess"), "Tess")
        case "work":
            await product.loop.drain()
    return None


def load_everything() -> None:
    """Live once over a database of no account, so that the children find loaded what is loaded at its first use."""
    with TemporaryDirectory() as folder:
        asyncio.run(live(Order(url=f"sqlite:///{folder}/empty.db", folder=folder, now=START.isoformat(), steps=())))


def main() -> None:
    set_up_logs(Settings(), stream=sys.stderr)
    load_everything()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(live(Order.read(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
