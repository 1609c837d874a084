"""A burst of commands from Slack: how long each waits for its acknowledgement, and for its answer.

`python -m bench.slack_burst` starts `techissue serve` in HTTP mode on a database of its own and posts signed commands
to it all at once, as Slack does. Slack allows three seconds for an acknowledgement.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import numpy as np

from bench.invented_desk import invent
from tests.slack_rig.product import running_product
from tests.slack_rig.proxy import running_proxy
from tests.slack_rig.signed import SignedDoor
from tests.slack_rig.workspace import free_port, running_workspace

COMMANDS = 500
_ALLOWED = 3.0


class _Client:
    """Posts at little cost, so that what is measured is the product and not what measures it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, url: str, *, content: str, headers: Mapping[str, str]) -> httpx.Response:
        async with self._session.post(url, data=content.encode(), headers=headers) as answer:
            return httpx.Response(answer.status, content=await answer.read(), request=httpx.Request("POST", url))


async def burst(count: int = COMMANDS) -> tuple[list[float], list[float]]:
    """Seconds until each command was acknowledged, and until it was answered."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        async with (
            running_workspace(folder) as workspace,
            running_proxy(workspace.home) as proxy,
            running_product(folder, port=port, mode="http", api=proxy.api),
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        ):
            client: Any = _Client(session)
            door = SignedDoor(address=f"http://127.0.0.1:{port}/slack/events", client=client)
            sent: dict[str, float] = {}

            async def send(number: int, text: str) -> float:
                url = proxy.response_url(str(number))
                sent[url] = asyncio.get_running_loop().time()
                answer = await door.command(f"U{number % 50:04}", text, url=url)
                answer.raise_for_status()
                return asyncio.get_running_loop().time() - sent[url]

            texts = [each.text for each in invent(count)]
            acknowledged = await asyncio.gather(*(send(number, text) for number, text in enumerate(texts)))
            await proxy.wait_for("respond", count, seconds=300)
            answered = [call.at - sent[call.arguments["url"]] for call in proxy.calls if call.method == "respond"]
    return list(acknowledged), answered


def main() -> None:
    """Print the table, and fail if Slack would have given up on one."""
    began = time.perf_counter()
    acknowledged, answered = asyncio.run(burst())
    took = time.perf_counter() - began
    print(f"{len(acknowledged)} commands at once, {took:.0f} s with the start of everything")
    print("| seconds until | p50 | p99 | most |")
    print("|---|---|---|---|")
    for name, seconds in (("acknowledged", acknowledged), ("answered", answered)):
        p50, p99 = np.percentile(seconds, [50, 99])
        print(f"| {name} | {p50:.2f} | {p99:.2f} | {max(seconds):.2f} |")
    sys.exit(max(acknowledged) >= _ALLOWED)


if __name__ == "__main__":
    main()
