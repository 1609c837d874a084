"""What triagers are shown of the nightly look's suspicions, and what they answer."""

from collections.abc import Sequence

from bot.errors import BadInputError, TooLateError
from bot.messages import Action, Choice, Quote
from bot.ports import LinkRule
from bot.proposals import Proposal, ProposalKind
from bot.questions import report_of
from bot.regroup import Undo, decide_link, record
from bot.reports import Report
from bot.triage import merge_problems, split_problem
from bot.turn import Act
from bot.wording import percent
from dedupe.values import ReportId
from escalation.live import live_problem
from escalation.values import Problem
from escalation.wording import say_count, shorten

MERGE_BOTH = "merge-both"
KEEP_APART = "keep-apart"
SPLIT_THESE = "split-these"
KEEP_TOGETHER = "keep-together"

_SHOWN = 10
_LINE = 110
_QUOTED = 220
_MOST_SPLIT = 100
"""As many ids as a button's value holds on every platform."""


async def list_proposals(act: Act, about: Problem | None = None) -> list[Choice]:
    """What is proposed and still has a point; with a problem named, what is proposed of that one."""
    choices: list[Choice] = []
    for proposal in await act.work.proposals.of_desk(act.desk.name):
        named = (*proposal.reports, proposal.other)
        found = await act.work.reports.several(named)
        there = [found[each] for each in named if each in found and found[each].withdrawn_at is None]
        is_wanted = about is None or any(each.problem == about.id for each in there)
        if is_wanted and len(there) == len(named) and len(choices) < _SHOWN:
            show = _merge_line if proposal.kind is ProposalKind.MERGE else _split_line
            choices += await show(act, proposal, there)
    return choices


async def merge_both(act: Act, value: str) -> None:
    """Put the two problems together: the newer one into the older."""
    one, other = [await live_problem(act.work.problems, each.problem) for each in await _named(act, value)]
    if one.id == other.id:
        raise TooLateError(f"They are one problem already: #{one.number}.")
    await merge_problems(act, max(one.number, other.number), min(one.number, other.number))


async def keep_apart(act: Act, value: str) -> None:
    """The two problems are not the same failure: remember it, so that it is not proposed again."""
    act.require_triager("say what is not the same")
    one, other = await _named(act, value)
    await _decide(act, [LinkRule(a=one.id, b=other.id, same=False)], one, "not the same")


async def split_these(act: Act, value: str) -> None:
    """Take the reports out into a problem of their own."""
    *leaving, stays = await _named(act, value)
    problem = await live_problem(act.work.problems, stays.problem)
    await split_problem(act, problem.number, [each.id for each in leaving])


async def keep_together(act: Act, value: str) -> None:
    """The reports are the same failure for all that sets them apart: remember it."""
    act.require_triager("say what is the same")
    *leaving, stays = await _named(act, value)
    await _decide(act, [LinkRule(a=each.id, b=stays.id, same=True) for each in leaving], stays, "one problem")


async def _decide(act: Act, rules: Sequence[LinkRule], about: Report, what: str) -> None:
    undo = Undo()
    await act.work.people.remember(act.person)
    await decide_link(act, rules, undo)
    problem = await live_problem(act.work.problems, about.problem)
    await record(act, what, problem=problem, report=about.id, undo=undo.as_mapping())


async def _named(act: Act, value: str) -> list[Report]:
    """The reports whose ids the button carries."""
    ids = value.split(",")
    if len(ids) <= 1 or not all(each.isdecimal() for each in ids):
        raise BadInputError("That button carries no reports. Type “triage” to see what can be done.")
    return [await report_of(act, ReportId(int(each))) for each in ids]


async def _merge_line(act: Act, proposal: Proposal, reports: Sequence[Report]) -> list[Choice]:
    report, nearest = reports
    home, other = [await live_problem(act.work.problems, each.problem) for each in reports]
    apart = any(not rule.same for rule in await act.work.links.between(home.id, other.id))
    if home.id == other.id or apart or home.status.is_ended or other.status.is_ended:
        return []
    value = f"{report.id},{nearest.id}"
    reasons = "; ".join(proposal.reasons)
    line = Choice(
        title=f"{_both(home, other)} look like one problem · {percent(proposal.probability)}",
        text=" · ".join(part for part in (f"#{other.number}: {shorten(nearest.text, _LINE)}", reasons) if part),
        quote=Quote(text=shorten(report.text, _QUOTED), source=f"#{home.number}"),
        actions=(
            Action(name=MERGE_BOTH, label="Merge", value=value),
            Action(name=KEEP_APART, label="Not the same", value=value),
        ),
    )
    return [line]


async def _split_line(act: Act, proposal: Proposal, reports: Sequence[Report]) -> list[Choice]:
    *leaving, stays = reports
    home = await live_problem(act.work.problems, stays.problem)
    if home.status.is_ended or any(each.problem != stays.problem for each in leaving):
        return []
    decided = {frozenset({rule.a, rule.b}) for rule in await act.work.links.between(home.id, home.id) if rule.same}
    if any(len(pair & set(proposal.reports)) == 1 for pair in decided):
        return []
    value = ",".join(str(each.id) for each in (*leaving[:_MOST_SPLIT], stays))
    why = "; ".join(proposal.reasons)
    line = Choice(
        title=f"#{home.number} looks like two problems: {say_count(len(leaving), 'report')} with {why}",
        text=f"#{home.number}: {shorten(stays.text, _LINE)}",
        quote=Quote(text=shorten(leaving[0].text, _QUOTED), source=f"r{leaving[0].id}"),
        actions=(
            Action(name=SPLIT_THESE, label="Split off", value=value),
            Action(name=KEEP_TOGETHER, label="One problem", value=value),
        ),
    )
    return [line]


def _both(one: Problem, other: Problem) -> str:
    first, second = sorted((one.number, other.number))
    return f"#{first} and #{second}"
