"""What is random about this installation."""

import secrets

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.errors import errors_in_our_words
from adapters.db.models import installation

_SALT_BYTES = 32


async def read_salt(engine: AsyncEngine) -> bytes:
    """The installation's salt: 32 random bytes, made by whoever asks first and the same ever after, in every process.

    What is keyed with it, such as a customer's reference, cannot be guessed back without the database.
    """
    upsert = sqlite_insert if engine.dialect.name == "sqlite" else postgres_insert
    made = upsert(installation).values(id=1, salt=secrets.token_bytes(_SALT_BYTES)).on_conflict_do_nothing()
    with errors_in_our_words():
        async with engine.begin() as connection:
            await connection.execute(made)
            return bytes((await connection.execute(select(installation.c.salt))).scalar_one())
