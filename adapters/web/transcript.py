"""What a person and the bot said to each other in the web chat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Integer, Row, String, Text, exists, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.elements import ColumnElement

from adapters.web.live import Live
from adapters.web.tables import UtcTime, chat_entries
from bot.messages import Message
from dedupe.values import ReportId
from escalation.values import PersonId

_messages = TypeAdapter(Message)
_TRIES = 20


class EntryKind(StrEnum):
    """Who speaks: the person, the bot in answer to an act, or the bot unasked."""

    ME = "me"
    ANSWER = "answer"
    TOLD = "told"


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryDraft:
    """Something to be added. `mark` is unique to it within the person's transcript: added twice, it is there once."""

    person: PersonId
    desk: str | None
    kind: EntryKind
    mark: str
    text: str = ""
    message: Message | None = None
    about: ReportId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of a transcript. `revision` is the transcript's count of changes when this one was last changed."""

    id: int
    person: PersonId
    desk: str | None
    kind: EntryKind
    text: str
    message: Message | None
    about: ReportId | None
    revision: int
    created_at: datetime
    replaced_at: datetime | None


class WebTranscript:
    """Transcripts in a database. Each call is one transaction; the person's open pages are woken after it."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime], live: Live) -> None:
        self._engine = engine
        # Where a transaction takes SQLite's write lock as it begins, this option says that it need not.
        self._readers = engine.execution_options(read_only=True)
        self._clock = clock
        self.live = live

    async def add(self, *drafts: EntryDraft) -> list[Entry]:
        """Add all of them or none; one whose mark is there already is given back as it stands now."""
        for _ in range(_TRIES):
            try:
                async with self._engine.begin() as connection:
                    entries = [await self._add(connection, draft) for draft in drafts]
            except IntegrityError as error:
                # Another process took the same revision or mark at the same moment: look again.
                clash = error
                continue
            for person in {draft.person for draft in drafts}:
                self.live.notify(person)
            return entries
        raise clash

    async def replace(self, entry: Entry, message: Message, *, about: ReportId | None) -> Entry | None:
        """Put another message in the entry's place. `about` None keeps what it was about."""
        changed = {"about_report": about} if about is not None else {}
        if await self._change(entry.person, chat_entries.c.id == entry.id, message, **changed):
            return await self.get(entry.person, entry.id)
        return None

    async def renew(self, person: PersonId, about: ReportId, message: Message) -> bool:
        """Put the message in the place of the newest card that answered the report. False if there is none."""
        newest = await self._read(
            chat_entries.c.person == person,
            chat_entries.c.about_report == about,
            chat_entries.c.kind == EntryKind.ANSWER.value,
            limit=1,
            order=chat_entries.c.id.desc(),
        )
        if not newest:
            return False
        # A card that says the same already is left alone, so that nothing moves on the page.
        return newest[0].message == message or await self._change(person, chat_entries.c.id == newest[0].id, message)

    async def get(self, person: PersonId, entry: int) -> Entry | None:
        """The person's own entry of this id."""
        found = await self._read(chat_entries.c.person == person, chat_entries.c.id == entry, limit=1)
        return found[0] if found else None

    async def latest(self, person: PersonId, limit: int) -> list[Entry]:
        """The person's newest entries, oldest first."""
        found = await self._read(chat_entries.c.person == person, limit=limit, order=chat_entries.c.id.desc())
        return found[::-1]

    async def changed(self, person: PersonId, *, after: int, limit: int) -> list[Entry]:
        """Entries added or replaced after that revision, in that order."""
        return await self._read(chat_entries.c.person == person, chat_entries.c.revision > after, limit=limit)

    async def revision(self, person: PersonId) -> int:
        """How many changes the person's transcript has had."""
        async with self._readers.connect() as connection:
            newest = select(func.max(chat_entries.c.revision)).where(chat_entries.c.person == person)
            return (await connection.execute(newest)).scalar_one() or 0

    async def _add(self, connection: AsyncConnection, draft: EntryDraft) -> Entry:
        # The write comes first, so that SQLite takes its lock before anything was read.
        await connection.execute(_insert_unless_marked(draft, self._clock()))
        there = select(chat_entries).where(chat_entries.c.person == draft.person, chat_entries.c.mark == draft.mark)
        return _entry((await connection.execute(there)).one())

    async def _change(self, person: PersonId, which: ColumnElement[bool], message: Message, **more: object) -> bool:
        change = (
            update(chat_entries)
            .where(chat_entries.c.person == person, which)
            .values(
                message=_messages.dump_python(message, mode="json"),
                revision=_next_revision(person),
                replaced_at=self._clock(),
                **more,
            )
        )
        for _ in range(_TRIES):
            try:
                async with self._engine.begin() as connection:
                    done = (await connection.execute(change)).rowcount > 0
            except IntegrityError as error:
                clash = error
                continue
            if done:
                self.live.notify(person)
            return done
        raise clash

    async def _read(
        self, *where: ColumnElement[bool], limit: int, order: ColumnElement[Any] = chat_entries.c.revision
    ) -> list[Entry]:
        query = select(chat_entries).where(*where).order_by(order).limit(limit)
        async with self._readers.connect() as connection:
            return [_entry(row) for row in await connection.execute(query)]


def _next_revision(person: PersonId) -> ColumnElement[int]:
    mine = chat_entries.alias()
    newest = select(func.max(mine.c.revision)).where(mine.c.person == person).scalar_subquery()
    return func.coalesce(newest, 0) + 1


def _insert_unless_marked(draft: EntryDraft, now: datetime) -> Any:
    marked = chat_entries.alias()
    there = exists().where(marked.c.person == draft.person, marked.c.mark == draft.mark)
    message = None if draft.message is None else _messages.dump_python(draft.message, mode="json")
    row = {
        "person": literal(draft.person, String),
        "desk": literal(draft.desk, String),
        "kind": literal(draft.kind.value, String),
        "text": literal(draft.text, Text),
        "message": literal(message, chat_entries.c.message.type),
        "about_report": literal(draft.about, Integer),
        "mark": literal(draft.mark, String),
        "revision": _next_revision(draft.person),
        "created_at": literal(now, UtcTime),
    }
    return insert(chat_entries).from_select(list(row), select(*row.values()).where(~there))


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        person=PersonId(row.person),
        desk=row.desk,
        kind=EntryKind(row.kind),
        text=row.text,
        message=None if row.message is None else _messages.validate_python(row.message),
        about=None if row.about_report is None else ReportId(row.about_report),
        revision=row.revision,
        created_at=row.created_at,
        replaced_at=row.replaced_at,
    )
