"""How often we may write to one issue: Jira takes 20 writes in 2 seconds and 100 in 30, and then none for a while."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from escalation.errors import TrackerUnavailableError
from escalation.values import TicketKey

LIMITS = ((15, timedelta(seconds=2)), (80, timedelta(seconds=30)))
"""A little under what Jira allows, for what its own people's automations write."""

_LONGEST = max(span for _, span in LIMITS)


class WritePace:
    """Counts our writes to each issue."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._writes: dict[TicketKey, deque[datetime]] = {}

    def take(self, key: TicketKey) -> None:
        """Count one more act of writing. Raises TrackerUnavailableError, with when to come again, if it is too many."""
        now = self._clock()
        for each in [each for each, writes in self._writes.items() if now - writes[-1] > _LONGEST]:
            del self._writes[each]
        writes = self._writes.setdefault(key, deque(maxlen=LIMITS[-1][0]))
        for most, span in LIMITS:
            recent = [at for at in writes if now - at < span]
            if len(recent) >= most:
                raise TrackerUnavailableError(
                    f"Too many writes to {key} at once.", retry_after=span - (now - recent[0])
                )
        writes.append(now)
