"""What each button does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot import cards, forms, proposal_acts, show, triage_card, triage_list
from bot.card_facts import read_card_facts
from bot.cards import report_card, standing
from bot.errors import BadInputError, NotFoundError, TooLateError
from bot.lookup import ticket_link
from bot.messages import Message, Reply, Tone
from bot.outcome import say_still_broken, say_works
from bot.questions import report_of, say_none, say_not_same, say_same
from bot.reports import Report
from bot.status_acts import set_status
from bot.ticket_acts import open_ticket
from bot.triage import take_problem, wake_problem
from bot.turn import Act
from dedupe.values import ReportId
from escalation.values import ProblemStatus

Press = Callable[[Act, str], Awaitable[Reply]]


async def card_of(act: Act, report_id: ReportId) -> Reply:
    """The report's card as it is now, in the place of the one whose button was pressed."""
    return Reply(message=await read_card(act, await report_of(act, report_id)), about=report_id, replaces=True)


async def read_card(act: Act, report: Report, *, repeated: bool = False) -> Message:
    """The card of a report as it was read in this transaction."""
    facts = await read_card_facts(act.work, report)
    return report_card(facts, act.desk, now=act.now, repeated=repeated)


async def answer(act: Act, name: str, value: str) -> Reply:
    """Carry out the button of this name. Raises BotError."""
    press = _BUTTONS.get(name)
    if press is None:
        raise NotFoundError("That button is from an older version. Type “help” to see what can be done now.")
    return await press(act, value)


async def _same(act: Act, value: str) -> Reply:
    report_id, _, number = value.partition(":")
    report = await _report(act, report_id)
    await say_same(act, report, await act.problem(_number(number)))
    return await card_of(act, report.id)


async def _none(act: Act, value: str) -> Reply:
    report = await _report(act, value)
    await say_none(act, report)
    return await card_of(act, report.id)


async def _not_same(act: Act, value: str) -> Reply:
    report = await _report(act, value)
    await say_not_same(act, report)
    return await card_of(act, report.id)


def _kindly(press: Press) -> Press:
    """Pressed too late, or twice: what has happened since, and the card as it is now."""

    async def press_or_tell(act: Act, value: str) -> Reply:
        try:
            return await press(act, value)
        except TooLateError as late:
            report = await _report(act, value.partition(":")[0])
            card = await read_card(act, report)
            told = replace(card, text=f"{late} {card.text}".strip(), tone=Tone.WARNING)
            return Reply(message=told, about=report.id, replaces=True)

    return press_or_tell


def _settled(press: Press) -> Press:
    """An answer to a fix that came too late, or twice: what has happened since takes the place of the question."""

    async def press_or_tell(act: Act, value: str) -> Reply:
        try:
            return await press(act, value)
        except TooLateError as late:
            facts = await read_card_facts(act.work, await _report(act, value))
            text = standing(facts.problem, facts.ticket, act.desk, now=act.now)
            told = Message(title=str(late), text=text, tone=Tone.WARNING, link=ticket_link(facts.ticket))
            return Reply(message=told, replaces=True)

    return press_or_tell


async def _details(act: Act, value: str) -> Reply:
    return Reply(form=forms.details_form(act.desk, await _report(act, value)))


async def _works(act: Act, value: str) -> Reply:
    problem = await say_works(act, await _report(act, value))
    return Reply(
        message=Message(title=f"#{problem.number} works now", text="Thank you. That closes it.", tone=Tone.FIXED),
        replaces=True,
    )


async def _broken(act: Act, value: str) -> Reply:
    report = await _report(act, value)
    problem = await say_still_broken(act, report)
    back = problem.status not in {ProblemStatus.FIXED, ProblemStatus.CLOSED}
    text = "It was reopened." if back else "Noted. It is reopened when it is reported again."
    return Reply(
        message=Message(title=f"#{problem.number} is still broken", text=f"Thank you. {text}", tone=Tone.BACK),
        replaces=True,
    )


async def _show(act: Act, value: str) -> Reply:
    return Reply(message=await show.show_problem(act, _number(value)), replaces=True)


async def _take(act: Act, value: str) -> Reply:
    await take_problem(act, _number(value))
    return await _show(act, value)


async def _open_ticket(act: Act, value: str) -> Reply:
    await open_ticket(act, _number(value))
    return await _show(act, value)


async def _fix(act: Act, value: str) -> Reply:
    await set_status(act, _number(value), ProblemStatus.FIXED, None)
    return await _show(act, value)


async def _reopen(act: Act, value: str) -> Reply:
    await set_status(act, _number(value), ProblemStatus.OPEN, None)
    return await _show(act, value)


async def _wake(act: Act, value: str) -> Reply:
    await wake_problem(act, _number(value))
    return await _show(act, value)


async def _merge_form(act: Act, value: str) -> Reply:
    return Reply(form=forms.merge_form(await act.problem(_number(value))))


async def _note_form(act: Act, value: str) -> Reply:
    return Reply(form=forms.note_form(await act.problem(_number(value))))


async def _snooze_form(act: Act, value: str) -> Reply:
    return Reply(form=forms.snooze_form(await act.problem(_number(value))))


async def _split_form(act: Act, value: str) -> Reply:
    return Reply(form=await show.ask_what_to_split(act, _number(value)))


def _answering(answer_proposal: Callable[[Act, str], Awaitable[object]]) -> Press:
    """Answers a proposal of the triage list, and shows what is left of it."""

    async def press(act: Act, value: str) -> Reply:
        await answer_proposal(act, value)
        return Reply(message=await triage_list.list_triage(act), replaces=True)

    return press


async def _retry(act: Act, value: str) -> Reply:
    act.require_triager("retry outbound work")
    if value == triage_list.ALL:
        await triage_list.retry_all(act.work, now=act.now)
    elif not await act.work.outbox.unpark(_number(value), now=act.now):
        raise TooLateError("That work is not parked any more.")
    return Reply(message=await triage_list.list_parked(act), replaces=True)


async def _report(act: Act, value: str) -> Report:
    return await report_of(act, ReportId(_number(value)))


def _number(value: str) -> int:
    if not value.isdecimal():
        raise BadInputError("That button carries no number. Type “help” to see what can be done.")
    return int(value)


READING = frozenset({cards.DETAILS, show.MERGE_FORM, show.NOTE_FORM, show.SNOOZE_FORM, show.SPLIT_FORM, "show"})
"""Buttons that change nothing."""

_BUTTONS: dict[str, Press] = {
    cards.SAME: _kindly(_same),
    cards.NONE_OF_THESE: _kindly(_none),
    cards.NOT_SAME: _kindly(_not_same),
    cards.DETAILS: _details,
    cards.WORKS_NOW: _settled(_works),
    cards.STILL_BROKEN: _settled(_broken),
    show.TAKE: _take,
    triage_card.OPEN_TICKET: _open_ticket,
    show.FIX: _fix,
    show.WAKE: _wake,
    show.MERGE_FORM: _merge_form,
    show.NOTE_FORM: _note_form,
    show.SNOOZE_FORM: _snooze_form,
    show.SPLIT_FORM: _split_form,
    proposal_acts.MERGE_BOTH: _answering(proposal_acts.merge_both),
    proposal_acts.KEEP_APART: _answering(proposal_acts.keep_apart),
    proposal_acts.SPLIT_THESE: _answering(proposal_acts.split_these),
    proposal_acts.KEEP_TOGETHER: _answering(proposal_acts.keep_together),
    triage_list.REOPEN: _reopen,
    triage_list.RETRY: _retry,
}
