"""What triagers were told of problems in their channel."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adapters.db.models import triage_threads
from adapters.db.transaction import Transaction
from dedupe.values import ProblemId


class SqlTriageThreads:
    """See `bot.people_ports.TriageThreads`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def told_upto(self, problem: ProblemId) -> int | None:
        c = triage_threads.c
        upto = await self._transaction.value(select(c.upto).where(c.problem == problem))
        return None if upto is None else int(upto)

    async def tell_upto(self, problem: ProblemId, act: int) -> None:
        upsert = sqlite_insert if self._transaction.is_sqlite else postgres_insert
        new = upsert(triage_threads).values(problem=problem, upto=act)
        further = new.on_conflict_do_update(
            index_elements=["problem"], set_={"upto": act}, where=triage_threads.c.upto < act
        )
        await self._transaction.write(further)
