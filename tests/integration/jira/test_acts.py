import pytest

from escalation.values import ProblemStatus, TicketKey, TicketStatus
from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.issues import ANA
from tests.integration.jira.conftest import AGAIN, WORDS, Loop, Start
from tests.jira_rig import described, said_by_us


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


async def test_what_is_split_off_a_problem_with_a_ticket_gets_its_own_and_its_agents_hear_of_that(loop: Loop) -> None:
    key = await loop.ticketed()
    await loop.type("tess", "split #1 r2")
    await loop.drain()
    (own,) = (TicketKey(each) for each in loop.jira.state.issues if each != key)
    loop.jira.state.move(own, "Done", "Done")
    await loop.product.hear(None, [own])
    await loop.drain()
    assert f"split off #1, whose ticket is {key}" in described(loop.jira, own)
    assert "#2 is fixed" in await loop.seen_by("ben")
    assert "is fixed" not in await loop.seen_by("ana")
