"""What people are told that is not about their reports: work that stands still, what came of what they asked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b

import structlog

from bot.desks import Desk
from bot.messages import Message, Tone
from bot.ports import ChatPlatform, OpenUnitOfWork
from escalation import kinds
from escalation.kinds import DESK
from escalation.outbox import Effect, no_effect
from escalation.values import OutboxItem, PersonId

_log = structlog.get_logger(__name__)


class Notices:
    """Each desk's triagers are told of one cause once a day, however much work it stops."""

    def __init__(
        self,
        *,
        open_work: OpenUnitOfWork,
        platforms: Mapping[str, ChatPlatform],
        desk_named: Callable[[str], Desk],
        clock: Callable[[], datetime],
    ) -> None:
        self._open_work = open_work
        self._platforms = platforms
        self._desk_named = desk_named
        self._clock = clock

    async def deliver(self, item: OutboxItem) -> Effect:
        """Carry out the outbox's `notice`."""
        person = PersonId(str(item.payload["person"]))
        platform = self._platforms.get(person.partition(":")[0])
        if platform is not None:
            message = Message(title=str(item.payload["title"]), text=str(item.payload["text"] or ""), tone=Tone.WARNING)
            await platform.tell(person, message, about=None, mark=f"notice:{item.id}")
        return no_effect

    async def notify(self, item: OutboxItem, notice: str) -> None:
        """Queue the notice for the triagers of the desk whose work stands still, unless they were told today."""
        desk = self._desk_named(str(item.payload.get(DESK) or ""))
        now = self._clock()
        cause = blake2b(notice.encode(), digest_size=12).hexdigest()
        key = f"notice:{desk.name}:{cause}:{now:%Y-%m-%d}"
        async with self._open_work(desk.name) as work:
            if await work.deliveries.answered(key) is not None:
                return
            await work.deliveries.remember(key, "told", at=now)
            for person in desk.triagers:
                text = "Work waits for it, and nothing is lost. To see it: outbox"
                await work.outbox.add(kinds.notice(person, notice, text, now=now), now=now)
        _log.warning("triagers_notified", desk=desk.name, cause=cause, kind=item.kind)
