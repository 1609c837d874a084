"""Drives the whole bot through its own door: a real store, a frozen clock, and fakes only at our own ports."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation import Conversation
from bot.desks import Desk, Service
from bot.housekeeping import Housekeeping
from bot.matching import DeskIndexes
from bot.messages import Action, Message, Reply
from bot.people import Person, Role
from bot.ports import MeaningModel, OpenUnitOfWork
from bot.ticket_news import TicketNews
from bot.triage_channel import TriageChannels
from bot.turn import Turn
from bot.updates import ReporterUpdates
from dedupe.engine import MatchingEngine
from dedupe.values import ProblemId, ReportId
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import load_weights
from escalation import kinds
from escalation.follow import follow_ticket
from escalation.outbox import OutboxWorker
from escalation.policy import Policy
from escalation.tickets import TicketWork
from escalation.values import PersonId, Problem, TicketKey, TicketState
from tests.fakes.chat import FakeChatPlatform
from tests.fakes.tracker import FakeTicketTracker
from tests.fakes.triage_channel import FakeTriageChannel

MONDAY_MORNING = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)


def make_person(name: str, *roles: Role) -> Person:
    return Person(id=PersonId(f"web:{name}"), name=name.capitalize(), roles=frozenset({Role.AGENT, *roles}))


ANA, BEN, CEM = (make_person(name) for name in ("ana", "ben", "cem"))
TESS = make_person("tess", Role.TRIAGER)


def make_desk(policy: Policy | None = None) -> Desk:
    services = (Service(name="Payments", aliases=("checkout",)), Service(name="Website"))
    return Desk(
        name="default", title="Default desk", zone=ZoneInfo("UTC"), services=services, policy=policy or Policy()
    )


def build_engine(desk: Desk) -> MatchingEngine:
    return MatchingEngine(
        weights=load_weights(), vocabulary=load_vocabulary(desk.shorthand), thresholds=desk.thresholds
    )


class Stage:
    """One process of the bot. `now` stands still until it is moved. Without a model it matches by words only."""

    def __init__(self, store: OpenUnitOfWork, desk: Desk | None = None, model: MeaningModel | None = None) -> None:
        self.open_work = store
        self.desk = desk or make_desk()
        self.now = MONDAY_MORNING
        self.tracker = FakeTicketTracker(clock=lambda: self.now)
        self.chat = FakeChatPlatform()
        self.triage = FakeTriageChannel()
        self.indexes = DeskIndexes(build_engine, model, clock=self.clock)
        self.conversation = Conversation(
            open_work=store,
            desk_named=self.desk_named,
            indexes=self.indexes,
            salt=b"salt",
            wake=lambda: None,
            tracker=self.tracker.name,
        )
        tickets = TicketWork(open_work=store, tracker=self.tracker, rules=self.desk_named, clock=self.clock)
        self.news = TicketNews(
            open_work=store,
            tracker=self.tracker,
            desk_named=self.desk_named,
            indexes=self.indexes,
            salt=b"salt",
            clock=self.clock,
        )
        updates = ReporterUpdates(
            open_work=store, platforms={"web": self.chat}, desk_named=self.desk_named, clock=self.clock
        )
        channels = TriageChannels(
            open_work=store, channel=self.triage, desk_named=self.desk_named, clock=self.clock, home="http://ti"
        )
        self.worker = OutboxWorker(
            open_work=store,
            handlers={
                **tickets.handlers(),
                **self.news.handlers(),
                kinds.TELL: updates.tell,
                kinds.REFRESH: updates.refresh,
                kinds.TRIAGE: channels.show,
            },
            worker_name="stage",
            clock=self.clock,
            jitter=lambda: 0.0,
        )
        self.housekeeping = Housekeeping(
            open_work=store, desk_named=self.desk_named, indexes=self.indexes, salt=b"salt", tracker=self.tracker
        )

    def clock(self) -> datetime:
        return self.now

    def desk_named(self, _name: str) -> Desk:
        return self.desk

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    def turn(self, person: Person, delivery: str | None = None) -> Turn:
        return Turn(person=person, desk=self.desk.name, now=self.now, origin="web", delivery=delivery)

    async def say(self, person: Person, text: str, *, delivery: str | None = None) -> Reply:
        reply = await self.conversation.command(self.turn(person, delivery), text)
        if reply.about is not None and reply.message is not None:
            self.chat.cards[ReportId(reply.about)] = reply.message
        return reply

    async def press(self, person: Person, action: Action, *, delivery: str | None = None) -> Reply:
        return await self.conversation.press(self.turn(person, delivery), action.name, action.value)

    async def submit(self, person: Person, form: str, value: str, fields: Mapping[str, str]) -> Reply:
        return await self.conversation.submit(self.turn(person), form, value, fields)

    async def work(self) -> None:
        """Carry out the outbound work that is due."""
        await self.worker.drain()

    async def ticket_changes(self, state: TicketState) -> None:
        """The tracker says that a ticket is so now."""
        await follow_ticket(self.open_work, state, tracker=self.tracker.name, rules=self.desk_named, now=self.now)

    async def ticket_hears(self, key: TicketKey, text: str) -> None:
        """A person says something in the ticket, and the tracker tells us that something happened there."""
        self.tracker.say(key, text)
        await self.news.heard(None, [key])
        await self.work()

    async def problem(self, number: int) -> Problem:
        async with self.open_work(read_only=True) as work:
            problem = await work.problems.by_number(self.desk.name, number)
        assert problem is not None
        return problem

    async def count(self, number: int) -> int:
        """How many reports of the problem count."""
        problem = await self.problem(number)
        async with self.open_work(read_only=True) as work:
            counts = await work.problems.counts([problem.id])
        return counts[problem.id].reports if problem.id in counts else 0

    async def problem_ids(self) -> list[ProblemId]:
        async with self.open_work(read_only=True) as work:
            return [problem.id for problem in await work.problems.listing(self.desk.name, include_ended=True)]

    def told(self, person: Person) -> list[str]:
        """The titles of what a person was told."""
        return [message.title for message in self.chat.told.get(person.id, [])]


def message_of(reply: Reply) -> Message:
    assert reply.message is not None
    return reply.message


def button(reply: Reply | Message, label: str) -> Action:
    """The button with this label, of the message or of one of its choices."""
    message = reply if isinstance(reply, Message) else message_of(reply)
    offered = [*message.actions, *(action for choice in message.choices for action in choice.actions)]
    for action in offered:
        if action.label == label:
            return action
    raise AssertionError(f"no button {label!r} among {[action.label for action in offered]}")
