"""What an agent does in a workspace, and what comes of it, in both modes."""

from tests.integration.slack.conftest import IN_ONE_LOOP
from tests.slack_rig.product import SlackRig
from tests.slack_rig.workspace import ANA, BEN, SUPPORT, words_of

pytestmark = IN_ONE_LOOP


async def test_a_command_is_answered_privately(rig: SlackRig) -> None:
    await rig.workspace.command(ANA, "card payment fails at the last step, ERR-4012")
    answer = await rig.workspace.wait_for(SUPPORT, lambda each: "first report" in words_of(each))
    assert answer.get("ephemeral") or answer.get("is_ephemeral") or answer.get("subtype") == "ephemeral", answer


async def test_the_same_failure_is_known_to_the_next_agent(rig: SlackRig) -> None:
    await rig.workspace.command(ANA, "the card reader shows error 77 and stays black")
    await rig.workspace.wait_for(SUPPORT, lambda each: "first report" in words_of(each))
    await rig.workspace.command(BEN, "card reader stays black, error 77")
    await rig.workspace.wait_for(SUPPORT, lambda each: "2nd report" in words_of(each))
