"""`techissue report` and `techissue import`."""

import asyncio
import getpass
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from bot.bootstrap import Product, opened, utc_now
from bot.bulk_import import BulkImport, ImportCount
from bot.catalogue import DEFAULT_DESK
from bot.cli.output import JSON_HELP, write_json, write_line, write_table
from bot.import_file import read_import
from bot.import_line import ImportLine, RefusedLine, parse_columns
from bot.messages import Reply
from bot.people import Person
from bot.plain_text import render_reply
from bot.settings import read_settings
from bot.turn import Turn
from escalation.values import PersonId

_REFUSED_SHOWN = 50


def report(
    text: Annotated[str, typer.Argument(help="What fails for the customer, or a command such as `mine`.")],
    *,
    desk: Annotated[str, typer.Option(help="The desk it is for.")] = DEFAULT_DESK,
    name: Annotated[str | None, typer.Option("--as", help="Who reports it; you, if not said.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Report a failure as an agent would, and see the answer."""
    reply = asyncio.run(_report(text, desk, name or getpass.getuser()))
    if as_json:
        write_json({**asdict(reply), "report": reply.about})
    else:
        write_line(render_reply(reply))
    if reply.errors:
        raise typer.Exit(2)


def import_file(  # noqa: PLR0913 - a command's options
    file: Annotated[Path, typer.Argument(help="JSON lines, or CSV with a header.", exists=True, dir_okay=False)],
    *,
    column: Annotated[list[str] | None, typer.Option(help="Where to read what: text=Description.")] = None,
    desk: Annotated[str | None, typer.Option(help="The desk of lines that name none.")] = None,
    zone: Annotated[str, typer.Option(help="The zone of times that name none.")] = "UTC",
    escalate: Annotated[bool, typer.Option(help="Open tickets for what is imported, as the policy says.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Import reports at their own times, through the same intake. Interrupted, it goes on where it was."""
    lines = read_import(file, columns=parse_columns(column or []), zone=ZoneInfo(zone))
    count = asyncio.run(_import(file, lines, desk, escalate=escalate))
    if as_json:
        write_json({"taken": count.taken, "known": count.known, "refused": [asdict(each) for each in count.refused]})
    else:
        _write_count(count, escalate=escalate)
    if count.refused:
        raise typer.Exit(1)


async def _report(text: str, desk: str, name: str) -> Reply:
    async with opened(read_settings()) as product:
        product.desks.named(desk)
        person = Person(id=PersonId(f"cli:{name.casefold()}"), name=name)
        turn = Turn(person=person, desk=desk, now=utc_now(), origin="cli")
        reply = await product.conversation.command(turn, text)
        await product.loop.drain()
    return reply


async def _import(
    file: Path, lines: Iterator[ImportLine | RefusedLine], desk: str | None, *, escalate: bool
) -> ImportCount:
    size = file.stat().st_size  # noqa: ASYNC240 - a command has nobody else to serve meanwhile
    progress = Progress(
        TextColumn("{task.fields[done]} reports"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rate]:.0f} reports/s"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    async with opened(read_settings()) as product:
        await _read_what_is_there(product)
        job = BulkImport(
            open_work=product.open_work,
            desks=product.desks,
            indexes=product.indexes,
            salt=product.salt,
            escalate=escalate,
        )
        with progress:
            task = progress.add_task("import", total=size, done=0, rate=0.0)

            def show(line: ImportLine | RefusedLine) -> None:
                shown = progress.tasks[task]
                done = shown.fields["done"] + 1
                rate = done / shown.elapsed if shown.elapsed else 0.0
                progress.update(task, completed=line.read, done=done, rate=rate)

            count = await job.take(lines, desk=desk, now=utc_now(), on_line=show)
        await product.loop.drain()
    return count


async def _read_what_is_there(product: Product) -> None:
    """What is there already must be comparable by meaning before anything is compared with it."""
    progress = Progress(
        TextColumn("reading the {task.total:.0f} reports that this model has not read yet"),
        BarColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    left = await product.housekeeping.count_unread()
    if not left:
        return
    with progress:
        task = progress.add_task("read", total=left)
        while await product.housekeeping.renew_meanings(
            utc_now(), on_portion=lambda read: progress.advance(task, read)
        ):
            continue


def _write_count(count: ImportCount, *, escalate: bool) -> None:
    known = f", {count.known} were there already" if count.known else ""
    write_line(f"{count.taken} reports taken{known}, {len(count.refused)} lines refused.")
    if not escalate:
        write_line("No tickets were opened for them; one is when the failure is reported again (or: --escalate).")
    write_line("See: techissue problems")
    if count.refused:
        rows = [{"line": each.number, "why": each.why} for each in count.refused[:_REFUSED_SHOWN]]
        write_table(f"Refused (the first {len(rows)})", ("line", "why"), rows)
