"""The limit of intake: the rows that reports have left behind, put into an empty database with nothing decided."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from time import perf_counter
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.db.models import audit, changes, deliveries, problems, questions, reports
from bench.pace import Pace, measured

Row = Mapping[str, Any]
Rows = list[tuple[Table, Row]]


async def read_rows(engine: AsyncEngine) -> list[Rows]:
    """What each report wrote, in the order of the reports: its problem if it is the first of it, itself, and what tells
    of it.
    """
    async with engine.connect() as connection:
        homes = {row["id"]: {**row, "merged_into": None} for row in await _all(connection, problems)}
        answers = await _all(connection, deliveries)
        beside: defaultdict[int, Rows] = defaultdict(list)
        for table in (changes, audit, questions):
            for row in await _all(connection, table):
                if row["report"] is not None:
                    beside[row["report"]].append((table, row))
        by_report: list[Rows] = []
        for report, answer in zip(await _all(connection, reports), answers, strict=True):
            home = homes.pop(report["problem"], None)
            first: Rows = [] if home is None else [(problems, home)]
            by_report.append([*first, (reports, report), *beside[report["id"]], (deliveries, answer)])
    return by_report


async def insert_barely(engine: AsyncEngine, by_report: Sequence[Rows], *, at_once: int) -> Pace:
    """One transaction for each report, so many at once: as one is committed, the next begins."""
    # Writers of SQLite come one after the other anyway; queueing here spares them the naps of its waiting.
    alone = asyncio.Lock() if engine.dialect.name == "sqlite" else None
    made = {rows[0][1]["id"]: asyncio.Event() for rows in by_report if rows[0][0] is problems}

    async def put(rows: Rows) -> float:
        home = next(row["problem"] for table, row in rows if table is reports)
        is_first = rows[0][0] is problems
        if home in made and not is_first:
            await made[home].wait()
        begun = perf_counter()
        turn: AbstractAsyncContextManager[None] = nullcontext() if alone is None else alone
        async with turn, engine.begin() as connection:
            for table, row in rows:
                await connection.execute(insert(table).values(dict(row)))
        took = perf_counter() - begun
        if is_first:
            made[home].set()
        return took

    return await measured([partial(put, rows) for rows in by_report], at_once=at_once)


async def _all(connection: AsyncConnection, table: Table) -> list[Row]:
    ordered = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(ordered)).mappings()]
