"""People who have talked to the bot."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adapters.db.models import people
from adapters.db.transaction import PARAMETERS_AT_MOST, Transaction
from bot.people import Person, WantedUpdates
from escalation.values import PersonId


class SqlPeopleStore:
    """See `bot.people_ports.PeopleStore`. People nobody has heard of are left out of `names`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def remember(self, person: Person) -> None:
        upsert = sqlite_insert if self._transaction.is_sqlite else postgres_insert
        new = upsert(people).values(id=person.id, name=person.name)
        await self._transaction.write(
            new.on_conflict_do_update(
                index_elements=["id"], set_={"name": person.name}, where=people.c.name != person.name
            )
        )

    async def names(self, wanted: Sequence[PersonId]) -> Mapping[PersonId, str]:
        found: dict[PersonId, str] = {}
        for start in range(0, len(wanted), PARAMETERS_AT_MOST):
            some = select(people.c.id, people.c.name).where(people.c.id.in_(wanted[start : start + PARAMETERS_AT_MOST]))
            found.update((PersonId(person), name) for person, name in await self._transaction.all(some))
        return found

    async def wish(self, person: Person, updates: WantedUpdates) -> None:
        await self.remember(person)
        await self._transaction.write_one(update(people).where(people.c.id == person.id).values(updates=updates.value))

    async def wanted_updates(self, person: PersonId) -> WantedUpdates:
        said = await self._transaction.value(select(people.c.updates).where(people.c.id == person))
        return WantedUpdates(said) if said else WantedUpdates.ALL
