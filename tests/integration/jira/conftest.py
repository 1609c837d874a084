"""The whole bot with a Jira behind it, at a time that only the test moves."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import Product, opened
from bot.messages import Reply
from bot.people import Person, Role
from bot.settings import Settings
from bot.turn import Turn
from escalation.values import OutboxItem, PersonId, Problem, Ticket
from tests.fakes.jira.faults import Faults
from tests.fakes.jira.server import FakeJira, running_jira
from tests.jira_contract import violations
from tests.jira_rig import RESOLUTIONS

MONDAY = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
SECRET = "a-secret-of-the-webhook"
PATH_SECRET = "a-long-secret-that-is-a-part-of-the-address"
DESK = """
[desks.default.services]
Payments = ["checkout"]
Website = ["site"]

[desks.default.roles]
triagers = ["web:tess", "web:tom"]

[desks.default.jira]
project = "OPS"
components = { Payments = "Checkout" }
labels = ["contact-centre"]
"""
WORDS = "card payment fails at the last step ERR-4012"
AGAIN = ("card payment fails at the last step ERR-4012 again", "card payment fails, last step, ERR-4012")


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


class Loop:
    """The product and its Jira."""

    def __init__(self, product: Product, jira: FakeJira, clock: Clock) -> None:
        self.product = product
        self.jira = jira
        self.clock = clock

    def after(self, **span: float) -> None:
        self.clock.now += timedelta(**span)

    async def type(self, name: str, text: str) -> Reply:
        roles = frozenset({Role.AGENT, Role.TRIAGER} if name in {"tess", "tom"} else {Role.AGENT})
        person = Person(id=PersonId(f"web:{name}"), name=name.capitalize(), roles=roles)
        turn = Turn(person=person, desk="default", now=self.clock(), origin="web")
        return await self.product.conversation.command(turn, text)

    async def press(self, name: str, button: str, value: str) -> Reply:
        person = Person(id=PersonId(f"web:{name}"), name=name, roles=frozenset({Role.AGENT, Role.TRIAGER}))
        turn = Turn(person=person, desk="default", now=self.clock(), origin="web")
        return await self.product.conversation.press(turn, button, value)

    async def drain(self, *, minutes: int = 0) -> None:
        """Carry out what is due, and with `minutes` what becomes due within them, a look every ten seconds."""
        await self.product.loop.drain()
        for _ in range(minutes * 6):
            self.after(seconds=10)
            await self.product.loop.drain()

    async def ticketed(self) -> str:
        """Two agents report the same, and IT has a ticket. Gives its key."""
        await self.type("ana", WORDS)
        await self.type("ben", AGAIN[0])
        await self.drain()
        (key,) = self.jira.state.issues
        self.after(minutes=10)
        return key

    async def problem(self, number: int = 1) -> Problem:
        async with self.product.open_work(read_only=True) as work:
            problem = await work.problems.by_number("default", number)
        assert problem is not None
        return problem

    async def ticket(self, number: int = 1) -> Ticket:
        problem = await self.problem(number)
        async with self.product.open_work(read_only=True) as work:
            ticket = await work.tickets.of_problem(problem.id)
        assert ticket is not None
        return ticket

    async def waiting(self) -> list[OutboxItem]:
        async with self.product.open_work(read_only=True) as work:
            return await work.outbox.listing(parked_only=False, limit=1000)

    async def seen_by(self, name: str) -> str:
        """All that this person sees in the chat, as text."""
        entries = await self.product.transcript.latest(PersonId(f"web:{name}"), 50)
        return "\n".join(f"{each.text} {each.message}" for each in entries)


Start = Callable[..., AbstractAsyncContextManager[Loop]]


@pytest.fixture
def start(sqlite_url: str, tmp_path: Path) -> Start:
    """Starts the product; started again, it is the same installation with the same Jira."""

    @asynccontextmanager
    async def begin(
        *, desk: str = DESK, faults: Faults | None = None, lag: int = 0, cloud: bool = True, **more: object
    ) -> AsyncIterator[Loop]:
        config = tmp_path / "techissue.toml"
        config.write_text(desk)
        clock = Clock()
        with running_jira(clock, cloud=cloud, faults=faults) as jira:
            jira.state.lag = timedelta(seconds=lag)
            jira.state.projects["OPS"].workflow.screen = RESOLUTIONS
            given: dict[str, object] = {
                "database_url": sqlite_url,
                "config_file": config,
                "jira_url": "https://ops.example.com",
                "jira_api_url": jira.address,
                "jira_token": jira.token,
                "jira_email": "techissue@example.com" if cloud else None,
                "jira_webhook_secret": SECRET,
                "jira_webhook_path_secret": PATH_SECRET,
            }
            settings = Settings(**(given | more))  # type: ignore[arg-type] # the fields are named above
            async with opened(settings, clock=clock) as product:
                yield Loop(product, jira, clock)
            wrong = violations(jira)
            assert not wrong, "\n".join(wrong)

    return begin


@pytest.fixture
async def loop(start: Start) -> AsyncIterator[Loop]:
    async with start() as running:
        yield running


async def look(loop: Loop) -> None:
    await loop.product.hear(None, [(await loop.ticket()).key])
    await loop.drain()
