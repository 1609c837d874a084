"""Intake: one use case for every door. A report comes in, is stored, matched and answered in one transaction."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import BadInputError
from bot.masking import clean, customer_key, mask
from bot.matching import DeskIndexes
from bot.regroup import make_problem, record, show_to_triagers
from bot.reports import Answer, Likely, Meaning, Mood, NewReport, Question, Report, stored
from bot.turn import Act
from dedupe.values import Judgement, ProblemId, ReportId, ReportText, Verdict
from escalation.reassess import reassess_as_read
from escalation.values import Problem, Severity

REPEAT_WINDOW = timedelta(minutes=1)
_FUTURE_ALLOWED = timedelta(minutes=5)
_LONGEST_LINK = 1_000
_TEST_MARK = "test:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """What an agent says of one customer's failure. `text` is as typed; nothing else is required.

    `can_ask`: somebody is there to answer a question now; else the question goes to the triage list at once.
    `escalate`: decide about a ticket now; else when the failure is next reported.
    `link`: where the words were said, if they were taken over from there; else where the turn says.
    """

    text: str
    service: str | None = None
    customer: str | None = None
    severity: Severity = Severity.NORMAL
    mood: Mood | None = None
    occurred_at: datetime | None = None
    is_test: bool = False
    source_key: str | None = None
    can_ask: bool = True
    escalate: bool = True
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """A report that is stored. `repeated`: it was there already, so nothing new was made of this one."""

    report: Report
    repeated: bool = False


async def read_ahead(indexes: DeskIndexes, text: str) -> None:
    """Have the model read a report, given as typed, before the desk's critical section begins: there others would wait.

    Without it `log_report` reads it. Raises BadInputError if there is too much of it.
    """
    if indexes.model is not None:
        await asyncio.to_thread(indexes.read, tidy_text(text)[0])


async def log_report(act: Act, intake: Intake) -> Logged:
    """Store the report, decide which failure it is, and queue what follows.

    Raises BadInputError if there is no text, too much of it, or a time that cannot be.
    """
    intake = _tidy(act, intake)
    engine = await act.indexes.caught_up(act.work, act.desk)
    repeated = await _find_repeat(act, intake)
    if repeated is not None:
        return Logged(report=repeated, repeated=True)
    meaning = act.indexes.read(intake.text)
    text = ReportText(
        text=intake.text, service=intake.service, reported_at=act.now, meaning=meaning.vector if meaning else None
    )
    judgement = engine.judge(text)
    await act.work.people.remember(act.person)
    problem = await _find_or_make_problem(act, intake, judgement)
    new = _make_report(act, intake, meaning, judgement, problem)
    report = stored(new, await act.work.reports.add(new))
    await record(act, "report", problem=problem, report=report.id, undo={"withdraw": report.id})
    question = _make_question(act, intake, judgement, report.id) if judgement.verdict is Verdict.ASK else None
    if question is not None:
        await act.work.questions.add(question)
    # While its agent is asked, nothing is done about a problem.
    if intake.escalate and not intake.is_test and (question is None or question.answer is not None):
        await reassess_as_read(act.work, problem, policy=act.desk.policy, now=act.now)
    await show_to_triagers(act, problem.id)
    return Logged(report=report)


def _tidy(act: Act, intake: Intake) -> Intake:
    text, is_marked = tidy_text(intake.text)
    if not text:
        raise BadInputError(
            "There was no text. Say in a few words what fails for the customer, such as: card is declined at checkout.",
            field="text",
        )
    if intake.occurred_at is not None and intake.occurred_at > act.now + _FUTURE_ALLOWED:
        raise BadInputError("The failure is said to have occurred in the future. Check the time.", field="occurred_at")
    service = act.desk.service_named(intake.service)
    named = service.name if service else (clean(intake.service or "") or None)
    return replace(intake, text=text, service=named, is_test=intake.is_test or is_marked)


def tidy_text(typed: str) -> tuple[str, bool]:
    """The text as it is stored, and whether it was marked as a test."""
    text = clean(typed)
    is_marked = text.casefold().startswith(_TEST_MARK)
    return mask(text[len(_TEST_MARK) :].strip() if is_marked else text), is_marked


async def _find_repeat(act: Act, intake: Intake) -> Report | None:
    """The same report made before: the same line of an import, or the same words typed twice within a minute."""
    if intake.source_key is not None:
        return await act.work.reports.by_source(act.desk.name, act.origin, intake.source_key)
    # Reports may be taken in out of order, so one made shortly after this one repeats it as well.
    since, until = act.now - REPEAT_WINDOW, act.now + REPEAT_WINDOW
    return await act.work.reports.same_text(act.desk.name, act.person.id, intake.text, since=since, until=until)


async def _find_or_make_problem(act: Act, intake: Intake, judgement: Judgement) -> Problem:
    """The problem to join; or a new one, also while the agent is asked, so that no report is ever homeless."""
    if judgement.verdict is Verdict.SAME:
        known = await act.work.problems.get(judgement.candidates[0].problem)
        if known is not None:
            return known
    return await make_problem(act, intake.text, intake.service)


def _make_report(
    act: Act, intake: Intake, meaning: Meaning | None, judgement: Judgement, problem: Problem
) -> NewReport:
    occurred_at = min(intake.occurred_at or act.now, act.now)
    return NewReport(
        desk=act.desk.name,
        problem=problem.id,
        reporter=act.person.id,
        text=intake.text,
        origin=act.origin,
        occurred_at=occurred_at,
        reported_at=act.now,
        day=occurred_at.astimezone(act.desk.zone).date().isoformat(),
        service=intake.service,
        customer=customer_key(intake.customer, act.salt) if intake.customer else None,
        severity=intake.severity,
        mood=intake.mood,
        is_test=intake.is_test,
        verdict=judgement.verdict,
        probability=judgement.probability,
        reasons=judgement.reasons,
        source_key=intake.source_key,
        meaning=meaning,
        link=_link(intake.link or act.link),
    )


def _link(address: str | None) -> str | None:
    """Only what a page may link to is kept."""
    is_ours = address is not None and len(address) <= _LONGEST_LINK and address.startswith(("https://", "http://"))
    return address if is_ours else None


def _make_question(act: Act, intake: Intake, judgement: Judgement, report: ReportId) -> Question:
    likely = tuple(
        Likely(problem=ProblemId(each.problem), probability=each.probability, nearest=each.nearest)
        for each in judgement.candidates
    )
    return Question(
        report=report,
        desk=act.desk.name,
        asked=act.person.id,
        likely=likely,
        asked_at=act.now,
        expires_at=act.now + act.desk.ask_timeout if intake.can_ask else act.now,
        answer=None if intake.can_ask else Answer.EXPIRED,
    )
