"""How the board's pages behave in a browser."""

from playwright.async_api import expect

from escalation.values import Priority, TicketDraft
from tests.e2e.conftest import IN_ONE_LOOP, OpenAs, Scripted

pytestmark = IN_ONE_LOOP


async def open_ticket(scripted: Scripted) -> None:
    draft = TicketDraft(
        desk="default", label="1", title="Card declined", body="Seven reports.", service=None, priority=Priority.HIGH
    )
    await scripted.board.open(draft)


async def test_a_ticket_is_moved_with_the_keyboard_alone(open_as: OpenAs, scripted: Scripted) -> None:
    await open_ticket(scripted)
    page = await open_as("Ivo")
    await page.goto(f"{scripted.home}/board?as=ivo")
    await page.get_by_label("Move TI-1").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-status='In progress'] .ticket-card")).to_contain_text("Card declined")


async def test_a_ticket_dragged_to_the_end_asks_how_it_ended(open_as: OpenAs, scripted: Scripted) -> None:
    await open_ticket(scripted)
    page = await open_as("Ivo")
    await page.goto(f"{scripted.home}/board?as=ivo")
    await page.locator(".ticket-card").drag_to(page.locator("[data-status='Done']"))
    await page.get_by_role("dialog").get_by_role("button", name="Not a fault").click()
    await expect(page.locator("[data-status='Done'] .resolution")).to_have_text("Not a fault")


async def test_the_board_shows_by_itself_what_others_moved(open_as: OpenAs, scripted: Scripted) -> None:
    await open_ticket(scripted)
    page = await open_as("Ivo")
    await page.goto(f"{scripted.home}/board?as=ivo")
    await expect(page.locator("[data-status='To do'] .ticket-card")).to_be_visible()
    [ticket] = await scripted.board.listing()
    await scripted.board.move(ticket.key, "In progress", None, None, None)
    await expect(page.locator("[data-status='In progress'] .ticket-card")).to_be_visible(timeout=10_000)
