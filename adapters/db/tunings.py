"""How desks' weights were moved by their own decisions."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adapters.db.changes import note_tuning
from adapters.db.models import tunings
from adapters.db.transaction import Record, Transaction
from bot.tuned import Tuning
from escalation.values import PersonId


class SqlTuningStore:
    """See `bot.ports.TuningStore`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def put(self, tuning: Tuning) -> None:
        await self._transaction.enter_desk(tuning.desk)
        row = {
            "moves": dict(tuning.moves),
            "weights": tuning.weights,
            "model": tuning.model,
            "decisions": tuning.decisions,
            "by": tuning.by,
            "at": tuning.at,
        }
        upsert = sqlite_insert if self._transaction.is_sqlite else postgres_insert
        new = upsert(tunings).values(desk=tuning.desk, **row)
        await self._transaction.write(new.on_conflict_do_update(index_elements=["desk"], set_=row))
        await note_tuning(self._transaction, tuning.desk)

    async def of_desk(self, desk: str) -> Tuning | None:
        row = await self._transaction.first(select(tunings).where(tunings.c.desk == desk))
        return None if row is None else _tuning_of(row)

    async def all(self) -> list[Tuning]:
        return [_tuning_of(row) for row in await self._transaction.all(select(tunings).order_by(tunings.c.desk))]

    async def remove(self, desk: str) -> bool:
        await self._transaction.enter_desk(desk)
        if not await self._transaction.write(delete(tunings).where(tunings.c.desk == desk)):
            return False
        await note_tuning(self._transaction, desk)
        return True


def _tuning_of(row: Record) -> Tuning:
    return Tuning(
        desk=row.desk,
        moves=row.moves,
        weights=row.weights,
        model=row.model,
        decisions=row.decisions,
        by=PersonId(row.by),
        at=row.at,
    )
