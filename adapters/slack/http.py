"""HTTP mode: the door to which Slack posts its requests, each signed and no older than five minutes."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

PATH = "/slack/events"
MOST_BYTES = 2 * 1024 * 1024
_OLDEST = timedelta(minutes=5)
_NO = "This did not come from our Slack."

Take = Callable[[Request, bytes], Awaitable[Response]]
"""Is given a request that was verified, and its body."""


def slack_router(take: Take, *, secret: str, clock: Callable[[], datetime]) -> APIRouter:
    """The door. What is not signed by Slack is refused before anything of it is read."""
    router = APIRouter()

    @router.post(PATH, include_in_schema=False)
    async def events(request: Request) -> Response:
        body = await _body(request)
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not is_signed_by(secret, body, timestamp, signature, now=clock()):
            raise HTTPException(401, _NO)
        return await take(request, body)

    return router


def is_signed_by(secret: str, body: bytes, timestamp: str, signature: str, *, now: datetime) -> bool:
    """Whether the signature, such as `v0=…`, is the body's at that time, and the time is no more than five minutes off.
    Takes as long for any wrong signature.
    """
    wanted = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, sha256).hexdigest()
    is_right = hmac.compare_digest(signature.encode(), b"v0=" + wanted.encode())
    return is_right and _is_fresh(timestamp, now)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):  # noqa: PLR2004 - till the year 5138
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= _OLDEST


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "That is more than Slack ever sends.")
    return body
