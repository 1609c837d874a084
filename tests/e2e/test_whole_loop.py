"""The whole loop in a real browser, on the real product: two agents report, IT moves the ticket, both are told."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.conftest import IN_ONE_LOOP, OpenAs, pages_of

pytestmark = IN_ONE_LOOP

# Outbound work is done by workers of the product after the answer; a loaded machine may take a while.
PATIENCE = 20_000


@pytest_asyncio.fixture(loop_scope="session")
async def open_as(browser: Browser, product: str) -> AsyncIterator[OpenAs]:
    """Opens the real chat as somebody."""
    async with pages_of(browser, product) as open_as:
        yield open_as


async def report(page: Page, text: str) -> None:
    await page.locator("#text").fill(f"/techissue {text}")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".entry.answer")).to_be_visible(timeout=PATIENCE)


def told(page: Page) -> Locator:
    """What the person was told unasked."""
    return page.locator(".entry.told")


async def move(page: Page, where: str) -> None:
    await page.get_by_label("Move TI-1").click()
    await page.get_by_role("button", name=where, exact=True).click()


async def test_two_agents_report_one_failure_and_both_hear_how_it_ends(open_as: OpenAs, product: str) -> None:
    ana, ben, ivo = await open_as("Ana"), await open_as("Ben"), await open_as("Ivo")

    await report(ana, "Card payment is declined at checkout with ERR-4012")
    await expect(ana.locator(".entry.answer")).to_contain_text("#1")
    await report(ben, "card payment declined on checkout, shows ERR-4012")
    await expect(ben.locator(".entry.answer")).to_contain_text("2nd report", timeout=PATIENCE)
    for page in (ana, ben):
        await expect(page.locator(".entry.answer a.ticket")).to_have_text("TI-1", timeout=PATIENCE)

    await ivo.goto(f"{product}/board?as=ivo")
    await move(ivo, "In progress")
    for page in (ana, ben):
        await expect(page.locator(".entry.answer")).to_contain_text("In progress", timeout=PATIENCE)

    await move(ivo, "Done: Fixed")
    for page in (ana, ben):
        await expect(told(page).last).to_contain_text("fixed", timeout=PATIENCE)

    await told(ben).last.get_by_role("button", name="Works now").click()
    await expect(told(ben).last.get_by_role("button", name="Works now")).to_have_count(0, timeout=PATIENCE)
    await told(ana).last.get_by_role("button", name="Still broken").click()
    await expect(told(ana).last.get_by_role("button", name="Still broken")).to_have_count(0, timeout=PATIENCE)


async def test_a_ticket_link_on_a_card_opens_the_ticket_as_the_same_person(open_as: OpenAs) -> None:
    ana, ben = await open_as("Ana"), await open_as("Ben")
    await report(ana, "Voucher field is missing on the basket page")
    await report(ben, "voucher field missing on basket page")
    link = ben.locator(".entry.answer a.ticket")
    await expect(link).to_be_visible(timeout=PATIENCE)
    async with ben.context.expect_page() as opening:
        await link.click()
    ticket = await opening.value
    await expect(ticket.get_by_role("heading", level=1)).to_contain_text("oucher field")
    await expect(ticket.locator(".me-here")).to_contain_text("Ben")
