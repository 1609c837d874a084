"""What each command does."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot import commands, forms
from bot.button_acts import card_of, read_card
from bot.digest import compose_digest
from bot.errors import NotFoundError
from bot.intake import Intake, log_report
from bot.lookup import find_problems, list_mine, list_top
from bot.messages import Action, Fact, Message, Reply, Style, Tone
from bot.preferences import say_wanted, wish_updates
from bot.questions import say_same
from bot.show import list_reports, show_problem
from bot.status_acts import set_status
from bot.ticket_acts import comment_ticket, link_ticket, open_ticket
from bot.triage import merge_problems, note_problem, snooze_problem, split_problem
from bot.triage_list import list_parked, list_triage
from bot.turn import Act
from bot.undo import UNDO_WITHIN, undo_last
from bot.why import explain_report

LOG_ANYWAY = "log-anyway"
RUN_MEANT = "run-meant"


def only_reads(command: commands.Command) -> bool:
    """Whether the command changes nothing."""
    return isinstance(command, _READING)


async def answer(act: Act, command: commands.Command) -> Reply:
    """Carry out the command. Raises BotError."""
    carry: Callable[[Act, Any], Awaitable[Reply]] = _ACTS[type(command)]
    return await carry(act, command)


async def _log(act: Act, command: commands.Log) -> Reply:
    logged = await log_report(act, Intake(text=command.text))
    card = await read_card(act, logged.report, repeated=logged.repeated)
    return Reply(message=card, about=logged.report.id)


async def _open_form(act: Act, _: commands.OpenForm) -> Reply:
    return Reply(form=forms.report_form(act.desk))


async def _mine(act: Act, _: commands.Mine) -> Reply:
    return Reply(message=await list_mine(act))


async def _top(act: Act, command: commands.Top) -> Reply:
    return Reply(message=await list_top(act, command.period))


async def _show(act: Act, command: commands.Show) -> Reply:
    return Reply(message=await show_problem(act, command.number))


async def _reports(act: Act, command: commands.Reports) -> Reply:
    return Reply(message=await list_reports(act, command.number))


async def _find(act: Act, command: commands.Find) -> Reply:
    return Reply(message=await find_problems(act, command.words))


async def _same(act: Act, command: commands.Same) -> Reply:
    report = await act.work.reports.latest_by(act.desk.name, act.person.id, since=act.now - UNDO_WITHIN)
    if report is None:
        raise NotFoundError("You have not reported anything in the last 12 hours that could be the same.")
    await say_same(act, report, await act.problem(command.number))
    card = await card_of(act, report.id)
    return Reply(message=card.message, about=card.about)


async def _undo(act: Act, _: commands.Undo) -> Reply:
    entry = await undo_last(act)
    problem = await act.work.problems.get(entry.problem) if entry.problem else None
    about = f" on #{problem.number}" if problem else ""
    return Reply(message=Message(title=f"Taken back: {entry.act}{about}"))


async def _note(act: Act, command: commands.Note) -> Reply:
    await note_problem(act, command.number, kind=command.kind, text=command.text)
    return await _show(act, commands.Show(number=command.number))


async def _merge(act: Act, command: commands.Merge) -> Reply:
    into = await merge_problems(act, command.lesser, command.into)
    return await _show(act, commands.Show(number=into.number))


async def _split(act: Act, command: commands.Split) -> Reply:
    if not command.reports:
        return Reply(message=await list_reports(act, command.number))
    new = await split_problem(act, command.number, command.reports)
    return await _show(act, commands.Show(number=new.number))


async def _snooze(act: Act, command: commands.Snooze) -> Reply:
    snooze = commands.parse_snooze(command.until, now=act.now, by=act.person.id, zone=act.desk.zone)
    await snooze_problem(act, command.number, snooze)
    return await _show(act, commands.Show(number=command.number))


async def _status(act: Act, command: commands.Status) -> Reply:
    await set_status(act, command.number, command.status, command.reason)
    return await _show(act, commands.Show(number=command.number))


async def _why(act: Act, command: commands.Why) -> Reply:
    return Reply(message=await explain_report(act, command.report, command.number))


async def _link(act: Act, command: commands.Link) -> Reply:
    problem = await link_ticket(act, command.number, command.key)
    text = "You hear in a moment whether that worked."
    return Reply(message=Message(title=f"Linking {command.key} to #{problem.number}", text=text))


async def _ticket(act: Act, command: commands.Ticket) -> Reply:
    problem = await open_ticket(act, command.number)
    return await _show(act, commands.Show(number=problem.number))


async def _comment(act: Act, command: commands.Comment) -> Reply:
    ticket = await comment_ticket(act, command.number, command.text)
    return Reply(message=Message(title=f"Sent to {ticket.key}"))


async def _updates(act: Act, command: commands.Updates) -> Reply:
    wanted = command.wanted
    return Reply(message=await (say_wanted(act) if wanted is None else wish_updates(act, wanted.value)))


async def _digest(act: Act, _: commands.Digest) -> Reply:
    return Reply(message=await compose_digest(act))


async def _triage(act: Act, _: commands.Triage) -> Reply:
    return Reply(message=await list_triage(act))


async def _parked(act: Act, _: commands.Outbox) -> Reply:
    return Reply(message=await list_parked(act))


async def _help(act: Act, _: commands.Help) -> Reply:
    facts = tuple(
        Fact(name=each.usage, value=each.what)
        for each in commands.HELP
        if (act.person.is_triager or not each.for_triagers) and (act.person.is_supervisor or not each.for_supervisors)
    )
    return Reply(message=Message(title="Type what fails for the customer, or one of these", facts=facts))


async def _typo(_: Act, command: commands.Typo) -> Reply:
    return Reply(
        message=Message(
            title=f"Did you mean “{command.meant}”?",
            text=f"Nothing was logged yet: “{command.text}”",
            tone=Tone.ASK,
            actions=(
                Action(name=RUN_MEANT, label=f"Yes: {command.meant}", value=command.meant, style=Style.PRIMARY),
                Action(name=LOG_ANYWAY, label="No, log it as a report", value=command.text),
            ),
        )
    )


async def _usage(_: Act, command: commands.Usage) -> Reply:
    return Reply(message=Message(title=command.sentence, tone=Tone.WARNING))


_READING = (
    commands.OpenForm,
    commands.Mine,
    commands.Top,
    commands.Show,
    commands.Reports,
    commands.Find,
    commands.Why,
    commands.Triage,
    commands.Outbox,
    commands.Digest,
    commands.Help,
    commands.Typo,
    commands.Usage,
)
_ACTS: dict[type, Callable[[Act, Any], Awaitable[Reply]]] = {
    commands.Log: _log,
    commands.OpenForm: _open_form,
    commands.Mine: _mine,
    commands.Top: _top,
    commands.Show: _show,
    commands.Reports: _reports,
    commands.Find: _find,
    commands.Same: _same,
    commands.Undo: _undo,
    commands.Note: _note,
    commands.Merge: _merge,
    commands.Split: _split,
    commands.Snooze: _snooze,
    commands.Status: _status,
    commands.Why: _why,
    commands.Link: _link,
    commands.Ticket: _ticket,
    commands.Comment: _comment,
    commands.Updates: _updates,
    commands.Digest: _digest,
    commands.Triage: _triage,
    commands.Outbox: _parked,
    commands.Help: _help,
    commands.Typo: _typo,
    commands.Usage: _usage,
}
