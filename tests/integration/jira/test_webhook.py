import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.bootstrap import web_app
from escalation.values import ProblemStatus
from tests.fakes.jira.issues import ANA, BOT
from tests.integration.jira.conftest import PATH_SECRET, SECRET, Loop


def event_about(key: str, by: str = ANA, **more: object) -> bytes:
    event = {"webhookEvent": "jira:issue_updated", "issue": {"key": key}, "user": {"accountId": by}}
    return json.dumps(event | more).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}


@pytest.fixture
async def door(loop: Loop) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=web_app(loop.product))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client


async def test_a_fix_in_jira_reaches_everyone_by_webhook(loop: Loop, door: httpx.AsyncClient) -> None:
    key = await loop.ticketed()
    loop.jira.state.move(key, "Done", "Done")
    body = event_about(key)
    answer = await door.post("/jira/webhook", content=body, headers=signed(body))
    await loop.drain()
    assert answer.status_code == 204
    assert (await loop.problem()).status is ProblemStatus.FIXED
    assert "#1 is fixed" in await loop.seen_by("ana")
    assert "#1 is fixed" in await loop.seen_by("ben")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature": "sha256="},
        {"X-Hub-Signature": "sha1=abc"},
        signed(b"another body"),
        signed(event_about("OPS-1"), "another secret, of sixteen"),
        {"X-Hub-Signature": signed(event_about("OPS-1"))["X-Hub-Signature"].removeprefix("sha256=")},
    ],
)
async def test_what_is_not_signed_by_our_jira_is_refused(
    loop: Loop, door: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    await loop.ticketed()
    before = len(loop.jira.calls)
    answer = await door.post("/jira/webhook", content=event_about("OPS-1"), headers=headers)
    await loop.drain()
    assert answer.status_code == 401
    assert len(loop.jira.calls) == before


async def test_a_data_center_that_cannot_sign_names_a_secret_in_the_address(
    loop: Loop, door: httpx.AsyncClient
) -> None:
    key = await loop.ticketed()
    loop.jira.state.move(key, "In Progress")
    right = await door.post(f"/jira/webhook/{PATH_SECRET}", content=event_about(key))
    wrong = await door.post(f"/jira/webhook/{PATH_SECRET}x", content=event_about(key))
    await loop.drain()
    assert (right.status_code, wrong.status_code) == (204, 401)
    assert (await loop.problem()).status is ProblemStatus.IN_PROGRESS


async def test_a_redelivery_and_a_double_event_make_one_look(loop: Loop, door: httpx.AsyncClient) -> None:
    key = await loop.ticketed()
    body = event_about(key)
    for identifier in ("d-1", "d-1", "d-2"):
        headers = {**signed(body), "X-Atlassian-Webhook-Identifier": identifier}
        await door.post("/jira/webhook", content=body, headers=headers)
    assert [each.kind for each in await loop.waiting()] == ["ticket.look"]
    await loop.drain()
    headers = {**signed(body), "X-Atlassian-Webhook-Identifier": "d-1", "X-Atlassian-Webhook-Retry": "1"}
    await door.post("/jira/webhook", content=body, headers=headers)
    assert await loop.waiting() == []


async def test_our_own_changes_and_strangers_tickets_are_passed_over(loop: Loop, door: httpx.AsyncClient) -> None:
    key = await loop.ticketed()
    for body in (event_about(key, BOT), event_about("OPS-77"), event_about("")):
        assert (await door.post("/jira/webhook", content=body, headers=signed(body))).status_code == 204
    assert await loop.waiting() == []


async def test_an_event_that_comes_late_does_not_turn_a_fix_back(loop: Loop, door: httpx.AsyncClient) -> None:
    key = await loop.ticketed()
    loop.jira.state.move(key, "In Progress")
    late = event_about(key, issue={"key": key, "fields": {"status": {"name": "In Progress"}}})
    loop.after(minutes=1)
    loop.jira.state.move(key, "Done", "Done")
    body = event_about(key)
    await door.post("/jira/webhook", content=body, headers=signed(body))
    await loop.drain()
    await door.post("/jira/webhook", content=late, headers=signed(late))
    await loop.drain()
    assert (await loop.problem()).status is ProblemStatus.FIXED
    assert (await loop.seen_by("ana")).count("#1 is fixed") == 1


@pytest.mark.parametrize("body", [b"", b"no json", b"[1]"])
async def test_what_is_no_event_is_refused(loop: Loop, door: httpx.AsyncClient, body: bytes) -> None:
    assert (await door.post("/jira/webhook", content=body, headers=signed(body))).status_code == 400
