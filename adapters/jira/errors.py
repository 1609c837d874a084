"""What Jira and the network answer, as escalation's errors.

TrackerUnavailableError
└── JiraLockedOutError    the token is not accepted: everything waits until somebody renews it
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from jira import JIRAError
from requests import ConnectionError as NoConnectionError
from requests import ConnectTimeout, RequestException, Response
from urllib3.exceptions import MaxRetryError, NewConnectionError

from escalation.errors import (
    EscalationError,
    OutboundError,
    TicketGoneError,
    TicketRejectedError,
    TrackerUnavailableError,
)

LOCKED_OUT_FOR = timedelta(minutes=5)
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY})
_TOKEN = "Jira does not accept the token: it has expired, was revoked, or belongs to another address."  # noqa: S105 - a sentence about one
_RENEW = "Make a new one, set TECHISSUE_JIRA_TOKEN and start techissue anew; everything that waits is done then."
_FORBIDDEN = "Jira does not let techissue's account do this. Run `techissue doctor` to see which permission is missing."
_DENIED = "AUTHENTICATION_DENIED"
_LONGEST = 300


class JiraLockedOutError(TrackerUnavailableError):
    """The token is not accepted. Asking again soon makes it worse: Jira locks accounts out."""


@contextmanager
def errors_in_our_words(now: datetime) -> Iterator[None]:
    """Whatever the library raises becomes TrackerUnavailableError, TicketRejectedError or TicketGoneError."""
    try:
        yield
    except JIRAError as error:
        raise of_answer(error, now) from error
    except RequestException as error:
        raise TrackerUnavailableError(f"Jira did not answer: {type(error).__name__}.") from error
    except ValueError as error:
        raise TrackerUnavailableError("What answered was not Jira: perhaps a proxy's or a sign-in page.") from error


def of_answer(error: JIRAError, now: datetime) -> EscalationError:
    """The error for an answer that is not a success."""
    response: Response | None = error.response
    status = int(error.status_code or 0)
    is_odd = status < HTTPStatus.BAD_REQUEST or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if response is None or is_odd or status in _BUSY:
        after = None if response is None else read_retry_after(response, now)
        return TrackerUnavailableError(f"Jira answered {status}.", retry_after=after)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        reason = response.headers.get("RateLimit-Reason", "no reason given")
        return TrackerUnavailableError(
            f"Jira asks to go slower ({reason}).", retry_after=read_retry_after(response, now)
        )
    if status == HTTPStatus.UNAUTHORIZED or _DENIED in response.headers.get("X-Seraph-LoginReason", ""):
        return JiraLockedOutError(_TOKEN, retry_after=LOCKED_OUT_FOR, notice=f"{_TOKEN} {_RENEW}")
    said = say_refusal(response)
    if status == HTTPStatus.FORBIDDEN:
        return TicketRejectedError(f"Jira forbids it. {said}", notice=_FORBIDDEN)
    if status == HTTPStatus.NOT_FOUND:
        return TicketGoneError(f"Jira has nothing there. {said}")
    return TicketRejectedError(f"Jira answered {status}. {said}")


def is_certain(error: OutboundError) -> bool:
    """Whether the refused call has surely made nothing: it was refused in words, or there was no connection for it."""
    cause = error.__cause__
    if isinstance(cause, JIRAError):
        status = int(cause.status_code or 0)
        # A conflict and a time-out say that something was under way.
        return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _BUSY
    return cause is None or isinstance(cause, ConnectTimeout) or _never_connected(cause)


def is_rate_limit_of_all(error: Exception) -> bool:
    """Whether Jira asks everything to go slower, and not only the writes to one issue."""
    cause = error.__cause__
    if not isinstance(cause, JIRAError) or cause.status_code != HTTPStatus.TOO_MANY_REQUESTS or cause.response is None:
        return False
    return "per-issue" not in cause.response.headers.get("RateLimit-Reason", "")


def refused_fields(error: Exception) -> dict[str, str]:
    """The fields that a refusal names, with what it says of each."""
    cause = error.__cause__
    if not isinstance(cause, JIRAError) or cause.response is None:
        return {}
    try:
        errors = cause.response.json().get("errors")
    except (ValueError, AttributeError):
        return {}
    return {str(name): str(said) for name, said in errors.items()} if isinstance(errors, dict) else {}


def read_retry_after(response: Response, now: datetime) -> timedelta | None:
    """How long the answer asks to wait: `Retry-After` in seconds or as a date, or else `X-RateLimit-Reset`."""
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return timedelta(seconds=min(int(asked), 24 * 3600))
    for read, words in (
        (parsedate_to_datetime, asked),
        (datetime.fromisoformat, response.headers.get("X-RateLimit-Reset", "").strip()),
    ):
        try:
            moment = read(words)
        except (ValueError, TypeError):
            continue
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(aware - now, timedelta())
    return None


def say_refusal(response: Response) -> str:
    """What Jira says of it, in one line."""
    try:
        body = response.json()
    except ValueError:
        return "It gave no reason."
    if not isinstance(body, dict):
        return "It gave no reason."
    fields = body.get("errors")
    named = [f"{name}: {said}" for name, said in fields.items()] if isinstance(fields, dict) else []
    words = "; ".join([*map(str, body.get("errorMessages") or []), *named])
    return words[:_LONGEST] or "It gave no reason."


def _never_connected(cause: BaseException) -> bool:
    inner = cause.args[0] if isinstance(cause, NoConnectionError) and cause.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)
