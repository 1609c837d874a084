"""A chat platform in memory, held to the same contract as the real ones."""

from bot.messages import Message
from bot.ports import ChatPlatform
from dedupe.values import ReportId
from escalation.values import PersonId


class FakeChatPlatform(ChatPlatform):
    """Remembers what each person was told, and how the cards of their reports look now."""

    def __init__(self) -> None:
        self.told: dict[PersonId, list[Message]] = {}
        self.cards: dict[ReportId, Message] = {}
        self.failure: Exception | None = None
        self._marks: set[tuple[PersonId, str]] = set()

    async def tell(self, person: PersonId, message: Message, *, about: ReportId | None, mark: str) -> None:
        del about  # it has no threads
        if self.failure is not None:
            raise self.failure
        if (person, mark) not in self._marks:
            self._marks.add((person, mark))
            self.told.setdefault(person, []).append(message)

    async def renew(self, person: PersonId, about: ReportId, message: Message) -> None:
        del person  # one card a report
        if self.failure is not None:
            raise self.failure
        if about in self.cards:
            self.cards[about] = message
