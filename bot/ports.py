"""What the bot needs of the outside, in its own words."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.digest_ports import DigestStore
from bot.history import Linking, Placing, TakenReport
from bot.messages import Message
from bot.people_ports import DeliveryStore, PeopleStore, TriageThreads
from bot.proposals import Proposal
from bot.reports import Answer, Meaning, NewReport, Question, Report
from bot.tuned import Tuning
from dedupe.values import ProblemId, ReportId
from escalation import ports as escalation
from escalation.values import PersonId, Problem, ProblemStatus


class ChatPlatform(Protocol):
    """Where people talk to the bot. Raises RetryableOutboundError or PermanentOutboundError."""

    async def tell(self, person: PersonId, message: Message, *, about: ReportId | None, mark: str) -> None:
        """Say something to a person privately. `mark` is unique to it: said twice with one mark, it is shown once.
        `about` is a report of the person's that it belongs with (a thread, where the platform has them).
        """
        ...

    async def renew(self, person: PersonId, about: ReportId, message: Message) -> None:
        """Put the message in the place of the card that answered the report. Does nothing if there is none."""
        ...


class TriageChannel(Protocol):
    """Where a desk's triagers see its problems. Raises RetryableOutboundError or PermanentOutboundError.

    A problem is named by its desk and its number. Who presses a button of its message, or answers in its thread, is
    answered alone: the message is renewed by `show`, for everybody.
    """

    async def show(self, desk: str, number: int, message: Message) -> None:
        """Put the message in the place of the one that shows the problem; post it where there is none."""
        ...

    async def add(self, desk: str, number: int, message: Message, *, mark: str) -> None:
        """Say something in the problem's thread. Said twice with one mark, it is shown once."""
        ...


class MeaningModel(Protocol):
    """Reads what texts mean: `dedupe.meaning.MeaningModel`. Several threads may ask it at once."""

    @property
    def digest(self) -> str:
        """Which model it is, as 64 hexadecimal digits."""
        ...

    def read(self, text: str) -> bytes:
        """What the text means, as `dedupe.values.ReportText` has it. Takes one to two milliseconds."""
        ...

    def read_many(self, texts: Sequence[str]) -> list[bytes]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadReport:
    """A report whose meaning a model has yet to read."""

    report: ReportId
    desk: str
    text: str


class ReportStore(Protocol):
    """Reports as stored. Their texts never change."""

    async def add(self, report: NewReport) -> ReportId:
        """Store it and note its placing in the desk's change sequence."""
        ...

    async def get(self, report: ReportId) -> Report | None: ...

    async def several(self, wanted: Sequence[ReportId]) -> Mapping[ReportId, Report]:
        """Those of them that there are."""
        ...

    async def of_problem(self, problem: ProblemId) -> list[Report]:
        """All reports of the problem, withdrawn ones too, oldest first by `reported_at`."""
        ...

    async def latest_by(self, desk: str, person: PersonId, *, since: datetime) -> Report | None:
        """The person's newest report since then that is not withdrawn."""
        ...

    async def same_text(
        self, desk: str, person: PersonId, text: str, *, since: datetime, until: datetime
    ) -> Report | None:
        """The person's newest report between the two, not withdrawn, with exactly this (masked) text."""
        ...

    async def by_person(self, desk: str, person: PersonId, limit: int) -> list[Report]:
        """The person's reports that are not withdrawn, newest first."""
        ...

    async def place_of(self, report: ReportId) -> int:
        """Which report of its problem it is, counting those that count and came no later: 1 for the first."""
        ...

    async def by_source(self, desk: str, origin: str, source_key: str) -> Report | None: ...

    async def move(self, reports: Sequence[ReportId], to: ProblemId) -> None:
        """Put the reports into the problem. Noted in the change sequence."""
        ...

    async def withdraw(self, report: ReportId, *, at: datetime | None) -> None:
        """Withdraw the report (it leaves the counts and the index), or with `at=None` bring it back."""
        ...

    async def add_details(
        self,
        report: ReportId,
        *,
        service: str | None,
        customer: str | None,
        severity: int | None,
        mood: str | None,
    ) -> None:
        """Fill fields that were left empty when it was reported; None leaves a field as it is."""
        ...

    async def say_still_broken(self, report: ReportId, *, at: datetime | None) -> None:
        """Note the reporter's answer after a fix, or with `at=None` take it back."""
        ...

    async def unread_by(self, model: str, *, after: ReportId, limit: int) -> list[UnreadReport]:
        """Reports of all desks that have no meaning of this model, in order of their ids, with ids above `after`."""
        ...

    async def count_unread_by(self, model: str, *, after: ReportId) -> int:
        """How many `unread_by` would give without a limit."""
        ...

    async def keep_meanings(self, meanings: Mapping[ReportId, Meaning]) -> None:
        """Store what reports of one desk mean, in the place of what was stored. Noted in the change sequence."""
        ...


class ProblemStore(escalation.ProblemStore, Protocol):
    """Problems as stored, with what only the bot asks."""

    async def add(self, *, desk: str, title: str, service: str | None, status: ProblemStatus, at: datetime) -> Problem:
        """Make an open problem with the desk's next number."""
        ...

    async def several(self, wanted: Sequence[ProblemId]) -> Mapping[ProblemId, Problem]:
        """Those of them that there are, merged ones as they are."""
        ...

    async def counts(self, problems: Sequence[ProblemId]) -> Mapping[ProblemId, "Counts"]:
        """Reports, agents and times of several problems at once; those without reports that count are left out."""
        ...

    async def listing(self, desk: str | None, *, include_ended: bool) -> list[Problem]:
        """Problems that were not merged into another, of one desk or of all, by desk and number. Without the ended ones
        also without those whose reports were all withdrawn: nobody says that they are there.
        """
        ...

    async def seen_most(self, desk: str, *, since: datetime, limit: int) -> list[tuple[Problem, int]]:
        """Problems with most counting reports that occurred since then, with that number, most first."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What a list shows of a problem's reports that count."""

    reports: int
    agents: int
    customers: int
    first_seen: datetime
    last_seen: datetime


class QuestionStore(Protocol):
    """Questions asked of agents."""

    async def add(self, question: Question) -> None: ...

    async def of_report(self, report: ReportId) -> Question | None: ...

    async def of_problem(self, problem: ProblemId) -> Mapping[ReportId, Question]:
        """What was asked about the problem's reports, by report."""
        ...

    async def settle(self, report: ReportId, answer: Answer, *, by: PersonId | None, at: datetime) -> None: ...

    async def reopen(self, report: ReportId) -> None:
        """Take an answer back."""
        ...

    async def overdue(self, *, now: datetime) -> list[Question]:
        """Open questions whose time is over, of all desks."""
        ...

    async def waiting(self, desk: str, limit: int) -> list[Question]:
        """Expired questions that nobody has answered since, newest first: the triage list."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkRule:
    """What people decided of two reports: that they are the same failure, or that they are not."""

    a: ReportId
    b: ReportId
    same: bool


class LinkStore(Protocol):
    """Must-link and cannot-link decisions. A pair has one rule at the most: the newer one counts."""

    async def put(self, desk: str, rule: LinkRule, *, by: PersonId, at: datetime) -> bool | None:
        """Remember it. Noted in the change sequence. Gives what was decided of the pair before, if anything was."""
        ...

    async def remove(self, desk: str, a: ReportId, b: ReportId) -> None: ...

    async def between(self, left: ProblemId, right: ProblemId) -> list[LinkRule]:
        """Rules between a report of one problem and a report of the other."""
        ...

    async def all_of(self, desk: str) -> list[LinkRule]: ...


FIRST = ReportId(0)
"""Below every report's number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedReport:
    """What an index needs of a report. `problem` is None where it must leave the index: withdrawn, or a test.
    `meaning` is None unless it was read by the model that was asked for. `rests`: the problem rests, as
    `ChangeSequence` says, so that the report may leave the index.
    """

    report: ReportId
    problem: ProblemId | None
    text: str
    service: str | None
    reported_at: datetime
    meaning: bytes | None = None
    rests: bool = False


class ChangeSequence(Protocol):
    """What was written to a desk's grouping, in order, so that an index in memory can catch up.

    A problem rests where it ended before a moment that the asker names (`ended_before`; None: none rests), and was not
    reported since then.
    """

    async def latest(self, desk: str) -> int:
        """The sequence's end: 0 for a desk that has none."""
        ...

    async def placements(  # noqa: PLR0913 - what is wanted, and a portion of it
        self,
        desk: str,
        *,
        after: int,
        model: str | None = None,
        ended_before: datetime | None = None,
        beyond: ReportId = FIRST,
        limit: int | None = None,
    ) -> list[PlacedReport]:
        """Where each report placed, moved, withdrawn or read by a model after that point stands now, each report once.
        `after=0` gives every report of the desk that is in the index, but for those of problems that rest. `model` is
        the digest of the one whose meanings are wanted, if any. In order of their numbers, those with numbers above
        `beyond`, `limit` at the most.
        """
        ...

    async def placements_of(
        self, placed_in: Sequence[ProblemId], *, model: str | None = None, ended_before: datetime | None = None
    ) -> list[PlacedReport]:
        """Every report in these problems that is in the index, but for those of problems that rest."""
        ...

    async def problems(self, desk: str, *, after: int) -> list[ProblemId]:
        """The problems whose fields were written after that point."""
        ...

    async def resting(self, desk: str, *, ended_before: datetime) -> list[ProblemId]:
        """The desk's problems that rest."""
        ...

    async def find_resting(
        self, desk: str, words: Sequence[str], *, ended_before: datetime, limit: int
    ) -> list[ProblemId]:
        """Those of them with a report that has the most of these words in it, whatever the case, the best first."""
        ...

    async def links(self, desk: str, *, after: int) -> list[tuple[ReportId, ReportId, bool | None]]:
        """The pairs whose rule changed after that point, with the rule now: same, not the same, or None."""
        ...


class History(Protocol):
    """What a desk's grouping went through, from the change sequence and the reports."""

    async def changes(self, desk: str) -> list[Placing | Linking]:
        """Every placing of a report and every rule of a pair, as each was written, in order."""
        ...

    async def reports(self, desk: str, *, model: str | None = None) -> list[TakenReport]:
        """Every report the desk ever took in except tests, those since withdrawn too, in order of their ids. `model` is
        the digest of the one whose meanings are wanted, if any.
        """
        ...


class TuningStore(Protocol):
    """How desks' weights were moved by their own decisions: one tuning for each desk at the most."""

    async def put(self, tuning: Tuning) -> None:
        """Put it in the place of the desk's old one. Noted in the change sequence."""
        ...

    async def of_desk(self, desk: str) -> Tuning | None: ...

    async def all(self) -> list[Tuning]:
        """Those of all desks, by their names."""
        ...

    async def remove(self, desk: str) -> bool:
        """Forget the desk's. Noted in the change sequence. Gives whether there was one."""
        ...


class ProposalStore(Protocol):
    """What the last look over a desk's problems proposes to triagers."""

    async def renew(self, desk: str, proposals: Sequence[Proposal]) -> None:
        """Put these in the place of what was proposed before."""
        ...

    async def of_desk(self, desk: str) -> list[Proposal]:
        """What is proposed, in the order it was given."""
        ...


class UnitOfWork(escalation.UnitOfWork, Protocol):
    """One transaction over everything that is stored."""

    reports: ReportStore
    problems: ProblemStore
    questions: QuestionStore
    links: LinkStore
    changes: ChangeSequence
    history: History
    tunings: TuningStore
    proposals: ProposalStore
    people: PeopleStore
    triage_threads: TriageThreads
    digest: DigestStore
    deliveries: DeliveryStore


class OpenUnitOfWork(Protocol):
    """Begins a transaction.

    With a desk named it is that desk's critical section: no other process changes the desk's grouping until it ends.
    With `read_only` nothing may be written, and nobody waits for it.
    """

    def __call__(
        self, desk: str | None = None, *, read_only: bool = False
    ) -> AbstractAsyncContextManager[UnitOfWork]: ...
