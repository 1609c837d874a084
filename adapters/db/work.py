"""The unit of work: one transaction over everything that is stored."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.audit import SqlAuditTrail
from adapters.db.changes import SqlChangeSequence
from adapters.db.deliveries import SqlDeliveryStore
from adapters.db.digest import SqlDigestStore
from adapters.db.errors import errors_in_our_words
from adapters.db.history import SqlHistory
from adapters.db.links import SqlLinkStore
from adapters.db.outbox import SqlOutbox
from adapters.db.people import SqlPeopleStore
from adapters.db.problems import SqlProblemStore
from adapters.db.proposals import SqlProposalStore
from adapters.db.questions import SqlQuestionStore
from adapters.db.reports import SqlReportStore
from adapters.db.tickets import SqlTicketStore
from adapters.db.transaction import Transaction
from adapters.db.triage_threads import SqlTriageThreads
from adapters.db.tunings import SqlTuningStore
from adapters.db.turns import Turns
from bot import digest_ports, people_ports, ports
from escalation import ports as escalation


class SqlUnitOfWork(ports.UnitOfWork):
    """The stores of one open transaction. Of no use after it has ended."""

    def __init__(self, transaction: Transaction) -> None:
        self.reports: ports.ReportStore = SqlReportStore(transaction)
        self.problems: ports.ProblemStore = SqlProblemStore(transaction)
        self.questions: ports.QuestionStore = SqlQuestionStore(transaction)
        self.links: ports.LinkStore = SqlLinkStore(transaction)
        self.changes: ports.ChangeSequence = SqlChangeSequence(transaction)
        self.history: ports.History = SqlHistory(transaction)
        self.tunings: ports.TuningStore = SqlTuningStore(transaction)
        self.proposals: ports.ProposalStore = SqlProposalStore(transaction)
        self.people: people_ports.PeopleStore = SqlPeopleStore(transaction)
        self.digest: digest_ports.DigestStore = SqlDigestStore(transaction)
        self.triage_threads: people_ports.TriageThreads = SqlTriageThreads(transaction)
        self.deliveries: people_ports.DeliveryStore = SqlDeliveryStore(transaction)
        self.tickets: escalation.TicketStore = SqlTicketStore(transaction)
        self.outbox: escalation.Outbox = SqlOutbox(transaction)
        self.audit: escalation.AuditTrail = SqlAuditTrail(transaction)


class SqlWork:
    """Opens units of work: `bot.ports.OpenUnitOfWork` over one engine. One of them serves a whole process.

    A unit of work that writes takes SQLite's write lock as it begins, so that on SQLite all writers come one after
    the other. On PostgreSQL the writers of one desk do, by an advisory lock that ends with the transaction, and those
    without a desk wait for nobody. One that only reads sees one moment throughout, and cannot write.
    Raises StorageError, and what the block raises.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._engine = engine
        self._readers = engine.execution_options(read_only=True)
        if not self._is_sqlite:
            self._readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._turns = Turns()

    @asynccontextmanager
    async def __call__(self, desk: str | None = None, *, read_only: bool = False) -> AsyncIterator[SqlUnitOfWork]:
        engine = self._readers if read_only else self._engine
        with errors_in_our_words():
            async with self._turn(desk, read_only=read_only), engine.begin() as connection:
                transaction = Transaction(connection, read_only=read_only)
                if desk is not None:
                    await transaction.enter_desk(desk)
                yield SqlUnitOfWork(transaction)

    def _turn(self, desk: str | None, *, read_only: bool) -> AbstractAsyncContextManager[None]:
        if read_only or (desk is None and not self._is_sqlite):
            return nullcontext()
        return self._turns.take("" if self._is_sqlite or desk is None else desk)
