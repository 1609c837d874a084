"""Several whole products over one database, as so many processes would be."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.bootstrap import Product, opened
from bot.messages import Reply
from bot.people import Person
from bot.settings import Settings
from bot.turn import Turn
from escalation.values import PersonId, Problem

START = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
DESK = "default"


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


# Only the same words join, and nobody is asked: these tests are not about how well failures are told apart.
DESKS = """
[desks.default.matching]
same = 0.999
ask = 0.999
"""


def settings_for(url: str, folder: Path) -> Settings:
    """Settings over this database, whatever lies in the working directory. By words only: reading a model anew for each
    life of a process takes longer than all that it does.
    """
    desks = folder / "techissue.toml"
    desks.write_text(DESKS)
    return Settings(database_url=url, config_file=desks, model="off")


@asynccontextmanager
async def open_roots(settings: Settings, clock: Clock, number: int) -> AsyncIterator[Sequence[Product]]:
    """So many composition roots, each with its own engine and its own index in memory."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(opened(settings, clock=clock)) for _ in range(number)]


def agent(name: str) -> Person:
    return Person(id=PersonId(f"web:{name}"), name=name.capitalize())


def turn_of(person: Person, now: datetime, delivery: str | None = None) -> Turn:
    return Turn(person=person, desk=DESK, now=now, origin="web", delivery=delivery)


def title_of(reply: Reply) -> str:
    assert reply.message is not None
    return reply.message.title


async def problems_of(product: Product) -> list[Problem]:
    async with product.open_work(read_only=True) as work:
        return await work.problems.listing(DESK, include_ended=True)
