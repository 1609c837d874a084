"""Inbound deliveries that were handled."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.db.errors import DeliveryRepeatedError
from adapters.db.models import deliveries
from adapters.db.transaction import Transaction


class SqlDeliveryStore:
    """See `bot.people_ports.DeliveryStore`.

    Of two transactions that handle one key at the same time, the second to ask `answered` waits for the first to end
    and then sees its answer. One that remembers a key without having asked, and is the second to do so, gets a
    DeliveryRepeatedError, and is rolled back by it.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def answered(self, key: str) -> str | None:
        await self._transaction.enter(f"delivery:{key}")
        answer = await self._transaction.value(select(deliveries.c.answer).where(deliveries.c.key == key))
        return None if answer is None else str(answer)

    async def remember(self, key: str, answer: str, *, at: datetime) -> None:
        try:
            await self._transaction.write(insert(deliveries).values(key=key, answer=answer, at=at))
        except IntegrityError as error:
            raise DeliveryRepeatedError("this delivery was handled by another transaction meanwhile") from error

    async def forget(self, *, before: datetime) -> int:
        return await self._transaction.write(delete(deliveries).where(deliveries.c.at < before))
