from typing import Any

import httpx
import pytest

from adapters.web.transcript import EntryDraft, EntryKind, WebTranscript
from bot.messages import Action, Choice, FieldError, Form, Input, Message, Reply, Tone
from bot.people import Role
from escalation.values import PersonId
from tests.fakes.conversation import ScriptedConversation
from tests.unit.web.conftest import NOW, sign_in

ANA = PersonId("web:ana")
DELIVERY = "0123456789abcdef"
FORM = Form(name="report", title="Report a tech issue", submit="Report", inputs=(Input(name="text", label="What?"),))
PRESS = Action(name="same", label="Same as this", value="3:12")
QUESTION = Message(title="Is it one of these?", choices=(Choice(title="#12", actions=(PRESS,)),))


async def say(browser: httpx.AsyncClient, text: str, *, slug: str = "ana", delivery: str = DELIVERY) -> Any:
    return (await browser.post(f"/chat/{slug}/say", json={"text": text, "delivery": delivery})).json()


async def press(browser: httpx.AsyncClient, entry: int, *, value: str = "3:12", delivery: str = DELIVERY) -> Any:
    body = {"entry": entry, "name": "same", "value": value, "delivery": delivery}
    return (await browser.post("/chat/ana/press", json=body)).json()


async def submit(browser: httpx.AsyncClient, **fields: str) -> Any:
    body = {"form": "report", "value": "", "fields": fields, "delivery": DELIVERY}
    return (await browser.post("/chat/ana/submit", json=body)).json()


async def question(transcript: WebTranscript, person: PersonId = ANA) -> int:
    draft = EntryDraft(person=person, desk="default", kind=EntryKind.ANSWER, mark="q", message=QUESTION)
    return (await transcript.add(draft))[0].id


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("card declined", "card declined"),
        ("/techissue card declined", "card declined"),
        ("  /TechIssue   card declined ", "card declined"),
        ("/techissue", ""),
        ("", ""),
        ("/techissues everywhere", "/techissues everywhere"),
        ("the /techissue command", "the /techissue command"),
        ("/techissue /techissue twice", "/techissue twice"),
        ("card\x00 dec\x07lined\nsecond line", "card declined\nsecond line"),
    ],
)
async def test_a_line_is_heard_with_or_without_the_commands_name(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, typed: str, heard: str
) -> None:
    await say(ana, typed)
    assert conversation.heard == [heard]


async def test_what_was_typed_and_its_answer_are_shown_and_kept(
    ana: httpx.AsyncClient, transcript: WebTranscript
) -> None:
    answer = await say(ana, "card declined")
    kept = await transcript.latest(ANA, 10)
    assert [entry["kind"] for entry in answer["entries"]] == ["me", "answer"]
    assert [(entry.kind, entry.text) for entry in kept] == [(EntryKind.ME, "card declined"), (EntryKind.ANSWER, "")]


async def test_the_bot_is_told_who_says_it_where_and_when(
    ana: httpx.AsyncClient, conversation: ScriptedConversation
) -> None:
    await say(ana, "card declined")
    [turn] = conversation.turns
    assert (turn.person.id, turn.person.name, set(turn.person.roles)) == (ANA, "Ana", {Role.AGENT})
    assert (turn.desk, turn.now, turn.origin, turn.delivery) == ("default", NOW, "web", f"web:ana:{DELIVERY}")


async def test_the_same_delivery_sent_again_adds_nothing(ana: httpx.AsyncClient, transcript: WebTranscript) -> None:
    first = await say(ana, "card declined")
    again = await say(ana, "card declined")
    assert [entry["id"] for entry in again["entries"]] == [entry["id"] for entry in first["entries"]]
    assert len(await transcript.latest(ANA, 10)) == 2


async def test_the_transcript_keeps_no_personal_data_of_what_was_typed(
    ana: httpx.AsyncClient, transcript: WebTranscript
) -> None:
    await say(ana, "card 4111 1111 1111 1111 declined")
    assert not [entry for entry in await transcript.latest(ANA, 10) if "4111" in entry.text]


async def test_a_warning_that_repeats_what_was_typed_is_kept_without_personal_data(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    warning = Message(title="Not stored.", text="Your text: jo@example.com cannot pay", tone=Tone.WARNING)
    conversation.commands["pay"] = Reply(message=warning)
    await say(ana, "pay")
    kept = (await transcript.latest(ANA, 10))[-1].message
    assert kept is not None
    assert "cannot pay" in kept.text
    assert "jo@example.com" not in kept.text


async def test_a_form_opens_without_a_trace_in_the_transcript(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    conversation.commands[""] = Reply(form=FORM)
    answer = await say(ana, "/techissue")
    assert 'data-form="report"' in answer["form"]
    assert (answer["entries"], await transcript.latest(ANA, 10)) == ([], [])


async def test_what_is_wrong_with_a_form_comes_back_by_field_and_leaves_no_trace(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    error = FieldError(field="text", message="Please say what fails.")
    conversation.forms["report", ""] = Reply(errors=(error,), message=Message(title=error.message, tone=Tone.WARNING))
    answer = await submit(ana, text="")
    assert answer["errors"] == [{"field": "text", "message": "Please say what fails."}]
    assert (answer["entries"], await transcript.latest(ANA, 10)) == ([], [])


async def test_of_a_form_only_the_report_itself_is_kept(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    conversation.forms["report", ""] = Reply(message=Message(title="#1"), about=8)
    await submit(ana, text="card declined", customer="CRM-77")
    mine, answer = await transcript.latest(ANA, 10)
    assert (mine.text, answer.about) == ("card declined", 8)
    assert conversation.submitted == [{"text": "card declined", "customer": "CRM-77"}]


async def test_pressing_a_button_puts_the_answer_in_its_messages_place(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    conversation.presses["same", "3:12"] = Reply(message=Message(title="#12 · 8th report"), replaces=True, about=3)
    entry = await question(transcript)
    answer = await press(ana, entry)
    kept = await transcript.get(ANA, entry)
    assert [shown["id"] for shown in answer["entries"]] == [entry]
    assert kept is not None
    assert (kept.message, kept.about) == (Message(title="#12 · 8th report"), 3)


async def test_a_button_that_is_gone_does_nothing_and_shows_the_message_as_it_is(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    entry = await question(transcript)
    answer = await press(ana, entry, value="3:9")
    assert conversation.turns == []
    assert [shown["id"] for shown in answer["entries"]] == [entry]
    assert "changed meanwhile" in answer["notice"]


async def test_nobody_presses_a_button_of_another(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    entry = await question(transcript, PersonId("web:ben"))
    await press(ana, entry)
    assert conversation.turns == []


async def test_nobody_speaks_for_a_person_who_is_not_signed_in_here(
    ana: httpx.AsyncClient, conversation: ScriptedConversation
) -> None:
    answer = await say(ana, "card declined", slug="ben")
    assert "signed out" in answer["notice"]
    assert conversation.turns == []


async def test_one_persons_delivery_is_never_anothers(
    browser: httpx.AsyncClient, conversation: ScriptedConversation
) -> None:
    await sign_in(browser, "Ana")
    await sign_in(browser, "Ben")
    for slug in ("ana", "ben"):
        await say(browser, "card declined", slug=slug)
    assert len({turn.delivery for turn in conversation.turns}) == 2


async def test_a_failure_inside_is_an_error_and_leaves_no_trace(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, transcript: WebTranscript
) -> None:
    conversation.commands["boom"] = RuntimeError("boom")
    response = await ana.post("/chat/ana/say", json={"text": "boom", "delivery": DELIVERY})
    assert response.status_code == 500
    assert await transcript.latest(ANA, 10) == []


@pytest.mark.parametrize("delivery", ["", "short", "x" * 65, "has space in it", "web:ben:12345678"])
async def test_a_delivery_of_another_shape_is_refused(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, delivery: str
) -> None:
    response = await ana.post("/chat/ana/say", json={"text": "card", "delivery": delivery})
    assert response.status_code == 422
    assert conversation.turns == []


async def test_a_surrogate_half_is_refused_and_nothing_breaks(ana: httpx.AsyncClient) -> None:
    body = b'{"text": "card \\ud800", "delivery": "0123456789abcdef"}'
    response = await ana.post("/chat/ana/say", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {200, 422}


async def test_programs_are_given_why_as_lines(ana: httpx.AsyncClient, conversation: ScriptedConversation) -> None:
    why = ("joined by itself · 97 %", "+2.1 both say ERR-4012")
    conversation.commands["card declined"] = Reply(message=Message(title="#1 · 2nd report", details=why), about=2)

    said, answered = (await say(ana, "card declined"))["entries"]

    assert (said["details"], answered["details"]) == ([], list(why))
