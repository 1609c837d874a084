"""What each form does when it is submitted."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import forms
from bot.button_acts import card_of, read_card
from bot.commands import parse_number, parse_report, parse_snooze
from bot.errors import BadInputError, NotAllowedError, NotFoundError
from bot.intake import Intake, log_report
from bot.masking import clean, customer_key
from bot.messages import Reply
from bot.occurred import read_occurred
from bot.preferences import wish_updates
from bot.questions import report_of, say_same
from bot.regroup import settle
from bot.reports import Mood
from bot.show import show_problem
from bot.triage import merge_problems, note_problem, snooze_problem, split_problem
from bot.turn import Act
from dedupe.values import ReportId
from escalation.values import Severity

Submit = Callable[[Act, str, Mapping[str, str]], Awaitable[Reply]]


async def answer(act: Act, form: str, value: str, fields: Mapping[str, str]) -> Reply:
    """Carry out the form of this name. Raises BotError; BadInputError names the field."""
    submit = _FORMS.get(form)
    if submit is None:
        raise NotFoundError("That form is from an older version. Type “help” to see what can be done now.")
    return await submit(act, value, fields)


async def _report(act: Act, value: str, fields: Mapping[str, str]) -> Reply:
    intake = Intake(
        text=fields.get("text", ""),
        service=fields.get("service") or None,
        customer=fields.get("customer", "").strip() or None,
        severity=_severity(fields.get("severity", "")),
        mood=_mood(fields.get("mood", "")),
        occurred_at=read_occurred(fields.get("occurred_at", ""), now=act.now, zone=act.desk.zone),
        link=value or None,
    )
    same = parse_number(fields["same"], field="same") if fields.get("same") else None
    logged = await log_report(act, intake)
    problem = None if same is None else await act.problem(same)
    if problem is not None and logged.report.problem != problem.id:
        await say_same(act, logged.report, problem)
        return replace(await card_of(act, logged.report.id), replaces=False)
    card = await read_card(act, logged.report, repeated=logged.repeated)
    return Reply(message=card, about=logged.report.id)


async def _details(act: Act, value: str, fields: Mapping[str, str]) -> Reply:
    report = await report_of(act, ReportId(parse_number(value)))
    if report.reporter != act.person.id and not act.person.is_triager:
        raise NotAllowedError("Only the agent who reported it, or a triager, may add details.")
    customer = fields.get("customer", "").strip()
    mood = _mood(fields.get("mood", ""))
    await act.work.reports.add_details(
        report.id,
        service=clean(fields.get("service", "")) or None,
        customer=customer_key(customer, act.salt) if customer else None,
        severity=_severity(fields.get("severity", "")),
        mood=mood.value if mood else None,
    )
    await settle(act, report.problem)
    return await card_of(act, report.id)


async def _merge(act: Act, value: str, fields: Mapping[str, str]) -> Reply:
    into = parse_number(fields.get("into", ""), field="into")
    merged = await merge_problems(act, parse_number(value), into)
    return Reply(message=await show_problem(act, merged.number))


async def _split(act: Act, value: str, fields: Mapping[str, str]) -> Reply:
    wanted = [parse_report(each) for each in fields.get("reports", "").split(",") if each]
    new = await split_problem(act, parse_number(value), wanted)
    return Reply(message=await show_problem(act, new.number))


async def _note(act: Act, value: str, fields: Mapping[str, str]) -> Reply:
    number = parse_number(value)
    problem = await act.problem(number)
    before = {"customer": problem.customer_text, "workaround": problem.workaround}
    for kind in ("customer", "workaround"):
        text = fields.get(kind, "").strip()
        if text != (before[kind] or ""):
            await note_problem(act, number, kind=kind, text=text)
    return Reply(message=await show_problem(act, number))


async def _snooze(act: Act, value: str, fields: Mapping[str, str]) -> Reply:
    snooze = parse_snooze(fields.get("until", ""), now=act.now, by=act.person.id, zone=act.desk.zone)
    problem = await snooze_problem(act, parse_number(value), snooze)
    return Reply(message=await show_problem(act, problem.number))


async def _preferences(act: Act, _value: str, fields: Mapping[str, str]) -> Reply:
    return Reply(message=await wish_updates(act, fields.get("updates", "")))


def _severity(value: str) -> Severity:
    if not value:
        return Severity.NORMAL
    try:
        return Severity[value.upper()]
    except KeyError:
        names = ", ".join(each.name.lower() for each in Severity)
        raise BadInputError(f"The severity is one of {names}.", field="severity") from None


def _mood(value: str) -> Mood | None:
    if not value:
        return None
    try:
        return Mood(value)
    except ValueError:
        moods = ", ".join(each.value for each in Mood)
        raise BadInputError(f"The mood is one of {moods}.", field="mood") from None


_FORMS: dict[str, Submit] = {
    forms.REPORT: _report,
    forms.DETAILS: _details,
    forms.MERGE: _merge,
    forms.SPLIT: _split,
    forms.NOTE: _note,
    forms.SNOOZE: _snooze,
    forms.PREFERENCES: _preferences,
}
