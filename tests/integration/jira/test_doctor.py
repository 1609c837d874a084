from dataclasses import dataclass

from bot.findings import Finding
from tests.fakes.jira.issues import screen_field
from tests.integration.jira.conftest import DESK, Loop, Start


@dataclass
class Found:
    """What the doctor says of Jira."""

    findings: list[Finding]

    @property
    def wrong(self) -> list[str]:
        return [each.finding for each in self.findings if not each.ok]

    @property
    def words(self) -> str:
        return "\n".join(each.finding for each in self.findings)


async def examine(loop: Loop) -> Found:
    return Found(await loop.product.examine_tracker())


async def test_a_jira_that_is_set_up_passes_and_nothing_is_written(start: Start) -> None:
    async with start(base_url="https://help.example.com") as loop:
        found = await examine(loop)
        assert found.wrong == []
        assert "Jira Cloud, version 3" in found.words
        assert "https://help.example.com/jira/webhook" in found.words
        posted = [path for method, path in loop.jira.calls if method != "GET"]
        assert posted == []


async def test_ways_through_the_workflow_are_those_of_a_ticket_that_is_there(start: Start) -> None:
    async with start(base_url="https://help.example.com") as loop:
        await loop.ticketed()
        assert "OPS-1 can be brought to: Done, In Progress, Triaged" in (await examine(loop)).words


async def test_each_permission_that_lacks_is_named(loop: Loop) -> None:
    loop.jira.state.projects["OPS"].permissions -= {"LINK_ISSUES", "TRANSITION_ISSUES"}
    assert "lacks in OPS: Transition Issues, Link Issues" in "\n".join((await examine(loop)).wrong)


async def test_required_fields_are_found_before_a_ticket_is_needed(loop: Loop) -> None:
    ops = loop.jira.state.projects["OPS"]
    ops.screen += [screen_field(f"Filler {i}", f"customfield_2{i:04}") for i in range(60)]
    ops.screen.append(screen_field("Team", "customfield_10010", "option", required=True))
    assert any("Bug in project OPS asks for Team" in each for each in (await examine(loop)).wrong)


async def test_names_that_jira_has_not_are_told_with_those_it_has(start: Start) -> None:
    desk = (
        f'{DESK}issue_type = "Task"\npriorities = {{ highest = "Blocker" }}\nstatuses = {{ done = "Shipped" }}\n'
        'resolutions = { fixed = "Solved" }\nduplicate_link = "Doubles"\nfields = { Team = "Nobody" }\n'
    )
    async with start(desk=desk) as loop:
        loop.jira.state.projects["OPS"].screen.append(
            screen_field("Team", "customfield_10010", "option", allowedValues=[{"id": "1", "value": "Contact centre"}])
        )
        wrong = "\n".join((await examine(loop)).wrong)
        for words in (
            "no priority Blocker; it has: Highest, High",
            "no status “Shipped” for “done”",
            "no resolution Solved",
            "no link type Doubles",
            "Team has no value Nobody; it has: Contact centre",
        ):
            assert words in wrong


async def test_a_type_of_issue_that_the_project_has_not_is_told_with_those_it_has(start: Start) -> None:
    async with start(desk=f'{DESK}issue_type = "Incident"\n') as loop:
        assert any("it has: Bug, Task" in each for each in (await examine(loop)).wrong)


async def test_a_project_that_cannot_be_seen_is_the_only_thing_said(loop: Loop) -> None:
    loop.jira.state.projects["OPS"].permissions.clear()
    assert [each for each in (await examine(loop)).wrong if "OPS" in each] == [
        "cannot see project OPS; check its key, or give the account Browse Projects"
    ]


async def test_a_desk_without_a_project_is_found(start: Start) -> None:
    async with start(desk=f'{DESK}\n[desks.cards]\ntitle = "Cards"\n') as loop:
        assert any("project under desks.cards.jira" in each for each in (await examine(loop)).wrong)


async def test_a_token_that_is_not_accepted_is_said_with_what_to_do(loop: Loop) -> None:
    loop.jira.token = "another token"
    assert any("TECHISSUE_JIRA_TOKEN" in each for each in (await examine(loop)).wrong)


async def test_a_webhook_to_this_machines_own_name_cannot_arrive(loop: Loop) -> None:
    assert any("set TECHISSUE_BASE_URL" in each for each in (await examine(loop)).wrong)


async def test_data_center_is_examined_too(start: Start) -> None:
    async with start(cloud=False, base_url="https://help.example.com") as loop:
        found = await examine(loop)
        assert found.wrong == []
        assert "Jira Data Center, version 2" in found.words
