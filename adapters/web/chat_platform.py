"""The web chat as a place where people talk to the bot."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from adapters.web.transcript import EntryDraft, EntryKind, WebTranscript
from bot.messages import Message
from dedupe.values import ReportId
from escalation.errors import RetryableOutboundError
from escalation.values import PersonId


class WebChatPlatform:
    """`bot.ports.ChatPlatform` over the transcript: what is said is there when the person looks, now or later."""

    def __init__(self, transcript: WebTranscript) -> None:
        self._transcript = transcript

    async def tell(self, person: PersonId, message: Message, *, about: ReportId | None, mark: str) -> None:
        draft = EntryDraft(
            person=person, desk=None, kind=EntryKind.TOLD, mark=f"told:{mark}", message=message, about=about
        )
        with _translated():
            await self._transcript.add(draft)

    async def renew(self, person: PersonId, about: ReportId, message: Message) -> None:
        with _translated():
            await self._transcript.renew(person, about, message)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise RetryableOutboundError("The chat's database did not take the message.") from error
