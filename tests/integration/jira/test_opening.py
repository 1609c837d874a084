from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.engine import make_engine
from escalation.errors import TicketRejectedError
from escalation.values import TicketStatus
from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.issues import screen_field
from tests.fakes.tracker import draft_for
from tests.integration.jira.conftest import AGAIN, DESK, WORDS, Clock, Loop, Start
from tests.jira_rig import CLOUD_V3, described, desk_with, jira_rig

UNCERTAIN = (Fault.RESET_AFTER, Fault.ERROR_AFTER, Fault.RESET_BEFORE, Fault.ERROR_BEFORE)


@pytest.fixture
async def engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(sqlite_url)
    yield engine
    await engine.dispose()


async def test_the_ticket_says_what_the_failure_does_to_customers(loop: Loop) -> None:
    await loop.type("ana", f"{WORDS}, customer called from 07700 900123")
    await loop.type("ben", AGAIN[0])
    await loop.type("cem", AGAIN[1])
    await loop.drain()
    (issue,) = loop.jira.state.issues.values()
    text = described(loop.jira, issue.key)
    assert issue.fields["summary"].startswith("card payment fails")
    assert "3 reports from 3 agents" in text
    assert "ERR-4012" in text
    assert "█ (last 24 hours, 3 reports in the last one)" in text
    assert "[phone]" in text
    assert "07700" not in text
    assert "workaround:" in text


async def test_project_type_priority_labels_and_component_are_the_desks(start: Start) -> None:
    async with start() as loop:
        await loop.type("ana", f"checkout: {WORDS}")
        await loop.type("ben", f"checkout: {AGAIN[0]}")
        await loop.drain()
        (issue,) = loop.jira.state.issues.values()
        assert issue.key == "OPS-1"
        assert issue.fields["labels"][1:] == ["contact-centre"]
        assert issue.fields["labels"][0].startswith("techissue-1-")
        assert issue.priority == "Medium"


async def test_the_board_is_not_asked_for_anything(loop: Loop) -> None:
    await loop.ticketed()
    assert await loop.product.board.listing() == []
    assert (await loop.ticket()).url == "https://ops.example.com/browse/OPS-1"


@pytest.mark.parametrize("fault", UNCERTAIN)
async def test_one_ticket_whatever_becomes_of_the_call(start: Start, fault: Fault) -> None:
    faults = Faults(ordered=[fault], only=("POST", "/issue"))
    async with start(faults=faults, lag=60) as loop:
        await loop.type("ana", WORDS)
        await loop.type("ben", AGAIN[0])
        await loop.drain(minutes=7)
        assert faults.happened[fault] == 1
        assert list(loop.jira.state.issues) == ["OPS-1"]
        assert (await loop.ticket()).key == "OPS-1"


async def test_nothing_is_opened_anew_while_the_search_may_lag(start: Start) -> None:
    faults = Faults(ordered=[Fault.RESET_BEFORE], only=("POST", "/issue"))
    async with start(faults=faults) as loop:
        await loop.type("ana", WORDS)
        await loop.type("ben", AGAIN[0])
        await loop.drain(minutes=1)
        assert loop.jira.state.issues == {}
        await loop.drain(minutes=6)
        assert list(loop.jira.state.issues) == ["OPS-1"]


async def test_a_process_killed_between_the_call_and_the_answer_leaves_one_ticket(start: Start) -> None:
    async with start() as loop:
        await loop.type("ana", WORDS)
        await loop.type("ben", AGAIN[0])
        async with loop.product.open_work() as work:
            now = loop.clock()
            (item,) = [
                each
                for each in await work.outbox.lease(worker="killed", now=now, until=now + timedelta(minutes=1), limit=9)
                if each.kind == "ticket.open"
            ]
        await loop.product.loop._worker._handlers["ticket.open"](item)  # noqa: SLF001 - as far as the killed one came
        await loop.drain(minutes=7)
        assert list(loop.jira.state.issues) == ["OPS-1"]
        assert (await loop.ticket()).status is TicketStatus.TO_DO


async def test_a_required_field_is_named_to_the_triagers_once_and_retry_loses_nothing(start: Start) -> None:
    async with start() as loop:
        screen = loop.jira.state.projects["OPS"].screen
        screen.append(screen_field("Team", "customfield_10010", "option", required=True))
        for what in (WORDS, "website login shows a blank white page WEB-500", "e-mail receipt never arrives MAIL-77"):
            await loop.type("ana", what)
            await loop.type("ben", what)
        await loop.drain(minutes=1)
        parked = [each for each in await loop.waiting() if each.state.value == "parked"]
        assert len(parked) == 3
        assert "asks for Team" in str(parked[0].last_error)
        assert (await loop.seen_by("tess")).count("asks for Team") == 1
        assert (await loop.seen_by("tom")).count("asks for Team") == 1
        screen.pop()
        loop.after(minutes=11)
        await loop.press("tess", "retry", "all")
        await loop.drain()
        assert len(loop.jira.state.issues) == 3
        assert await loop.waiting() == []


async def test_a_field_that_the_settings_give_is_sent_in_its_form(start: Start) -> None:
    desk = (
        f'{DESK}fields = {{ Team = "Contact centre", "Number of reports" = 0 }}\nreports_field = "Number of reports"\n'
    )
    async with start(desk=desk.replace('"Number of reports" = 0', 'Points = "3"')) as loop:
        loop.jira.state.projects["OPS"].screen += [
            screen_field("Team", "customfield_10010", "option", required=True),
            screen_field("Points", "customfield_10011", "number"),
            screen_field("Number of reports", "customfield_10012", "number"),
        ]
        await loop.ticketed()
        fields = loop.jira.state.issues["OPS-1"].fields
        assert fields["customfield_10010"] == {"value": "Contact centre"}
        assert fields["customfield_10011"] == 3.0
        assert fields["customfield_10012"] == 2


async def test_what_jira_itself_refuses_is_told_by_the_names_of_its_pages(engine: AsyncEngine) -> None:
    async with jira_rig(CLOUD_V3, engine, Clock(), desk=desk_with(components={"Payments": "Tills"})) as (tracker, _):
        with pytest.raises(TicketRejectedError, match="Components: Component name 'Tills' is not valid") as refused:
            await tracker.open(draft_for())
        assert refused.value.notice is not None
        assert await tracker.find("techissue-7-1") is None


async def test_a_label_that_cannot_be_set_stops_the_opening(engine: AsyncEngine) -> None:
    async with jira_rig(CLOUD_V3, engine, Clock()) as (tracker, jira):
        ops = jira.state.projects["OPS"]
        ops.screen = [each for each in ops.screen if each["fieldId"] != "labels"]
        with pytest.raises(TicketRejectedError, match="no Labels on its create screen"):
            await tracker.open(draft_for())


async def test_data_center_gets_wiki_text_and_a_bearer_token(start: Start) -> None:
    async with start(cloud=False) as loop:
        key = await loop.ticketed()
        description = loop.jira.state.issues[key].fields["description"]
        assert "h3. What it does to customers" in description
        assert "bq. card payment fails" in description
