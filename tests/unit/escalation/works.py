"""An outbox with work of one kind, for tests of the worker."""

from collections.abc import Mapping

from adapters.db.work import SqlWork
from escalation.outbox import Effect, Handler, OutboxWorker, no_effect
from escalation.values import OutboxDraft, OutboxItem
from tests.unit.escalation.builders import NOW


class Works:
    """An outbox with work of the kind `job`, whose handler does what a test says and notes what it was given."""

    def __init__(self, store: SqlWork) -> None:
        self.store = store
        self.now = NOW
        self.seen: list[tuple[str, int]] = []
        self.errors: list[Exception] = []
        self.effect: Effect = no_effect

    async def add(self, name: str, queue: str = "q", kind: str = "job", desk: str | None = None) -> None:
        payload: dict[str, str | int | None] = {"name": name}
        draft = OutboxDraft(
            queue=queue, kind=kind, payload=payload | ({"desk": desk} if desk else {}), available_at=self.now
        )
        async with self.store() as work:
            await work.outbox.add(draft, now=self.now)

    async def job(self, item: OutboxItem) -> Effect:
        self.seen.append((str(item.payload["name"]), item.attempts))
        if self.errors:
            raise self.errors.pop(0)
        return self.effect

    def worker(self, name: str = "one", handlers: Mapping[str, Handler] | None = None) -> OutboxWorker:
        return OutboxWorker(
            open_work=self.store,
            handlers=handlers or {"job": self.job},
            worker_name=name,
            clock=lambda: self.now,
            jitter=lambda: 1.0,
        )

    async def unfinished(self) -> list[OutboxItem]:
        async with self.store(read_only=True) as work:
            return await work.outbox.listing(parked_only=False, limit=100)
