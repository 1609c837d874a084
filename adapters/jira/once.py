"""Sending what must not be made twice, though its outcome may be uncertain and the process may be killed."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from adapters.jira.attempts import Attempts
from adapters.jira.errors import is_certain
from escalation.errors import OutboundError, TicketGoneError, TrackerUnavailableError

_LOOK_AGAIN = timedelta(minutes=1)


class SendOnce:
    """Writes each call down before it is sent, so that whoever comes next knows of it."""

    def __init__(self, attempts: Attempts, clock: Callable[[], datetime]) -> None:
        self._attempts = attempts
        self._clock = clock

    async def send(self, mark: str, call: Callable[[], Awaitable[str]]) -> str:
        """Send it. Gives the key or id of what was made. Raises what the call raises."""
        await self._attempts.begin(mark, at=self._clock())
        try:
            made = await call()
        except (OutboundError, TicketGoneError) as error:
            if isinstance(error, TicketGoneError) or is_certain(error):
                await self._attempts.failed(mark)
            raise
        await self._attempts.made(mark, made)
        return made

    async def was_sent(self, mark: str) -> bool:
        """Whether a call under this mark was sent that may have made something."""
        return await self._attempts.of(mark) is not None

    async def made_by(self, mark: str) -> str | None:
        """What the call is known to have made."""
        attempt = await self._attempts.of(mark)
        return None if attempt is None else attempt.made

    async def found(self, mark: str, what: str) -> None:
        """The call has made this, as was seen by looking."""
        await self._attempts.made(mark, what)

    async def wait_out(self, mark: str, settles: timedelta) -> None:
        """Raises TrackerUnavailableError while what was sent may still show."""
        attempt = await self._attempts.of(mark)
        if attempt is None or attempt.made is not None:
            return
        left = attempt.sent_at + settles - self._clock()
        if left > timedelta():
            raise TrackerUnavailableError(
                "An earlier call may still show in Jira; looking again soon.", retry_after=min(left, _LOOK_AGAIN)
            )
