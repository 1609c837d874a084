"""A triage channel in memory."""

from bot.messages import Message
from bot.ports import TriageChannel


class FakeTriageChannel(TriageChannel):
    """Remembers the message of each problem, and what was said in its thread."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, int], Message] = {}
        self.threads: dict[tuple[str, int], list[Message]] = {}
        self.failure: Exception | None = None
        self._marks: set[tuple[str, int, str]] = set()

    async def show(self, desk: str, number: int, message: Message) -> None:
        if self.failure is not None:
            raise self.failure
        self.shown[desk, number] = message

    async def add(self, desk: str, number: int, message: Message, *, mark: str) -> None:
        if self.failure is not None:
            raise self.failure
        if (desk, number, mark) not in self._marks:
            self._marks.add((desk, number, mark))
            self.threads.setdefault((desk, number), []).append(message)
