"""What Jira tells us unasked. It is only a hint to look at a ticket, so that nothing of what it says has to be true."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import structlog
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from escalation.errors import EscalationError
from escalation.values import TicketKey

_log = structlog.get_logger(__name__)

MOST_BYTES = 4 * 1024 * 1024
PATH = "/jira/webhook"
_NO = "This did not come from our Jira."

Hear = Callable[[str | None, Sequence[TicketKey]], Awaitable[int]]
"""Is given a delivery's identifier and the tickets it is about; gives how many of them are ours."""


def webhook_router(
    hear: Hear, own_account: Callable[[], Awaitable[str]], *, secret: str | None, path_secret: str | None
) -> APIRouter:
    """`secret` signs the body, as Cloud and newer Data Centers do; `path_secret` is a part of the address, for older
    ones. A door without its secret is shut.
    """
    router = APIRouter()

    async def take(request: Request, body: bytes) -> Response:
        event = _read(body)
        if await _is_own(event, own_account):
            return Response(status_code=204)
        keys = keys_of(event)
        ours = await hear(request.headers.get("X-Atlassian-Webhook-Identifier"), keys)
        _log.info("jira_webhook", heard=event.get("webhookEvent"), tickets=len(keys), ours=ours)
        return Response(status_code=204)

    @router.post(PATH, include_in_schema=False)
    async def signed(request: Request) -> Response:
        body = await _body(request)
        if secret is None or not is_signed_by(secret, body, request.headers.get("X-Hub-Signature")):
            raise HTTPException(401, _NO)
        return await take(request, body)

    @router.post(PATH + "/{given}", include_in_schema=False)
    async def addressed(request: Request, given: str) -> Response:
        if path_secret is None or not hmac.compare_digest(given.encode(), path_secret.encode()):
            raise HTTPException(401, _NO)
        return await take(request, await _body(request))

    return router


def is_signed_by(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether the signature, such as `sha256=…`, is the body's by this secret. Takes as long for any wrong one."""
    method, _, given = (signature or "").partition("=")
    wanted = hmac.new(secret.encode(), body, sha256).hexdigest()
    return hmac.compare_digest(given.casefold().encode(), wanted.encode()) and method == "sha256"


def keys_of(event: Mapping[str, Any]) -> list[TicketKey]:
    """The issues that the event is about: by the key they have, and by the one they had before they were moved."""
    issue = event.get("issue") or {}
    changes = (event.get("changelog") or {}).get("items") or []
    former = [str(each.get("fromString")) for each in changes if each.get("field") == "Key"]
    return [TicketKey(key) for key in [str(issue.get("key") or ""), *former] if key]


async def _is_own(event: Mapping[str, Any], own_account: Callable[[], Awaitable[str]]) -> bool:
    """Whether our own account did it. While nobody can tell us who we are, nothing counts as our own."""
    comment = event.get("comment") or {}
    actor = event.get("user") or comment.get("updateAuthor") or comment.get("author") or {}
    try:
        account = await own_account()
    except EscalationError:
        return False
    return bool(account) and account in {actor.get("accountId"), actor.get("name"), actor.get("key")}


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "That is more than Jira ever sends.")
    return body


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise HTTPException(400, "This is no event of Jira's.")
    return event
