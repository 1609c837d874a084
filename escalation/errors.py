"""What can go wrong with outbound work. Whether to try again is part of the type.

EscalationError
├── OutboundError                 something outside did not do what was asked
│   ├── RetryableOutboundError    try again later, by `retry_after` if the other side named one
│   │   └── TrackerUnavailableError
│   └── PermanentOutboundError    trying again without a change does not help: park it
│       └── TicketRejectedError
│           └── NoWayThereError   the ticket's workflow has no way to the status
├── TicketGoneError               the ticket is not there any more
└── UnknownProblemError           no problem is stored with this id
"""

from datetime import timedelta


class EscalationError(Exception):
    """The root: something about escalation failed."""


class OutboundError(EscalationError):
    """Something outside did not do what was asked.

    `notice` is what somebody who can mend it should be told, once for all the work that it stops: the same for the
    same cause, and without anything of a report.
    """

    def __init__(self, message: str, *, notice: str | None = None) -> None:
        super().__init__(message)
        self.notice = notice


class RetryableOutboundError(OutboundError):
    """The other side cannot do it now; the same call may succeed later."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None, notice: str | None = None) -> None:
        super().__init__(message, notice=notice)
        self.retry_after = retry_after


class TrackerUnavailableError(RetryableOutboundError):
    """The tracker did not answer, or says it is busy."""


class PermanentOutboundError(OutboundError):
    """The other side refuses, and will again until somebody changes something."""


class TicketRejectedError(PermanentOutboundError):
    """The tracker refuses the ticket or the change of it."""


class NoWayThereError(TicketRejectedError):
    """The ticket's workflow has no way to the status, or asks there for what only a person can say."""


class TicketGoneError(EscalationError):
    """The ticket is not there any more."""


class UnknownProblemError(EscalationError):
    """No problem is stored with this id. Problems are never deleted, so the id was wrong from the start."""
