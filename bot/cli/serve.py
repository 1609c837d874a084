"""`techissue serve`."""

import asyncio
import os
import sys
from typing import Annotated

import structlog
import typer

from bot.bootstrap import opened
from bot.bootstrap import serve as serve_product
from bot.cli.output import write_line
from bot.logs import set_up_logs
from bot.settings import Settings, read_settings

_log = structlog.get_logger(__name__)
_LEAVE_SECONDS = 3


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Where to listen; only this machine unless you say so.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.", min=1, max=65535)] = None,
) -> None:
    """Start the product: web chat, board, outbound work and housekeeping in one process."""
    settings = read_settings()
    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    if changes:
        settings = settings.model_copy(update=changes)
    set_up_logs(settings)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with opened(settings) as product:
        write_line(f"techissue is at {settings.address}  (stop with Ctrl+C)")
        await serve_product(product)
    await _leave()


async def _leave() -> None:
    """Everything is put away. A task of a library that still waits for what is gone must not keep the process."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left and (stay := (await asyncio.wait(left, timeout=_LEAVE_SECONDS))[1]):
        _log.warning("tasks_left_behind", tasks=sorted(task.get_name() for task in stay))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
