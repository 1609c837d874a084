"""`techissue outbox`, `techissue doctor` and `techissue db`."""

import asyncio
from typing import Annotated

import typer

from bot import triage_list
from bot.bootstrap import opened, revise, upgrade_database, utc_now
from bot.cli.output import JSON_HELP, write_json, write_line, write_table
from bot.doctor import examine
from bot.errors import NotFoundError
from bot.findings import Finding
from bot.settings import read_settings

db = typer.Typer(help="The database's tables.", no_args_is_help=True)

_MOST = 200
_COLUMNS = ("id", "state", "kind", "queue", "attempts", "available_at", "last_error")


def outbox(
    *,
    retry: Annotated[int | None, typer.Option(help="Make this parked item due again.")] = None,
    retry_all: Annotated[bool, typer.Option("--retry-all", help="Make everything parked due again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """List outbound work that waits or is parked; retry what is parked once its cause is mended."""
    rows = asyncio.run(_outbox(retry, retry_all=retry_all))
    if as_json:
        write_json(rows)
    elif rows:
        write_table("Outbound work", _COLUMNS, rows)
    else:
        write_line("Nothing waits and nothing is parked.")


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    """Check the set-up. Each finding says what to do; the exit status is 1 if something must be done."""
    findings = asyncio.run(examine(read_settings()))
    if as_json:
        write_json([{"check": each.check, "ok": each.ok, "finding": each.finding} for each in findings])
    else:
        for each in findings:
            write_line(_line(each))
    if not all(each.ok for each in findings):
        raise typer.Exit(1)


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database's tables to this version."""
    asyncio.run(upgrade_database(read_settings()))
    write_line("The database is up to date.")


@db.command("revision")
def revision(message: Annotated[str, typer.Argument(help="What the migration does.")]) -> None:
    """Write a migration for what the models have and the database has not (for developers)."""
    asyncio.run(revise(read_settings(), message))


async def _outbox(retry: int | None, *, retry_all: bool) -> list[dict[str, object]]:
    async with opened(read_settings()) as product:
        if retry_all:
            async with product.open_work() as work:
                await triage_list.retry_all(work, now=utc_now())
        elif retry is not None:
            async with product.open_work() as work:
                if not await work.outbox.unpark(retry, now=utc_now()):
                    raise NotFoundError(f"There is no parked item {retry}.")
        async with product.open_work(read_only=True) as work:
            items = await work.outbox.listing(parked_only=False, limit=_MOST)
    return [
        {
            "id": item.id,
            "state": item.state.value,
            "kind": item.kind,
            "queue": item.queue,
            "attempts": item.attempts,
            "created_at": item.created_at,
            "available_at": item.available_at,
            "last_error": item.last_error,
        }
        for item in items
    ]


def _line(finding: Finding) -> str:
    return f"{'ok  ' if finding.ok else 'FAIL'}  {finding.check}: {finding.finding}"
