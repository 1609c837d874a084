"""`techissue problems` and `techissue show`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.bootstrap import opened, utc_now
from bot.catalogue import DEFAULT_DESK
from bot.cli.output import JSON_HELP, write_json, write_line, write_table
from bot.commands import parse_number
from bot.errors import BadInputError
from bot.people import Person
from bot.plain_text import render
from bot.settings import read_settings
from bot.show import show_problem
from bot.turn import Act
from escalation.values import PersonId

if TYPE_CHECKING:
    from bot.bootstrap import Product
    from bot.ports import Counts
    from escalation.values import Problem, Ticket

_COLUMNS = ("desk", "number", "reports", "agents", "status", "ticket", "last_seen", "title")


def list_problems(
    *,
    desk: Annotated[str | None, typer.Option(help="Only this desk's.")] = None,
    include_all: Annotated[bool, typer.Option("--all", help="Also those that were fixed, closed or declined.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """List the problems, those with most reports first."""
    rows = asyncio.run(_rows(desk, include_all=include_all))
    if as_json:
        write_json(rows)
    else:
        shown = [row | {"last_seen": f"{row['last_seen']:%Y-%m-%d %H:%M}" if row["last_seen"] else ""} for row in rows]
        write_table(f"{len(rows)} problems", _COLUMNS, shown)


def show(
    number: Annotated[str, typer.Argument(help="The problem's number, such as 12 or #12.")],
    *,
    desk: Annotated[str | None, typer.Option(help="Whose #12; needed where several desks have problems.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Show one problem: its recurrence, status, ticket, what to tell the customer, and what customers said."""
    asyncio.run(_show(parse_number(number), desk, as_json=as_json))


async def _rows(desk: str | None, *, include_all: bool) -> list[dict[str, Any]]:
    async with opened(read_settings()) as product, product.open_work(read_only=True) as work:
        problems = await work.problems.listing(desk, include_ended=include_all)
        counts = await work.problems.counts([problem.id for problem in problems])
        rows = [
            _row(problem, counts.get(problem.id), await work.tickets.of_problem(problem.id))
            for problem in problems
            if include_all or problem.id in counts
        ]
    return sorted(rows, key=lambda row: -row["reports"])


def _row(problem: Problem, counts: Counts | None, ticket: Ticket | None) -> dict[str, Any]:
    return {
        "desk": problem.desk,
        "number": problem.number,
        "title": problem.title,
        "service": problem.service,
        "status": problem.status.value,
        "reports": counts.reports if counts else 0,
        "agents": counts.agents if counts else 0,
        "customers": counts.customers if counts else 0,
        "first_seen": counts.first_seen if counts else None,
        "last_seen": counts.last_seen if counts else None,
        "ticket": ticket.key if ticket else None,
    }


async def _show(number: int, desk: str | None, *, as_json: bool) -> None:
    async with opened(read_settings()) as product, product.open_work(read_only=True) as work:
        named = desk or await only_desk(product)
        act = Act(
            work=work,
            person=Person(id=PersonId("cli:show"), name="cli"),
            desk=product.desks.named(named),
            now=utc_now(),
            origin="cli",
            indexes=product.indexes,
            salt=product.salt,
        )
        problem = await act.problem(number)
        if not as_json:
            write_line(render(await show_problem(act, number)))
            return
        counts = (await work.problems.counts([problem.id])).get(problem.id)
        row = _row(problem, counts, await work.tickets.of_problem(problem.id))
        reports = [
            {
                "id": report.id,
                "text": report.text,
                "reporter": report.reporter,
                "reported_at": report.reported_at,
                "service": report.service,
                "verdict": report.verdict.value,
                "probability": report.probability,
                "reasons": [asdict(reason) for reason in report.reasons],
                "withdrawn": report.withdrawn_at is not None,
            }
            for report in await work.reports.of_problem(problem.id)
        ]
        write_json(row | {"members": reports})


async def only_desk(product: Product) -> str:
    """The one desk that has problems. Raises BadInputError where there are several."""
    async with product.open_work(read_only=True) as work:
        desks = sorted({problem.desk for problem in await work.problems.listing(None, include_ended=True)})
    if len(desks) > 1:
        raise BadInputError(f"Several desks have problems; say whose: --desk {' or --desk '.join(desks)}.")
    return desks[0] if desks else DEFAULT_DESK
