"""Undo brings back what was, also what people had decided before, and never over what others did since."""

import pytest

from bot.messages import Tone
from bot.people import Role
from bot.ports import LinkRule, OpenUnitOfWork
from dedupe.values import ReportId
from escalation.values import ProblemStatus
from tests.driver import ANA, BEN, TESS, Stage, button, make_person, message_of

FAILURE = "card declined at checkout with ERR-4012 after pressing pay now"
TOM = make_person("tom", Role.TRIAGER)


@pytest.fixture
async def kept_apart(store: OpenUnitOfWork) -> Stage:
    """A desk where one agent has said that their report, the second, is not the same as the first."""
    stage = Stage(store)
    await stage.say(ANA, FAILURE)
    await stage.press(BEN, button(await stage.say(BEN, FAILURE), "Not the same"))
    return stage


async def read_rules(stage: Stage) -> list[LinkRule]:
    async with stage.open_work(read_only=True) as work:
        return await work.links.all_of(stage.desk.name)


NOT_THE_SAME = [LinkRule(a=ReportId(1), b=ReportId(2), same=False)]


async def test_undo_of_a_merge_brings_back_that_the_two_were_kept_apart(kept_apart: Stage) -> None:
    await kept_apart.say(TESS, "merge #2 #1")

    await kept_apart.say(TESS, "undo")

    assert await read_rules(kept_apart) == NOT_THE_SAME


async def test_undo_of_same_brings_back_that_it_was_not_the_same(kept_apart: Stage) -> None:
    await kept_apart.say(BEN, "same #1")

    await kept_apart.say(BEN, "undo")

    assert await read_rules(kept_apart) == NOT_THE_SAME


@pytest.mark.parametrize("since", ["status #1 acknowledged", "snooze #1 3d"])
async def test_undo_of_a_status_never_goes_over_what_another_did_since(store: OpenUnitOfWork, since: str) -> None:
    stage = Stage(store)
    await stage.say(ANA, FAILURE)
    await stage.say(TESS, "status #1 in progress")
    stage.pass_time(minutes=5)
    await stage.say(TOM, since)
    stands = await stage.problem(1)

    reply = await stage.say(TESS, "undo")

    assert message_of(reply).tone is Tone.WARNING
    assert await stage.problem(1) == stands
    assert stands.status in {ProblemStatus.ACKNOWLEDGED, ProblemStatus.SNOOZED}
