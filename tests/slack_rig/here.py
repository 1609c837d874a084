"""The product in this process beside a workspace, so that a test can look inside, or run two of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from bot.bootstrap import Product, opened, web_app
from bot.settings import Settings, SlackMode
from tests.slack_rig.proxy import FaultProxy
from tests.slack_rig.signed import SignedDoor
from tests.slack_rig.workspace import BOT_TOKEN, CEM, SECRET, SUPPORT, TRIAGE

_DESKS = f"""
[desks.default]
channels = ["{SUPPORT}"]
triage_channel = "{TRIAGE}"
services = {{ Payments = ["checkout"], Website = [] }}

[desks.default.roles]
triagers = ["slack:{CEM}", "slack:S01TRIAGE"]
"""


class Clock:
    """The time, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(kw_only=True)
class Here:
    """One process of the product, and its door in HTTP mode."""

    product: Product
    door: SignedDoor
    clock: "Clock"

    async def settle(self) -> None:
        """Wait until what was begun has ended, and outbound work that is due is done."""
        assert self.product.slack is not None
        await self.product.slack.under_way.idle()
        await self.product.loop.drain()


@asynccontextmanager
async def running_here(folder: Path, database_url: str, proxy: FaultProxy) -> AsyncIterator[Here]:
    """The product, hearing Slack. Its outbound work is done when the test says so."""
    desks = folder / "desks.toml"
    desks.write_text(_DESKS)
    settings = Settings(
        database_url=database_url,
        config_file=desks,
        model="off",
        slack_mode=SlackMode.HTTP,
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=proxy.api,
    )
    clock = Clock()
    async with opened(settings, clock=clock) as product:
        slack = product.slack
        assert slack is not None
        running = asyncio.create_task(slack.run(product.conversation))
        app = httpx.ASGITransport(web_app(product))
        async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1") as client:
            async with asyncio.timeout(20):
                while slack.ailment is not None:  # noqa: ASYNC110 - it is asked like /healthz
                    await asyncio.sleep(0.01)
            door = SignedDoor(address="http://127.0.0.1/slack/events", client=client, clock=lambda: clock().timestamp())
            yield Here(product=product, door=door, clock=clock)
        running.cancel()
        await asyncio.wait({running}, timeout=20)
        assert running.cancelled()
