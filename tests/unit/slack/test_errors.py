from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from adapters.slack.errors import (
    MessageGoneError,
    PersonGoneError,
    SlackRefusedError,
    SlackUnavailableError,
    error_of,
    retry_after_of,
)
from escalation.errors import OutboundError


def answer(error: str, status: int = 200, **headers: str) -> OutboundError:
    response = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data={"ok": False, "error": error, "needed": "chat:write"},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        status_code=status,
    )
    return error_of(SlackApiError("no", response), "chat.postMessage", "C01")  # type: ignore[no-untyped-call] # theirs


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ("ratelimited", 429, SlackUnavailableError),
        ("ratelimited", 200, SlackUnavailableError),
        ("internal_error", 200, SlackUnavailableError),
        ("anything", 503, SlackUnavailableError),
        ("message_not_found", 200, MessageGoneError),
        ("user_disabled", 200, PersonGoneError),
        ("invalid_blocks", 200, SlackRefusedError),
        ("invalid_auth", 401, SlackRefusedError),
    ],
)
def test_whether_to_try_again_is_part_of_the_error(error: str, status: int, kind: type[OutboundError]) -> None:
    assert type(answer(error, status)) is kind


def test_slack_is_left_alone_for_as_long_as_it_asks() -> None:
    found = answer("ratelimited", 429, Retry_After="17")
    assert isinstance(found, SlackUnavailableError)
    assert (found.retry_after, found.is_certain) == (timedelta(seconds=17), True)


def test_after_trouble_on_its_side_nobody_knows_what_was_done() -> None:
    found = answer("anything", 503)
    assert isinstance(found, SlackUnavailableError)
    assert not found.is_certain


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("token_revoked", "install the app again"),
        ("missing_scope", "needs chat:write"),
        ("not_in_channel", "channel C01"),
    ],
)
def test_what_a_person_can_mend_is_said_once_to_those_who_can(error: str, words: str) -> None:
    assert words in str(answer(error).notice)


@pytest.mark.parametrize(
    ("headers", "span"),
    [({"retry-after": "3"}, 3), ({"Retry-After": ["2"]}, 2), ({"Retry-After": "soon"}, None), ({}, None), (None, None)],
)
def test_a_wait_is_read_from_the_headers_however_they_are_written(headers: object, span: int | None) -> None:
    assert retry_after_of(headers) == (None if span is None else timedelta(seconds=span))
