"""The product as its own process beside a workspace, in either mode."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.slack_rig.proxy import FaultProxy, running_proxy
from tests.slack_rig.signed import SignedDoor
from tests.slack_rig.workspace import (
    APP_TOKEN,
    BOT_TOKEN,
    CEM,
    DAN,
    SECRET,
    SUPPORT,
    TRIAGE,
    Workspace,
    free_port,
    running_workspace,
)

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60
_STOP_SECONDS = 30
DESKS = f"""
[desks.default]
title = "Northwind"
channels = ["{SUPPORT}"]
triage_channel = "{TRIAGE}"

[desks.default.roles]
triagers = ["slack:{CEM}"]
supervisors = ["slack:{DAN}"]
"""


@dataclass(kw_only=True)
class SlackRig:
    """The product, the workspace it is in, and what stands between them."""

    mode: str
    workspace: Workspace
    proxy: FaultProxy
    door: SignedDoor
    home: str
    folder: Path


@asynccontextmanager
async def running_rig(folder: Path, mode: str) -> AsyncIterator[SlackRig]:
    """All of them. At the end nothing that was sent to Slack may have been refused there."""
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    door = f"{home}/slack/events"
    async with (
        running_workspace(folder, request_url=door if mode == "http" else None) as workspace,
        running_proxy(workspace.home) as proxy,
        running_product(folder, port=port, mode=mode, api=proxy.api),
    ):
        signed = SignedDoor(address=door, client=workspace.client)
        yield SlackRig(mode=mode, workspace=workspace, proxy=proxy, door=signed, home=home, folder=folder)
        assert sorted(set(proxy.wrong)) == []


@asynccontextmanager
async def running_product(folder: Path, *, port: int, mode: str, api: str) -> AsyncIterator[None]:
    """`techissue serve`, hearing Slack when this begins; told to stop, it stops, and with nothing to complain of."""
    (folder / "techissue.toml").write_text(DESKS)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "serve", "--port", str(port)),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings_for(folder, mode=mode, api=api)},
    )
    try:
        await asyncio.wait_for(_hears(f"http://127.0.0.1:{port}", process), _START_SECONDS)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            status = await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
        assert status == 0, "the product did not stop as it should"


def settings_for(folder: Path, *, mode: str, api: str) -> dict[str, str]:
    """The environment of a product of this workspace."""
    return {
        "TECHISSUE_DATABASE_URL": f"sqlite:///{folder}/slack.db",
        "TECHISSUE_SLACK_BOT_TOKEN": BOT_TOKEN,
        "TECHISSUE_SLACK_MODE": mode,
        "TECHISSUE_SLACK_APP_TOKEN": APP_TOKEN,
        "TECHISSUE_SLACK_SIGNING_SECRET": SECRET,
        "TECHISSUE_SLACK_API_URL": api,
        "TECHISSUE_LOG_FORMAT": "json",
    }


async def _hears(home: str, process: asyncio.subprocess.Process) -> None:
    """Return when the product is well, which it is when Slack reaches it."""
    async with httpx.AsyncClient() as client:
        while process.returncode is None:
            with suppress(httpx.TransportError):
                if (await client.get(f"{home}/healthz")).is_success:
                    return
            await asyncio.sleep(0.05)
    raise AssertionError("the product ended as it was started; what it said is above")
