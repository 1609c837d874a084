from escalation.values import DeclineReason, ProblemStatus
from tests.fakes.jira.issues import ANA, BOT
from tests.integration.jira.conftest import DESK, WORDS, Loop, Start, look
from tests.jira_rig import document, said_by_us

BLANK = "website login shows a blank white page, error WEB-500"


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


async def test_what_people_say_is_kept_once_and_nothing_that_is_internal_or_ours(loop: Loop) -> None:
    key = await loop.ticketed()
    issue = loop.jira.state.find(key)
    loop.jira.state.comment(issue, document("The vendor is on it"), ANA)
    loop.jira.state.comment(issue, document("Only for the team"), ANA).public = False
    loop.jira.state.comment(issue, document("Only for admins"), ANA).only_for = "Administrators"
    loop.jira.state.comment(issue, document("Ours"), BOT)
    await look(loop)
    loop.after(minutes=5)
    loop.jira.state.edit(issue, {"summary": "Renamed"}, ANA)
    await look(loop)
    await loop.product.loop._housekeeping.reconcile(loop.clock())  # noqa: SLF001 - the hourly job
    shown = (await loop.type("tess", "show #1")).message
    assert shown is not None
    said = [line.split(" · ", 1)[1] for line in shown.details if "comment in ticket" in line]
    assert said == ["Ana Field · comment in ticket: The vendor is on it"]


async def test_what_a_triager_says_here_is_said_in_the_ticket_once(loop: Loop) -> None:
    key = await loop.ticketed()
    await loop.type("tess", "comment #1 also on the app")
    await loop.drain()
    await look(loop)
    assert [each for each in said_by_us(loop.jira, key) if "app" in each] == ["Tess: also on the app"]


async def test_a_note_may_be_a_field(start: Start) -> None:
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
