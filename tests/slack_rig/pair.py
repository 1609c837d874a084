"""Two processes of the product in one workspace, over one database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.slack_rig.here import Here, running_here
from tests.slack_rig.proxy import FaultProxy, running_proxy
from tests.slack_rig.workspace import Workspace, running_workspace


@dataclass(kw_only=True)
class Pair:
    """The workspace, what stands before it, and the two processes. What is posted to `url` answers an act."""

    workspace: Workspace
    proxy: FaultProxy
    one: Here
    other: Here

    @property
    def url(self) -> str:
        """An address that answers an act."""
        return self.proxy.response_url("act")

    async def reports(self) -> int:
        """How many reports count."""
        async with self.one.product.open_work(read_only=True) as work:
            problems = await work.problems.listing(None, include_ended=True)
            counts = await work.problems.counts([problem.id for problem in problems])
        return sum(each.reports for each in counts.values())

    async def settle(self) -> None:
        """Wait until both have done what is due."""
        await self.one.settle()
        await self.other.settle()

    def posted_in(self, channel: str) -> list[dict[str, Any]]:
        """What was posted there, as the method was called."""
        return [each for each in self.proxy.called("chat.postMessage") if each["channel"] == channel]

    async def unbound_acts(self) -> list[str]:
        """The acts in the audit trail that are on no problem."""
        async with self.one.product.engine.connect() as connection:
            rows = await connection.execute(text("SELECT act FROM audit WHERE problem IS NULL ORDER BY id"))
            return [str(row.act) for row in rows]


@asynccontextmanager
async def running_pair(folder: Path, database_url: str) -> AsyncIterator[Pair]:
    """All of them. At the end nothing that was sent to Slack may have been refused there."""
    async with (
        running_workspace(folder, request_url="http://127.0.0.1:1/") as workspace,
        running_proxy(workspace.home) as proxy,
        running_here(folder, database_url, proxy) as one,
        running_here(folder, database_url, proxy) as other,
    ):
        yield Pair(workspace=workspace, proxy=proxy, one=one, other=other)
        assert proxy.wrong == []
