"""Remembering where in Slack things were said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.tables import slack_cards, slack_people, slack_posts
from dedupe.values import ReportId
from escalation.values import PersonId

URL_LIVES = timedelta(minutes=29)
"""Slack takes an answer's address back after 30 minutes."""
URL_USES = 5
"""And after so many uses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A message: the channel it is in, and the name it has there."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """Where a report's card is. `url` renews it for as long as `url_until` and so many `url_uses` more."""

    person: PersonId
    url: str | None = None
    url_until: datetime | None = None
    url_uses: int = 0
    message: Place | None = None
    shown: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """Something said under a mark. `place` is None while nobody knows what became of it."""

    sent_at: datetime
    place: Place | None


class SlackPlaces:
    """Kept in the database, so that every process, and the next one, finds what it has to renew."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._readers = engine.execution_options(read_only=True)

    async def card(self, report: ReportId) -> Card | None:
        """Where the report's card is, if it has one here."""
        row = await self._row(select(slack_cards).where(slack_cards.c.report == report))
        if row is None:
            return None
        place = Place(channel=row["channel"], ts=row["ts"]) if row["ts"] else None
        return Card(
            person=PersonId(row["person"]),
            url=row["url"],
            url_until=row["url_until"],
            url_uses=row["url_uses"],
            message=place,
            shown=row["shown"],
        )

    async def put_url(self, report: ReportId, person: PersonId, url: str, *, shown: str, now: datetime) -> None:
        """The card was just shown by this address, which was used once by that."""
        values = {
            "person": person,
            "url": url,
            "url_until": now + URL_LIVES,
            "url_uses": URL_USES - 1,
            "shown": shown,
        }
        await self._upsert(slack_cards, {"report": report}, values)

    async def take_use(self, report: ReportId, *, now: datetime, shown: str) -> str | None:
        """The address that renews the card, with one use of it spent; None where there is none left."""
        live = (slack_cards.c.report == report) & (slack_cards.c.url_uses > 0) & (slack_cards.c.url_until > now)
        async with self._engine.begin() as connection:
            change = update(slack_cards).where(live).values(url_uses=slack_cards.c.url_uses - 1, shown=shown)
            if not (await connection.execute(change)).rowcount:
                return None
            row = await connection.execute(select(slack_cards.c.url).where(slack_cards.c.report == report))
            url: str | None = row.scalar_one()
            return url

    async def put_card(self, report: ReportId, person: PersonId, place: Place, *, shown: str | None) -> None:
        """The report's card is this message."""
        values = {"person": person, "channel": place.channel, "ts": place.ts, "shown": shown}
        await self._upsert(slack_cards, {"report": report}, values, new={"url_uses": 0})

    async def forget_message(self, report: ReportId) -> None:
        """The message is not there any more: somebody deleted it."""
        async with self._engine.begin() as connection:
            gone = {"channel": None, "ts": None}
            await connection.execute(update(slack_cards).where(slack_cards.c.report == report).values(gone))

    async def begin(self, mark: str, *, now: datetime) -> Post | None:
        """Something is about to be said under this mark. Gives what was said or tried under it before."""
        row = {"mark": mark, "sent_at": now}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(slack_posts).values(row))
        except IntegrityError:
            return await self.post(mark)
        return None

    async def post(self, mark: str) -> Post | None:
        """What was said or tried under this mark."""
        row = await self._row(select(slack_posts).where(slack_posts.c.mark == mark))
        if row is None:
            return None
        place = Place(channel=row["channel"], ts=row["ts"]) if row["ts"] else None
        return Post(sent_at=row["sent_at"], place=place)

    async def said(self, mark: str, place: Place) -> None:
        """It was said there."""
        change = update(slack_posts).where(slack_posts.c.mark == mark)
        async with self._engine.begin() as connection:
            await connection.execute(change.values(channel=place.channel, ts=place.ts))

    async def unsaid(self, mark: str) -> None:
        """It was surely not said, or is not there any more."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(slack_posts).where(slack_posts.c.mark == mark))

    async def mark_at(self, place: Place) -> str | None:
        """The mark under which this message was posted, if it is ours."""
        here = (slack_posts.c.channel == place.channel) & (slack_posts.c.ts == place.ts)
        row = await self._row(select(slack_posts.c.mark).where(here))
        return None if row is None else str(row["mark"])

    async def person(self, person: PersonId) -> tuple[str | None, str | None]:
        """The channel in which the bot talks to the person alone, and the desk they reported at last."""
        row = await self._row(select(slack_people).where(slack_people.c.person == person))
        return (None, None) if row is None else (row["channel"], row["desk"])

    async def put_person(self, person: PersonId, *, channel: str | None = None, desk: str | None = None) -> None:
        """Remember either of them."""
        values = {name: value for name, value in (("channel", channel), ("desk", desk)) if value is not None}
        await self._upsert(slack_people, {"person": person}, values)

    async def _row(self, query: Any) -> Mapping[str, Any] | None:
        async with self._readers.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else dict(row)

    async def _upsert(
        self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any], *, new: Mapping[str, Any] | None = None
    ) -> None:
        """Change the row of this key, or make it. Of two who make it at once the second changes it."""
        where = [table.c[name] == value for name, value in key.items()]
        change = update(table).where(*where).values(dict(values))
        try:
            async with self._engine.begin() as connection:
                if not (await connection.execute(change)).rowcount:
                    await connection.execute(insert(table).values({**key, **(new or {}), **values}))
        except IntegrityError:
            async with self._engine.begin() as connection:
                await connection.execute(change)
