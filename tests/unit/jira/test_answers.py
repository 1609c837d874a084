from datetime import UTC, datetime, timedelta

import pytest
from jira import JIRAError
from requests import ConnectionError as NoConnectionError
from requests import ConnectTimeout, ReadTimeout, Response

from adapters.jira.errors import JiraLockedOutError, errors_in_our_words, is_certain, is_rate_limit_of_all
from adapters.jira.pace import WritePace
from escalation.errors import (
    EscalationError,
    OutboundError,
    TicketGoneError,
    TicketRejectedError,
    TrackerUnavailableError,
)
from escalation.values import TicketKey

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def answered(status: int, body: bytes = b"{}", **headers: str) -> JIRAError:
    response = Response()
    response.status_code = status
    response._content = body  # noqa: SLF001 - a response can be made in no other way
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return JIRAError("no", status_code=status, response=response)


def translated(error: Exception) -> EscalationError:
    with pytest.raises(EscalationError) as raised, errors_in_our_words(NOW):
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, TicketRejectedError),
        (401, JiraLockedOutError),
        (403, TicketRejectedError),
        (404, TicketGoneError),
        (408, TrackerUnavailableError),
        (409, TrackerUnavailableError),
        (413, TicketRejectedError),
        (429, TrackerUnavailableError),
        (500, TrackerUnavailableError),
        (504, TrackerUnavailableError),
        (200, TrackerUnavailableError),
    ],
)
def test_an_answer_says_whether_to_try_again(status: int, kind: type[EscalationError]) -> None:
    assert type(translated(answered(status))) is kind


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "7"}, timedelta(seconds=7)),
        ({"Retry_After": "Thu, 12 Mar 2026 09:30:45 GMT"}, timedelta(seconds=45)),
        ({"Retry_After": "Thu, 12 Mar 2026 09:00:00 GMT"}, timedelta()),
        ({"X_RateLimit_Reset": "2026-03-12T09:31Z"}, timedelta(minutes=1)),
        ({"Retry_After": "soon"}, None),
        ({}, None),
    ],
)
def test_a_busy_jira_says_how_long_to_wait(headers: dict[str, str], wait: timedelta | None) -> None:
    error = translated(answered(429, b"{}", **headers))
    assert isinstance(error, TrackerUnavailableError)
    assert error.retry_after == wait


def test_only_a_limit_of_everything_holds_everything_back() -> None:
    assert is_rate_limit_of_all(translated(answered(429, RateLimit_Reason="jira-burst-based")))
    assert not is_rate_limit_of_all(translated(answered(429, RateLimit_Reason="jira-per-issue-on-write")))
    assert not is_rate_limit_of_all(translated(answered(503)))


@pytest.mark.parametrize(
    ("error", "certain"),
    [
        (answered(400), True),
        (answered(401), True),
        (answered(429), True),
        (answered(408), False),
        (answered(409), False),
        (answered(500), False),
        (answered(503), False),
        (answered(201), False),
        (ConnectTimeout(), True),
        (ReadTimeout(), False),
        (NoConnectionError("reset"), False),
        (ValueError("no JSON"), False),
    ],
)
def test_what_surely_made_nothing_is_told_from_what_may_have(error: Exception, certain: bool) -> None:  # noqa: FBT001 - a table
    translation = translated(error)
    assert isinstance(translation, OutboundError)
    assert is_certain(translation) is certain


def test_a_locked_account_waits_as_an_expired_token_does() -> None:
    denied = answered(403, X_Seraph_LoginReason="AUTHENTICATION_DENIED")
    assert isinstance(translated(denied), JiraLockedOutError)


def test_a_refusal_says_what_jira_says_of_each_field() -> None:
    body = b'{"errorMessages": ["No."], "errors": {"customfield_1": "Team is required."}}'
    assert str(translated(answered(400, body))) == "Jira answered 400. No.; customfield_1: Team is required."


def test_writes_to_one_issue_keep_within_jiras_limits() -> None:
    now = NOW
    pace = WritePace(lambda: now)
    key = TicketKey("OPS-1")
    for _ in range(15):
        pace.take(key)
    with pytest.raises(TrackerUnavailableError) as refused:
        pace.take(key)
    assert refused.value.retry_after == timedelta(seconds=2)
    pace.take(TicketKey("OPS-2"))
    now += timedelta(seconds=2)
    pace.take(key)
