"""The product in a Slack workspace, as people see it in a browser. PICTURES names a folder to put pictures into."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import IN_ONE_LOOP
from tests.slack_rig.product import SlackRig, running_rig
from tests.slack_rig.workspace import ANA, BEN, CEM, DAN

pytestmark = [IN_ONE_LOOP, pytest.mark.browser]

OpenAs = Callable[[str], Awaitable[Page]]
_WAIT = 20_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def slack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SlackRig]:
    """The product in a workspace."""
    async with running_rig(tmp_path_factory.mktemp("slack-pages"), "socket") as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="session")
async def see_as(browser: Browser, slack: SlackRig) -> AsyncIterator[OpenAs]:
    """Opens the workspace as somebody."""
    contexts = []

    async def see_as(user: str) -> Page:
        context = await browser.new_context(viewport={"width": 1000, "height": 820})
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(_WAIT)
        await page.goto(slack.workspace.home)
        await page.locator(".actas select").select_option(user)
        await page.get_by_role("button", name="# support").click()
        return page

    yield see_as
    for context in contexts:
        await context.close()


async def picture(page: Page, name: str) -> None:
    """Keep what is seen, where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        await page.wait_for_timeout(500)
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def type_here(page: Page, text: str) -> None:
    box = page.locator(".main textarea, .main input[placeholder^=Message]").last
    await box.fill(text)
    await box.press("Enter")


async def test_an_agent_is_answered_within_the_conversation_and_objects(see_as: OpenAs, slack: SlackRig) -> None:
    await slack.workspace.report(BEN, "card payment fails at the last step, ERR-4012")
    page = await see_as(ANA)
    await type_here(page, "/techissue payment by card fails at the last step with ERR-4012")
    answer = page.locator(".msg", has_text="2nd report")
    await expect(answer).to_be_visible(timeout=_WAIT)
    await expect(answer).to_contain_text("only visible to you")
    await picture(page, "slack-reply")
    await answer.get_by_role("button", name="Why?").click()
    await expect(page.locator(".modal")).to_contain_text("%")
    await page.locator(".modal-x").click()
    await answer.get_by_role("button", name="Not the same").click()
    await expect(page.locator(".msg", has_text="#2 · New: first report").first).to_be_visible(timeout=_WAIT)


async def test_an_agent_fills_in_the_form(see_as: OpenAs) -> None:
    page = await see_as(ANA)
    await type_here(page, "/techissue")
    form = page.locator(".modal")
    await expect(form.get_by_text("What fails for the customer?")).to_be_visible(timeout=_WAIT)
    text, _, when = [form.locator("input.bk-plain-input").nth(place) for place in range(3)]
    await text.fill("the pharmacy locator shows an empty map, MAP-3")
    await form.locator("select").first.select_option("Website")
    await when.fill("once upon a time")
    await picture(page, "slack-form")
    await form.get_by_role("button", name="Report").click()
    await expect(form).to_contain_text("Write the time as 09:10")
    await expect(text).to_have_value("the pharmacy locator shows an empty map, MAP-3")
    await when.fill("")
    await form.get_by_role("button", name="Report").click()
    await expect(form).to_have_count(0)
    await page.locator(".msg", has_text="New: first report").last.wait_for()


async def test_a_triager_takes_a_problem_and_its_reporters_hear_of_the_fix(see_as: OpenAs, slack: SlackRig) -> None:
    for user in (ANA, BEN, DAN):
        await slack.workspace.report(user, "door terminals lose the badge list, BDG-17")
    page = await see_as(CEM)
    await page.get_by_role("button", name="# triage").click()
    problem = page.locator(".messages .msg", has_text="door terminals lose the badge list").first
    await problem.get_by_role("button", name="Take").click()
    await expect(problem.get_by_role("button", name="Take")).to_have_count(0, timeout=_WAIT)
    await expect(problem.locator(".thread-summary-count")).to_be_visible(timeout=_WAIT)
    await problem.locator(".thread-summary-count").click()
    await expect(page.locator(".thread-pane")).to_contain_text("took it")
    await picture(page, "slack-triage")
    number = (await problem.locator(".bk-header").inner_text()).partition("#")[2].split()[0]
    await slack.workspace.command(CEM, f"status #{number} fixed")
    reporter = await see_as(ANA)
    await reporter.locator(".sidebar-item", has_text="techissue").last.click()
    channel = await slack.workspace.direct(ANA)
    told = await slack.workspace.wait_for(channel, lambda each: "Works now" in str(each) and f"#{number}" in str(each))
    await slack.workspace.press(ANA, told, "Works now")
    await slack.workspace.wait_for(channel, lambda each: each["ts"] == told["ts"] and "Works now" not in str(each))


async def test_home_shows_a_persons_own_page(see_as: OpenAs, slack: SlackRig) -> None:
    await slack.workspace.report(CEM, "the loyalty card is not read at the gate, GATE-5")
    page = await see_as(CEM)
    await page.locator(".sidebar-item", has_text="techissue").last.click()
    home = page.locator(".home, .main")
    await expect(home.get_by_text("My reports").first).to_be_visible(timeout=_WAIT)
    await expect(home.get_by_text("the loyalty card is not read at the gate, GATE-5").first).to_be_visible()
    await expect(home.get_by_text("Triage list").first).to_be_visible()
    await expect(home.get_by_text("Updates on my reports").first).to_be_visible()
    await picture(page, "slack-home")
