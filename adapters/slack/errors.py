"""What can go wrong with Slack, in the words of the outbox.

RetryableOutboundError
└── SlackUnavailableError   it did not answer, is busy, or has trouble of its own
PermanentOutboundError
└── SlackRefusedError       it says no, and will again
    ├── MessageGoneError    the message is not there any more
    └── PersonGoneError     nobody can be told there: left, or not reachable by us
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from escalation.errors import OutboundError, PermanentOutboundError, RetryableOutboundError

_PASSING = frozenset(
    {
        *("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"),
        "ekm_access_denied",
    }
)
_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
_PLACE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found", "edit_window_closed"})
_PERSON_GONE = frozenset({"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "users_not_found"})
_TOO_MANY = 429
_TROUBLE = 500


class SlackUnavailableError(RetryableOutboundError):
    """Slack cannot do it now. `is_certain`: it said so itself, so that nothing of the call was done."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None, is_certain: bool = False) -> None:
        super().__init__(message, retry_after=retry_after)
        self.is_certain = is_certain


class SlackRefusedError(PermanentOutboundError):
    """Slack refuses. `reason` is its own word for it."""

    def __init__(self, message: str, *, reason: str, notice: str | None = None) -> None:
        super().__init__(message, notice=notice)
        self.reason = reason


class MessageGoneError(SlackRefusedError):
    """The message is not there any more, or cannot be changed."""


class PersonGoneError(SlackRefusedError):
    """The person cannot be told anything here."""


def error_of(error: SlackApiError, method: str, channel: str | None) -> OutboundError:
    """Slack's answer as an error of the outbox."""
    response = error.response
    reason = str(response.get("error") or "no reason") if hasattr(response, "get") else "no reason"
    status = int(getattr(response, "status_code", 0) or 0)
    if status == _TOO_MANY or status >= _TROUBLE or reason in _PASSING | _BUSY:
        retry_after = retry_after_of(getattr(response, "headers", {}))
        return SlackUnavailableError(
            f"Slack did not take {method}: {status or ''} {reason}".strip(),
            retry_after=retry_after,
            # After trouble of its own some of the call may have been done all the same.
            is_certain=status == _TOO_MANY or (reason in _BUSY and status < _TROUBLE),
        )
    if reason in _MESSAGE_GONE:
        return MessageGoneError(f"The message is not there any more ({method}: {reason}).", reason=reason)
    if reason in _PERSON_GONE:
        return PersonGoneError(f"The person cannot be told anything in Slack ({method}: {reason}).", reason=reason)
    needed = f", needs {response.get('needed')}" if reason == "missing_scope" else ""
    return SlackRefusedError(
        f"Slack refused {method}: {reason}{needed}", reason=reason, notice=_notice(reason, needed, channel)
    )


def retry_after_of(headers: object) -> timedelta | None:
    """How long the other side asks to be left alone."""
    items: Iterable[tuple[object, object]] = headers.items() if isinstance(headers, Mapping) else ()
    for name, value in items:
        if str(name).casefold() == "retry-after":
            text = str(value[0] if isinstance(value, list) else value)
            return timedelta(seconds=float(text)) if text.replace(".", "", 1).isdecimal() else None
    return None


def _notice(reason: str, needed: str, channel: str | None) -> str | None:
    if reason in _TOKEN:
        return f"Slack does not take techissue's token ({reason}). An administrator has to install the app again."
    if reason == "missing_scope":
        return f"Slack refuses techissue a permission{needed}. An administrator has to add the scope and install again."
    if reason in _PLACE:
        return f"techissue cannot write into the Slack channel {channel} ({reason}). Somebody has to invite it there."
    return None
