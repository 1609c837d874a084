"""Why a report is where it is: the evidence for and against, for a triager who doubts."""

from bot.messages import Choice, Fact, Message, Quote
from bot.questions import report_of
from bot.reports import Report
from bot.turn import Act
from bot.wording import VERDICTS, clock, percent, placing_words, say_verdict, weighed
from dedupe.values import Candidate, Judgement, ProblemId, ReportId, ReportText, Review, Verdict
from escalation.live import live_problem
from escalation.values import Problem
from escalation.wording import shorten

_NEAREST = 3
_QUOTED = 220
_LINE = 110


async def explain_report(act: Act, report_id: ReportId, number: int | None) -> Message:
    """What was said of the report when it came in, what would be said of it now, and what each piece of evidence weighs
    for its problem and the nearest others, or for the problem that is named.

    Raises NotAllowedError, NotFoundError.
    """
    act.require_triager("see the evidence")
    report = await report_of(act, report_id)
    home = await live_problem(act.work.problems, report.problem)
    named = None if number is None else await act.problem(number)
    await act.indexes.bring_back(act.work, act.desk, {home.id, home.id if named is None else named.id})
    review = await review_report(act, report)
    wanted = _wanted(review, home.id, named)
    choices = [await _weighed(act, each, home) for each in wanted]
    if named is not None and not wanted:
        nothing = "Nothing in it is like this one's reports, so it was not weighed."
        choices = [Choice(title=_title(named, home), text=nothing)]
    then = clock(report.reported_at, now=act.now, zone=act.desk.zone)
    return Message(
        title=f"r{report.id} is in #{home.number} · {shorten(home.title, _LINE)}",
        text="Each reason with its weight in log-odds: above 0 it speaks for the problem, below 0 against it.",
        facts=(
            Fact(name=f"Said at {then}", value=placing_words(report)),
            Fact(name="Said if it came in now", value=await _said_now(act, review.judgement)),
            *_said_by_people(review),
        ),
        quotes=(Quote(text=shorten(report.text, _QUOTED)),),
        choices=tuple(choices),
    )


async def review_report(act: Act, report: Report) -> Review:
    """What the desk's engine would say of the report if it were not there yet."""
    engine = await act.indexes.caught_up(act.work, act.desk)
    meaning = act.indexes.read(report.text)
    text = ReportText(
        text=report.text,
        service=report.service,
        reported_at=report.reported_at,
        meaning=meaning.vector if meaning else None,
    )
    return engine.review(report.id, text)


def _wanted(review: Review, home: ProblemId, named: Problem | None) -> list[Candidate]:
    """The problem that is named; else the report's own, and the nearest others."""
    if named is not None:
        return [each for each in review.near if each.problem == named.id]
    others = [each for each in review.near if each.problem != home]
    return [each for each in review.near if each.problem == home] + others[:_NEAREST]


async def _weighed(act: Act, candidate: Candidate, home: Problem) -> Choice:
    problem = await live_problem(act.work.problems, candidate.problem)
    nearest = await act.work.reports.get(candidate.nearest)
    bars = [f"never by itself: {bar}" for bar in candidate.bars]
    reasons = [weighed(each) for each in candidate.reasons]
    return Choice(
        title=f"{_title(problem, home)} · {percent(candidate.probability)}",
        text=" · ".join([*bars, *reasons]) or "no single reason stands out",
        quote=Quote(text=shorten(nearest.text, _QUOTED), source=f"r{nearest.id}") if nearest else None,
    )


def _title(problem: Problem, home: Problem) -> str:
    whose = ", its problem" if problem.id == home.id else ""
    return f"#{problem.number}{whose} · {shorten(problem.title, _LINE)}"


def _said_by_people(review: Review) -> list[Fact]:
    """What counts over all evidence: that it is the same as a report, or is not."""
    same = [f"the same as r{each}" for each in review.same_as]
    apart = [f"not the same as r{each}" for each in review.not_same_as]
    return [Fact(name="People said", value=", ".join([*same, *apart]))] if same or apart else []


async def _said_now(act: Act, judgement: Judgement) -> str:
    words = VERDICTS[judgement.verdict]
    if judgement.candidates and judgement.verdict is not Verdict.NEW:
        first = await live_problem(act.work.problems, judgement.candidates[0].problem)
        words = f"{words}, first #{first.number}" if judgement.verdict is Verdict.ASK else f"{words}: #{first.number}"
    return say_verdict(words, judgement.probability, judgement.reasons)
