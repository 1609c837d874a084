"""What waits for a triager: questions nobody answered, failures that seem to be back, proposals, parked work."""

from dataclasses import replace
from datetime import datetime

from bot.cards import NONE_OF_THESE, SAME
from bot.lookup import problem_line
from bot.messages import Action, Choice, Message, Quote
from bot.ports import UnitOfWork
from bot.proposal_acts import list_proposals
from bot.reports import Question
from bot.turn import Act
from bot.wording import ago
from escalation.live import live_problem
from escalation.values import OutboxItem, OutboxState, ProblemStatus
from escalation.wording import say_count, shorten

RETRY = "retry"
ALL = "all"
REOPEN = "reopen"

_WAITING = 10
_MOST_PARKED = 2000
_LINE = 110
_ENDED = (ProblemStatus.FIXED, ProblemStatus.CLOSED, ProblemStatus.DECLINED)


async def list_triage(act: Act) -> Message:
    """Failures that seem to be back, questions that nobody answered, and what the nightly look proposes."""
    act.require_triager("see the triage list")
    questions = await act.work.questions.waiting(act.desk.name, _WAITING)
    choices = [choice for each in questions if (choice := await _question_line(act, each)) is not None]
    for problem in await act.work.problems.with_status(act.desk.name, _ENDED, _WAITING):
        if problem.regressed_at is not None:
            line = await problem_line(act, problem, "Seems to be back after the fix")
            reopen = Action(name=REOPEN, label="Reopen", value=str(problem.number))
            choices.insert(0, replace(line, actions=(reopen,)))
    choices += await list_proposals(act)
    text = "" if choices else "Nothing waits."
    return Message(title="Triage list", text=text, choices=tuple(choices))


async def list_parked(act: Act) -> Message:
    """Outbound work that was refused, with why, and what still waits."""
    act.require_triager("see the outbound work")
    items = await act.work.outbox.listing(parked_only=False, limit=_MOST_PARKED)
    parked = sum(item.state is OutboxState.PARKED for item in items)
    text = f"{say_count(parked, 'item')} parked. Fix the cause, then retry." if parked else "Nothing is parked."
    return Message(
        title="Outbound work",
        text=text,
        choices=tuple(_item_line(act, item) for item in items[:_WAITING]),
        actions=(Action(name=RETRY, label=f"Retry all {parked}", value=ALL),) if parked > 1 else (),
    )


async def count_parked(act: Act) -> int:
    """How much outbound work is parked."""
    return len(await act.work.outbox.listing(parked_only=True, limit=_MOST_PARKED))


async def retry_all(work: UnitOfWork, *, now: datetime) -> int:
    """Make everything that is parked due again: one cause, once mended, has often stopped many. Gives how many."""
    parked = await work.outbox.listing(parked_only=True, limit=_MOST_PARKED)
    for item in parked:
        await work.outbox.unpark(item.id, now=now)
    return len(parked)


async def _question_line(act: Act, question: Question) -> Choice | None:
    report = await act.work.reports.get(question.report)
    if report is None or report.withdrawn_at is not None:
        return None
    home = await live_problem(act.work.problems, report.problem)
    actions = []
    for each in question.likely:
        problem = await live_problem(act.work.problems, each.problem)
        if problem.id != home.id:
            label = shorten(f"Same as #{problem.number}: {problem.title}", 75)
            actions.append(Action(name=SAME, label=label, value=f"{report.id}:{problem.number}"))
    actions.append(Action(name=NONE_OF_THESE, label="None of these", value=str(report.id)))
    return Choice(
        title=f"#{home.number} · which problem is this? · asked {ago(question.asked_at, now=act.now)}",
        quote=Quote(text=shorten(report.text, 2 * _LINE)),
        actions=tuple(actions),
    )


def _item_line(act: Act, item: OutboxItem) -> Choice:
    is_parked = item.state is OutboxState.PARKED
    text = f"{item.state.value} · {say_count(item.attempts, 'attempt')} · since {ago(item.created_at, now=act.now)}"
    return Choice(
        title=f"{item.kind} · {item.queue}",
        text=f"{text} · {item.last_error}" if item.last_error else text,
        actions=(Action(name=RETRY, label="Retry", value=str(item.id)),) if is_parked else (),
    )
