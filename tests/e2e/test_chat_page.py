"""How the chat's page behaves in a browser, over a scripted conversation."""

import asyncio

from playwright.async_api import Page, Route, expect

from adapters.web.chat_platform import WebChatPlatform
from bot.messages import Action, FieldError, Form, Input, InputKind, Message, Option, Reply
from dedupe.values import ReportId
from escalation.values import PersonId
from tests.e2e.conftest import IN_ONE_LOOP, OpenAs, Scripted

pytestmark = IN_ONE_LOOP

ANA = PersonId("web:ana")
CARD = Message(
    title="#12 · 7th report",
    actions=(
        Action(name="details", label="Add details", value="1"),
        Action(name="undo", label="Take back", value="1", confirm="Really take it back?"),
    ),
)
FORM = Form(
    name="report",
    title="Report a tech issue",
    submit="Report",
    inputs=(
        Input(name="text", label="What fails?", kind=InputKind.LONG_TEXT, required=True),
        Input(name="customer", label="Customer reference"),
    ),
)


async def say(page: Page, text: str) -> None:
    box = page.get_by_label("Report: what the customer says")
    await box.fill(text)
    await box.press("Enter")


async def test_a_line_is_answered_by_a_card_and_the_box_is_empty_again(open_as: OpenAs, scripted: Scripted) -> None:
    page = await open_as("Ana")
    await say(page, "/techissue card declined <b>twice</b>")
    await expect(page.locator(".entry.me .typed")).to_have_text("card declined <b>twice</b>")
    await expect(page.locator(".entry.answer h3")).to_have_text("Logged: card declined <b>twice</b>")
    await expect(page.locator("#text")).to_have_value("")


async def test_shift_and_enter_start_a_new_line(open_as: OpenAs, scripted: Scripted) -> None:
    page = await open_as("Ana")
    box = page.locator("#text")
    await box.type("card declined")
    await box.press("Shift+Enter")
    await box.type("since noon")
    await box.press("Enter")
    await expect(page.locator(".entry.answer")).to_be_visible()
    assert scripted.conversation.heard == ["card declined\nsince noon"]


async def test_what_was_typed_survives_a_failure_and_is_the_same_delivery_when_sent_again(
    open_as: OpenAs, scripted: Scripted
) -> None:
    page = await open_as("Ana")
    scripted.conversation.commands["card declined"] = RuntimeError("boom")
    await say(page, "card declined")
    await expect(page.get_by_role("alert")).to_contain_text("still here")
    await expect(page.locator("#text")).to_have_value("card declined")
    del scripted.conversation.commands["card declined"]
    await page.locator("#text").press("Enter")
    await expect(page.locator(".entry.answer")).to_be_visible()
    first, second = scripted.conversation.turns
    assert first.delivery == second.delivery


async def test_what_was_typed_survives_a_lost_network_and_a_reload(open_as: OpenAs, scripted: Scripted) -> None:
    page = await open_as("Ana")
    await page.context.set_offline(offline=True)
    await say(page, "card declined")
    await expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    await page.context.set_offline(offline=False)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("card declined")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".entry.answer")).to_be_visible()


async def test_what_is_typed_before_the_page_is_ready_is_kept(open_as: OpenAs, scripted: Scripted) -> None:
    page = await open_as("Ana")
    may_go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_go_on.wait()
        await route.continue_()

    await page.route("**/static/chat.js", hold)
    await page.reload(wait_until="commit")
    await page.locator("#text").fill("card declined")
    await expect(page.locator("#send")).to_be_disabled()
    may_go_on.set()
    await page.locator("#live[data-state=live]").wait_for()
    await page.locator("#send").click()
    await expect(page.locator(".entry.me .typed")).to_have_text("card declined")


async def test_the_command_alone_opens_the_form_and_errors_stand_at_their_fields(
    open_as: OpenAs, scripted: Scripted
) -> None:
    scripted.conversation.commands[""] = Reply(form=FORM)
    scripted.conversation.forms["report", ""] = Reply(errors=(FieldError(field="customer", message="Too long."),))
    page = await open_as("Ana")
    await say(page, "/techissue")
    form = page.get_by_role("dialog")
    await form.get_by_label("What fails?").fill("card declined")
    await form.get_by_label("Customer reference").fill("CRM-77")
    await form.get_by_role("button", name="Report").click()
    await expect(form.locator("[data-field=customer] .field-error")).to_have_text("Too long.")
    await expect(form.get_by_label("What fails?")).to_have_value("card declined")
    await expect(form.get_by_label("Customer reference")).to_be_focused()


async def test_a_form_that_was_closed_opens_with_what_was_typed(open_as: OpenAs, scripted: Scripted) -> None:
    scripted.conversation.commands[""] = Reply(form=FORM)
    page = await open_as("Ana")
    await page.get_by_role("button", name="New report").click()
    await page.get_by_label("What fails?").fill("card declined")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="New report").click()
    await expect(page.get_by_label("What fails?")).to_have_value("card declined")


async def test_what_is_ticked_survives_closing_and_is_sent_together(open_as: OpenAs, scripted: Scripted) -> None:
    options = tuple(Option(label=f"{each} · no map", value=each, hint="Ben · 09:10") for each in ("r9", "r7", "r4"))
    which = Input(name="reports", label="Which reports?", kind=InputKind.SEVERAL, options=options, required=True)
    form = Form(name="split", title="Split #1", submit="Split off", value="1", inputs=(which,))
    nothing = Reply(errors=(FieldError(field="reports", message="Name the reports."),))
    scripted.conversation.commands["split"] = Reply(form=form)
    scripted.conversation.forms["split", "1"] = nothing
    page = await open_as("Ana")
    await say(page, "split")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Split off").click()
    await expect(dialog.locator("[data-field=reports] .field-error")).to_have_text("Name the reports.")
    await dialog.get_by_label("r9 · no map").check()
    await dialog.get_by_label("r4 · no map").check()
    await page.keyboard.press("Escape")
    await say(page, "split")
    await expect(dialog.get_by_label("r4 · no map")).to_be_checked()
    await expect(dialog.get_by_label("r7 · no map")).not_to_be_checked()
    scripted.conversation.forms["split", "1"] = Reply(message=Message(title="#2 · no map"))
    await dialog.get_by_role("button", name="Split off").click()
    await expect(page.locator(".entry.answer h3").last).to_have_text("#2 · no map")
    assert scripted.conversation.submitted == [{}, {"reports": "r9,r4"}]


async def test_a_button_pressed_twice_acts_once(open_as: OpenAs, scripted: Scripted) -> None:
    scripted.conversation.commands["card"] = Reply(message=CARD, about=1)
    scripted.conversation.presses["details", "1"] = Reply(message=Message(title="Details are in"), replaces=True)
    page = await open_as("Ana")
    await say(page, "card")
    await page.get_by_role("button", name="Add details").dblclick()
    await expect(page.locator(".entry.answer h3")).to_have_text("Details are in")
    assert len(scripted.conversation.turns) == 2


async def test_a_button_that_asks_first_acts_only_on_yes(open_as: OpenAs, scripted: Scripted) -> None:
    scripted.conversation.commands["card"] = Reply(message=CARD, about=1)
    scripted.conversation.presses["undo", "1"] = Reply(message=Message(title="Taken back"), replaces=True)
    page = await open_as("Ana")
    await say(page, "card")
    await page.get_by_role("button", name="Take back").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Really take it back?")
    await page.get_by_role("button", name="Cancel").click()
    assert len(scripted.conversation.turns) == 1
    await page.get_by_role("button", name="Take back").click()
    await page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    await expect(page.locator(".entry.answer h3")).to_have_text("Taken back")


async def test_what_is_told_and_renewed_appears_by_itself_in_its_place(open_as: OpenAs, scripted: Scripted) -> None:
    scripted.conversation.commands["card"] = Reply(message=CARD, about=1)
    page = await open_as("Ana")
    await say(page, "card")
    await expect(page.locator(".entry.answer")).to_be_visible()
    platform = WebChatPlatform(scripted.transcript)
    await platform.tell(ANA, Message(title="#12 is fixed"), about=ReportId(1), mark="1")
    await platform.renew(ANA, ReportId(1), Message(title="#12 · fixed"))
    await expect(page.locator(".entry h3")).to_have_text(["#12 · fixed", "#12 is fixed"])


async def test_two_people_talk_in_one_browser_each_in_their_tab(open_as: OpenAs, scripted: Scripted) -> None:
    ana = await open_as("Ana")
    await ana.locator(".menu summary").click()
    async with ana.context.expect_page() as opening:
        await ana.get_by_role("link", name="Open as another person").click()
    ben = await opening.value
    await ben.get_by_label("Your name").fill("Ben")
    await ben.get_by_role("button", name="Open the chat").click()
    await ben.locator("#live[data-state=live]").wait_for()
    await say(ben, "from Ben")
    await say(ana, "from Ana")
    await expect(ana.locator(".entry.me .typed")).to_have_text("from Ana")
    await expect(ben.locator(".entry.me .typed")).to_have_text("from Ben")


async def test_hostile_words_run_nothing(open_as: OpenAs, scripted: Scripted) -> None:
    words = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    scripted.conversation.commands["card"] = Reply(
        message=Message(title=words, text=words, say=words, actions=(Action(name=words, label=words, value=words),))
    )
    page = await open_as("Ana")
    await say(page, "card")
    await expect(page.locator(".entry.answer h3")).to_have_text(words)
    await page.reload()
    await expect(page.locator(".entry.answer h3")).to_have_text(words)
    assert await page.title() == "Ana · techissue"
    assert await page.locator(".card script, .card [onerror]").count() == 0
