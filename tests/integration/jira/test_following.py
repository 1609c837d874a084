import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.bootstrap import web_app
from escalation.values import DeclineReason, ProblemStatus, TicketStatus
from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.issues import ANA, BOT
from tests.integration.jira.conftest import AGAIN, PATH_SECRET, SECRET, WORDS, Loop, Start
from tests.jira_rig import said_by_us

BLANK = "website login shows a blank white page, error WEB-500"


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


async def test_reconciling_finds_all_that_no_webhook_told(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.move(key, "Done", "Cannot Reproduce")
    issue = loop.jira.state.find(key)
    loop.jira.state.comment(issue, document("Workaround: pay by phone"), ANA)
    await loop.product.loop._housekeeping.reconcile(loop.clock())  # noqa: SLF001 - the hourly job
    await loop.drain()
    problem = await loop.problem()
    assert (problem.status, problem.decline_reason) == (ProblemStatus.DECLINED, DeclineReason.CANNOT_REPRODUCE)
    assert problem.workaround == "pay by phone"


async def look(loop: Loop) -> None:
    await loop.product.hear(None, [(await loop.ticket()).key])
    await loop.drain()


async def test_notes_in_comments_arrive_at_the_agents_masked_and_once(loop: Loop) -> None:
    key = await loop.ticketed()
    issue = loop.jira.state.find(key)
    loop.jira.state.comment(issue, document("Tell the customer: we know, call 07700 900123"), ANA)
    loop.jira.state.comment(issue, document("Not for agents: workaround: none"), ANA)
    loop.jira.state.comment(issue, document("CAUSE: certificate ran out"), ANA)
    await look(loop)
    assert (await loop.problem()).customer_text == "we know, call [phone]"
    assert (await loop.problem()).workaround is None
    loop.after(minutes=1)
    await loop.type("tess", 'note #1 customer "fixed by noon"')
    loop.jira.state.edit(issue, {"summary": "Renamed"}, ANA)
    await look(loop)
    assert (await loop.problem()).customer_text == "fixed by noon"
    shown = (await loop.type("tess", "show #1")).message
    assert shown is not None
    assert any("note cause in ticket: certificate ran out (Ana Field)" in line for line in shown.details)


async def test_what_we_say_ourselves_is_no_note(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.comment(loop.jira.state.find(key), document("workaround: ours"), BOT)
    await look(loop)
    assert (await loop.problem()).workaround is None


async def test_a_note_may_be_a_field(start: Start) -> None:
    from tests.integration.jira.conftest import DESK  # noqa: PLC0415 - changed for this test alone

    async with start(desk=f'{DESK}note_fields = {{ customer = "customfield_10050" }}\n') as loop:
        key = await loop.ticketed()
        loop.jira.state.edit(loop.jira.state.find(key), {"customfield_10050": "Cards are re-sent"}, ANA)
        await look(loop)
        assert (await loop.problem()).customer_text == "Cards are re-sent"


async def test_a_duplicate_of_a_ticket_that_nobody_here_knows_is_followed_to_it(loop: Loop) -> None:
    key = await loop.ticketed()
    other = loop.jira.state.create(
        {"project": {"key": "OPS"}, "issuetype": {"id": "1"}, "summary": "Gateway down"}, ANA
    )
    loop.jira.state.link("Duplicate", loop.jira.state.find(key), other, ANA)
    loop.jira.state.move(key, "Done", "Duplicate")
    await look(loop)
    assert (await loop.ticket()).key == other.key
    assert "will not be changed" not in await loop.seen_by("ana")
    loop.after(minutes=5)
    loop.jira.state.move(other.key, "Done", "Done")
    await look(loop)
    assert (await loop.problem()).status is ProblemStatus.FIXED
    assert "#1 is fixed" in await loop.seen_by("ana")


async def test_a_duplicate_of_another_problems_ticket_makes_the_two_one(loop: Loop) -> None:
    key = await loop.ticketed()
    await loop.type("cem", BLANK)
    await loop.type("dot", BLANK)
    await loop.drain()
    greater = (await loop.ticket(2)).key
    loop.jira.state.link("Duplicate", loop.jira.state.find(key), loop.jira.state.find(greater), ANA)
    loop.jira.state.move(key, "Done", "Duplicate")
    await look(loop)
    lesser, into = await loop.problem(1), await loop.problem(2)
    assert lesser.merged_into == into.id
    loop.after(minutes=5)
    loop.jira.state.move(greater, "Done", "Done")
    await loop.product.hear(None, [greater])
    await loop.drain()
    assert "#2 is fixed" in await loop.seen_by("ana")


async def test_a_problem_merged_in_the_chat_ends_its_ticket_as_a_duplicate(loop: Loop) -> None:
    key = await loop.ticketed()
    await loop.type("cem", BLANK)
    await loop.type("dot", BLANK)
    await loop.drain()
    greater = (await loop.ticket(2)).key
    await loop.type("tess", "merge #1 #2")
    await loop.drain()
    issue = loop.jira.state.find(key)
    assert (issue.status.name, issue.resolution) == ("Done", "Duplicate")
    assert issue.links == [("Duplicate", "outward", greater)]


async def test_a_moved_ticket_is_followed_under_its_new_key(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.move_to_project(key, "NET")
    await look(loop)
    assert (await loop.ticket()).key == "NET-1"
    loop.jira.state.move("NET-1", "In Progress")
    await look(loop)
    assert (await loop.problem()).status is ProblemStatus.IN_PROGRESS


async def test_a_deleted_ticket_is_noticed_and_another_is_opened(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.delete(key)
    await look(loop)
    assert list(loop.jira.state.issues) == ["OPS-2"]
    assert (await loop.ticket()).key == "OPS-2"


async def test_tickets_of_a_project_that_we_may_not_see_any_more_are_not_taken_for_deleted(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.projects["OPS"].permissions.discard("BROWSE_PROJECTS")
    await look(loop)
    assert (await loop.ticket()).key == key
    assert "no project OPS" in await loop.seen_by("tess")


async def test_a_failure_that_comes_back_young_reopens_its_ticket_with_one_comment(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.move(key, "Done", "Done")
    await look(loop)
    loop.after(hours=2)
    for name in ("cem", "dot"):
        await loop.type(name, f"{WORDS} {name}")
    await loop.drain(minutes=1)
    issue = loop.jira.state.find(key)
    assert (issue.status.category, issue.resolution) == ("new", None)
    assert [each for each in said_by_us(loop.jira, key) if each.startswith("Reopened")] != []
    assert (await loop.problem()).status is ProblemStatus.OPEN


async def test_a_workflow_without_a_way_back_gets_a_new_ticket_linked_to_the_old(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.projects["OPS"].workflow.closed_ways |= {("Done", "To Do"), ("Done", "Triaged")}
    loop.jira.state.move(key, "Done", "Done")
    await look(loop)
    loop.after(hours=2)
    for name in ("cem", "dot"):
        await loop.type(name, f"{WORDS} {name}")
    await loop.drain(minutes=1)
    assert list(loop.jira.state.issues) == [key, "OPS-2"]
    assert loop.jira.state.find("OPS-2").links == [("Relates", "outward", key)]
    assert (await loop.ticket()).linked_from == key


async def test_a_triager_links_a_ticket_that_is_there_already(loop: Loop) -> None:
    await loop.ticketed()
    by_hand = loop.jira.state.create(
        {"project": {"key": "OPS"}, "issuetype": {"id": "1"}, "summary": "Payments down"}, ANA
    )
    loop.jira.state.move(by_hand.key, "In Progress")
    await loop.type("tess", f"link #1 {by_hand.key}")
    await loop.drain()
    assert (await loop.ticket()).key == by_hand.key
    assert (await loop.problem()).status is ProblemStatus.IN_PROGRESS
    assert f"{by_hand.key} is #1's ticket now" in await loop.seen_by("tess")
    assert loop.jira.state.find("OPS-1").resolution == "Duplicate"
    assert "2 reports from 2 agents" in said_by_us(loop.jira, by_hand.key)[0]


@pytest.mark.parametrize("key", ["OPS-404", "NONE-1"])
async def test_linking_a_ticket_that_is_not_there_changes_nothing_and_says_so(loop: Loop, key: str) -> None:
    before = await loop.ticketed()
    await loop.type("tess", f"link #1 {key}")
    await loop.drain()
    assert (await loop.ticket()).key == before
    assert "keeps the ticket it has" in await loop.seen_by("tess")
    assert await loop.waiting() == []


async def test_an_agent_may_not_link(loop: Loop) -> None:
    await loop.ticketed()
    reply = await loop.type("ana", "link #1 OPS-5")
    assert reply.message is not None
    assert "Only triagers" in reply.message.title


async def test_an_expired_token_is_told_once_and_the_work_waits_for_a_new_one(start: Start) -> None:
    async with start() as loop:
        right, loop.jira.token = loop.jira.token, "another token"
        await loop.type("ana", WORDS)
        await loop.type("ben", AGAIN[0])
        await loop.drain(minutes=20)
        assert (await loop.seen_by("tess")).count("Jira does not accept the token") == 1
        assert len(loop.jira.calls) < 15
        loop.jira.token = right
        await loop.drain(minutes=20)
        assert list(loop.jira.state.issues) == ["OPS-1"]


async def test_a_status_set_in_the_chat_moves_the_issue(loop: Loop) -> None:
    key = await loop.ticketed()
    await loop.type("tess", "status #1 declined duplicate")
    await loop.drain()
    issue = loop.jira.state.find(key)
    assert (issue.status.name, issue.resolution) == ("Done", "Duplicate")
    assert (await loop.ticket()).status is TicketStatus.DONE


async def test_a_status_that_the_workflow_asks_more_for_is_told_in_a_comment(loop: Loop) -> None:
    key = await loop.ticketed()
    loop.jira.state.projects["OPS"].workflow.required = {"customfield_10020": "Root cause is required."}
    await loop.type("tess", "status #1 fixed")
    await loop.drain()
    assert loop.jira.state.find(key).status.name == "To Do"
    assert said_by_us(loop.jira, key) == ["Tess set problem #1 to “fixed” in the chat."]


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.ERROR_AFTER, Fault.RESET_BEFORE])
async def test_no_bump_is_lost_and_no_comment_doubled(start: Start, fault: Fault) -> None:
    faults = Faults(only=("POST", "/comment"))
    async with start(faults=faults) as loop:
        key = await loop.ticketed()
        faults.ordered = [fault]
        for i in range(4):
            await loop.type(f"agent{i}", f"{WORDS} number {i}")
        await loop.drain(minutes=3)
        assert faults.happened[fault] == 1
        (rolling,) = said_by_us(loop.jira, key)
        assert "6 reports" in rolling


def document(text: str) -> dict[str, object]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }
