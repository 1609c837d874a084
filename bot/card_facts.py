"""What reports' cards are made of, read with as few questions to the store as can be: agents wait for the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.ports import Counts, UnitOfWork
from bot.reports import Answer, Question, Report
from dedupe.values import ProblemId, ReportId
from escalation import kinds
from escalation.live import live_problem
from escalation.values import Problem, Ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class Likely:
    """A problem an agent is asked about, as it is called now, with its counts and the words of the member most like the
    report.
    """

    problem: Problem
    counts: Counts | None
    quote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardFacts:
    """What a report's card is made of, read afresh each time. `place`: which report of its problem it is, counting
    those that count. `opening`: a ticket is on its way.
    """

    report: Report
    problem: Problem
    counts: Counts | None
    place: int
    ticket: Ticket | None
    opening: bool
    question: Question | None
    likely: tuple[Likely, ...]

    @property
    def is_asked(self) -> bool:
        """Whether the card asks which problem it is."""
        return _is_open(self.question)


async def read_card_facts(work: UnitOfWork, report: Report) -> CardFacts:
    """Everything the report's card shows."""
    question = await work.questions.of_report(report.id)
    near = await _read_near(work, [question] if question else [])
    problem = await live_problem(work.problems, report.problem)
    counts = await work.problems.counts(list({problem.id, *(each.id for each in near.problems.values())}))
    own = counts.get(problem.id)
    # The only report is the first, and a question is asked without saying which report it is.
    first = _is_open(question) or own is None or own.reports == 1
    return CardFacts(
        report=report,
        problem=problem,
        counts=own,
        place=1 if first else await work.reports.place_of(report.id),
        ticket=await work.tickets.of_problem(problem.id),
        opening=not _is_open(question) and await _is_opening(work, problem),
        question=question,
        likely=near.likely(question, counts),
    )


async def read_all_card_facts(work: UnitOfWork, problem: Problem) -> list[CardFacts]:
    """Those of all the problem's reports, oldest first, with no more questions to the store than for one."""
    reports = await work.reports.of_problem(problem.id)
    questions = await work.questions.of_problem(problem.id)
    near = await _read_near(work, questions.values())
    counts = await work.problems.counts(list({problem.id, *(each.id for each in near.problems.values())}))
    ticket, opening = await work.tickets.of_problem(problem.id), await _is_opening(work, problem)
    facts, place = [], 1
    for report in reports:
        question = questions.get(report.id)
        facts.append(
            CardFacts(
                report=report,
                problem=problem,
                counts=counts.get(problem.id),
                place=place,
                ticket=ticket,
                opening=opening,
                question=question,
                likely=near.likely(question, counts),
            )
        )
        place += report.counts
    return facts


@dataclass(frozen=True, kw_only=True, slots=True)
class _Near:
    """What questions speak of: the problems by the id they had when it was asked, and the members."""

    problems: Mapping[ProblemId, Problem]
    members: Mapping[ReportId, Report]

    def likely(self, question: Question | None, counts: Mapping[ProblemId, Counts]) -> tuple[Likely, ...]:
        """The problems asked about, each once."""
        found: dict[ProblemId, Likely] = {}
        for each in question.likely if question else ():
            problem, member = self.problems.get(each.problem), self.members.get(each.nearest)
            if problem is not None and member is not None:
                found.setdefault(problem.id, Likely(problem=problem, counts=counts.get(problem.id), quote=member.text))
        return tuple(found.values())


async def _read_near(work: UnitOfWork, questions: Iterable[Question]) -> _Near:
    """Only what a card shows of them: an answered question is not shown any more."""
    likely = [each for question in questions if question.can_be_answered for each in question.likely]
    if not likely:
        return _Near(problems={}, members={})
    read = await work.problems.several(list({each.problem for each in likely}))
    live = {
        asked: await live_problem(work.problems, found.id) if found.merged_into is not None else found
        for asked, found in read.items()
    }
    return _Near(problems=live, members=await work.reports.several(list({each.nearest for each in likely})))


async def _is_opening(work: UnitOfWork, problem: Problem) -> bool:
    return kinds.TICKET_OPEN in await work.outbox.pending(kinds.ticket_queue(problem.id))


def _is_open(question: Question | None) -> bool:
    return question is not None and question.answer is None


def was_left_open(question: Question | None) -> bool:
    """Whether nobody answered in time, so that it can still be answered."""
    return question is not None and question.answer is Answer.EXPIRED
