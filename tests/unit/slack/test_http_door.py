import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from adapters.slack.http import is_signed_by

NOW = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
SECRET = "a signing secret of Slack"
BODY = b"token=x&text=card+declined"


def stamp(at: datetime = NOW) -> str:
    return str(int(at.timestamp()))


def sign(body: bytes = BODY, timestamp: str | None = None, secret: str = SECRET) -> str:
    signed = b"v0:" + (timestamp or stamp()).encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, sha256).hexdigest()


def test_what_slack_signed_is_taken() -> None:
    assert is_signed_by(SECRET, BODY, stamp(), sign(), now=NOW)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "v0=",
        sign().removeprefix("v0="),
        sign().upper(),
        sign(secret="another secret"),
        sign(body=BODY + b"x"),
        "v0=é" + sign()[4:],
    ],
)
def test_what_slack_did_not_sign_is_refused(signature: str) -> None:
    assert not is_signed_by(SECRET, BODY, stamp(), signature, now=NOW)


@pytest.mark.parametrize(
    ("off", "taken"),
    [(timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False), (timedelta(minutes=-6), False)],
)
def test_a_request_is_taken_for_five_minutes(off: timedelta, *, taken: bool) -> None:
    at = stamp(NOW - off)
    assert is_signed_by(SECRET, BODY, at, sign(timestamp=at), now=NOW) is taken


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1e9", "9" * 30, "²³"])
def test_a_time_that_is_none_is_refused_however_it_is_signed(timestamp: str) -> None:
    signed = b"v0:" + timestamp.encode() + b":" + BODY
    signature = "v0=" + hmac.new(SECRET.encode(), signed, sha256).hexdigest()
    assert not is_signed_by(SECRET, BODY, timestamp, signature, now=NOW)
