"""The composition root: the one place that knows the adapters and puts the product together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import FastAPI
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine
from threadpoolctl import threadpool_limits
from uvicorn import Config

from adapters.board.board import Board
from adapters.board.pages import board_router
from adapters.board.tables import metadata as board_metadata
from adapters.board.tracker import BoardTicketTracker
from adapters.db import models
from adapters.db.engine import make_engine
from adapters.db.errors import StorageError
from adapters.db.installation import read_salt
from adapters.db.migrate import is_current, revision, upgrade
from adapters.db.work import SqlWork
from adapters.jira.installation import JiraInstallation, access_of
from adapters.jira.tables import metadata as jira_metadata
from adapters.slack.installation import SlackInstallation, installed_slack
from adapters.slack.manifest import manifest, set_up_of
from adapters.slack.people import PLATFORM as SLACK
from adapters.slack.tables import metadata as slack_metadata
from adapters.web.app import WebSettings, create_app
from adapters.web.chat_platform import WebChatPlatform
from adapters.web.live import Live
from adapters.web.people import SignedPeople
from adapters.web.server import WebServer
from adapters.web.tables import metadata as web_metadata
from adapters.web.transcript import WebTranscript
from bot.catalogue import Desks
from bot.conversation import Conversation
from bot.desk_file import read_desks
from bot.desks import Desk
from bot.errors import SettingsError
from bot.findings import Finding
from bot.housekeeping import Housekeeping
from bot.masking import mask
from bot.matching import DeskIndexes
from bot.outbound import Talks, make_worker
from bot.ports import ChatPlatform, MeaningModel, OpenUnitOfWork
from bot.settings import Settings, SlackMode
from bot.ticket_news import TicketNews
from bot.work_loop import WorkLoop
from dedupe.engine import MatchingEngine
from dedupe.errors import ModelError
from dedupe.meaning import load_model
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import load_weights
from escalation.ports import TicketTracker
from escalation.values import TicketKey, TicketState

_GRACE_SECONDS = 5
_STOP_SECONDS = 20
_STOP_TRIES = 3
_BOARD_RECONCILE_SECONDS = 60
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def utc_now() -> datetime:
    """The time. The product is given its clock here, so that nothing inside asks for it."""
    return datetime.now(UTC)


def all_metadata() -> list[MetaData]:
    """Every table of the product, whichever adapter owns it."""
    return [models.metadata, board_metadata, web_metadata, jira_metadata, slack_metadata]


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """The product, put together over an open database, with nothing running yet."""

    settings: Settings
    desks: Desks
    engine: AsyncEngine
    open_work: OpenUnitOfWork
    salt: bytes
    clock: Callable[[], datetime]
    indexes: DeskIndexes
    conversation: Conversation
    tracker: TicketTracker
    board: Board
    jira: JiraInstallation | None
    slack: SlackInstallation | None
    news: TicketNews
    transcript: WebTranscript
    housekeeping: Housekeeping
    loop: WorkLoop

    @property
    def database(self) -> str:
        """Which database it is, without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    async def hear(self, delivery: str | None, keys: Sequence[TicketKey]) -> int:
        """The tracker says that something happened to these tickets."""
        ours = await self.news.heard(delivery, keys)
        self.loop.wake()
        return ours

    async def examine_tracker(self) -> list[Finding]:
        """Whether tickets can be opened and followed."""
        if self.jira is None:
            return [Finding(check="tracker", ok=True, finding=f"{self.tracker.name}: the built-in board")]
        return await self.jira.examine(self.open_work)

    async def examine_chat(self) -> list[Finding]:
        """Whether people can report in Slack and hear back."""
        if self.slack is None:
            return [Finding(check="slack", ok=True, finding="not set up; README.md says how, in five minutes")]
        return await self.slack.examine(set_up_of(self.settings, self.desks.configured))


def slack_manifest(settings: Settings, *, mode: SlackMode | None, address: str | None) -> Mapping[str, object]:
    """The manifest of the Slack app that these settings need. Raises SettingsError."""
    set_up = set_up_of(settings, Desks(read_desks(settings)).configured)
    return manifest(set_up.needs, mode=mode or settings.slack_mode, address=address or settings.base_url)


@asynccontextmanager
async def opened(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[Product]:
    """Put the product together. SQLite's tables are made or upgraded; PostgreSQL's must be up to date.

    Raises SettingsError.
    """
    # Products of this size are done before a second thread has begun, and where another process has its core both wait.
    threadpool_limits(limits=1, user_api="blas")
    desks, model = Desks(read_desks(settings)), _read_model(settings)
    try:
        engine = make_engine(settings.database_url)
    except StorageError as error:
        raise SettingsError(f"TECHISSUE_DATABASE_URL: {error}.") from error
    try:
        await _prepare_tables(engine)
        access = access_of(settings)
        jira = JiraInstallation(settings, access, desks.configured, engine, clock) if access else None
        salt = await read_salt(engine)
        product = _assemble(settings, engine, desks=desks, model=model, jira=jira, salt=salt, clock=clock)
        try:
            if product.slack is not None:
                await product.slack.open()
            yield product
        finally:
            if product.slack is not None:
                await product.slack.close()
            if jira is not None:
                jira.close()
    finally:
        await engine.dispose()


async def serve(product: Product) -> None:
    """Serve pages, carry out outbound work and keep house, until the process is told to stop."""
    settings = product.settings
    config = Config(
        web_app(product),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    await _warm_up(product)
    running = [asyncio.create_task(product.loop.run())]
    if product.slack is not None:
        running.append(asyncio.create_task(product.slack.run(product.conversation)))
    try:
        await WebServer(config, product.transcript.live).serve()
    finally:
        # What people can reach stops first, so that nothing is begun which nobody would end.
        for task in reversed(running):
            await _stop(task)


async def _stop(task: asyncio.Task[None]) -> None:
    """End it. A cancellation that comes in an unlucky moment can be lost in a library, so it is said again."""
    for _ in range(_STOP_TRIES):
        task.cancel()
        done, _pending = await asyncio.wait({task}, timeout=_STOP_SECONDS)
        if done:
            break
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error


def web_app(product: Product) -> FastAPI:
    """The pages: the chat, and the board where tickets are moved by hand."""
    settings = product.settings
    people = SignedPeople(settings.secret_key.get_secret_value() if settings.secret_key else product.salt.hex())
    desks = product.desks.configured
    app = create_app(
        conversation=product.conversation,
        transcript=product.transcript,
        people=people,
        board_router=board_router(product.board, who=people.who, desks=desks, clock=product.clock),
        settings=WebSettings(
            desks=desks,
            home=settings.address,
            hosts=_hosts(settings),
            chat=settings.serves_web_chat(has_real_platform=product.slack is not None),
        ),
        clock=product.clock,
        mask=mask,
        ailments=lambda: [found for found in (product.slack and product.slack.ailment,) if found],
    )
    if product.jira is not None:
        app.include_router(product.jira.router(product.hear))
    if product.slack is not None and (door := product.slack.router()) is not None:
        app.include_router(door)
    return app


def _hosts(settings: Settings) -> tuple[str, ...] | None:
    """The names that the pages answer to: this machine's, and behind a proxy on it the one that people see."""
    if not settings.is_loopback_only:
        return None
    return (*_LOOPBACK, *filter(None, (urlsplit(settings.address).hostname,)))


async def upgrade_database(settings: Settings) -> None:
    """Bring the database's tables to this version."""
    engine = make_engine(settings.database_url)
    try:
        await upgrade(engine, all_metadata())
    finally:
        await engine.dispose()


async def revise(settings: Settings, message: str) -> None:
    """Write a migration from how the models differ from the database, brought to the newest one before."""
    engine = make_engine(settings.database_url)
    try:
        await upgrade(engine, all_metadata())
        await revision(engine, all_metadata(), message)
    finally:
        await engine.dispose()


def _assemble(  # noqa: PLR0913 - what is opened before anything is put together
    settings: Settings,
    engine: AsyncEngine,
    *,
    desks: Desks,
    model: MeaningModel | None,
    jira: JiraInstallation | None,
    salt: bytes,
    clock: Callable[[], datetime],
) -> Product:
    open_work = SqlWork(engine)
    indexes = DeskIndexes(build_engine, model, clock=clock)
    board = Board(engine, clock)

    def wake() -> None:
        loop.wake()

    async def follow(state: TicketState) -> None:
        await news.follow(state)
        wake()

    tracker = jira.tracker if jira else BoardTicketTracker(board, settings.address, on_change=follow)
    transcript = WebTranscript(engine, clock, Live())
    news = TicketNews(
        open_work=open_work, tracker=tracker, desk_named=desks.named, indexes=indexes, salt=salt, clock=clock
    )
    slack = installed_slack(settings, engine, desks, open_work=open_work, clock=clock, wake=wake)
    talks = _talks(transcript, slack)
    worker = make_worker(
        open_work, tracker=tracker, news=news, talks=talks, desks=desks, clock=clock, home=settings.base_url
    )
    housekeeping = Housekeeping(
        open_work=open_work, desk_named=desks.named, indexes=indexes, salt=salt, tracker=tracker, follow=news.follow
    )
    reconcile_seconds = jira.reconcile_seconds if jira else _BOARD_RECONCILE_SECONDS
    loop = WorkLoop(worker=worker, housekeeping=housekeeping, clock=clock, reconcile_seconds=reconcile_seconds)
    conversation = Conversation(
        open_work=open_work, desk_named=desks.named, indexes=indexes, salt=salt, wake=loop.wake, tracker=tracker.name
    )
    return Product(
        settings=settings,
        desks=desks,
        engine=engine,
        open_work=open_work,
        salt=salt,
        clock=clock,
        indexes=indexes,
        conversation=conversation,
        tracker=tracker,
        board=board,
        jira=jira,
        slack=slack,
        news=news,
        transcript=transcript,
        housekeeping=housekeeping,
        loop=loop,
    )


def _talks(transcript: WebTranscript, slack: SlackInstallation | None) -> Talks:
    """Where people and triagers are told things."""
    web: dict[str, ChatPlatform] = {"web": WebChatPlatform(transcript)}
    if slack is None:
        return Talks(platforms=web)
    return Talks(platforms={**web, SLACK: slack.platform}, triage=slack.triage, handlers=slack.handlers)


def build_engine(desk: Desk) -> MatchingEngine:
    """The matching engine of a desk, with the desk's own shorthand and thresholds."""
    return MatchingEngine(
        weights=load_weights(), vocabulary=load_vocabulary(desk.shorthand), thresholds=desk.thresholds
    )


def _read_model(settings: Settings) -> MeaningModel | None:
    if settings.model == "off":
        return None
    try:
        return load_model(settings.model)
    except ModelError as error:
        raise SettingsError(f"TECHISSUE_MODEL: {str(error).rstrip('.')}.") from error


async def _prepare_tables(engine: AsyncEngine) -> None:
    try:
        if engine.dialect.name == "sqlite":
            await upgrade(engine, all_metadata())
        elif not await is_current(engine):
            raise SettingsError(
                "The database's tables are not of this version. Run `techissue db upgrade`, then start again."
            )
    except StorageError as error:
        raise SettingsError(f"TECHISSUE_DATABASE_URL: the database cannot be used: {error}.") from error


async def _warm_up(product: Product) -> None:
    """Fill the indexes before the first agent asks."""
    async with product.open_work(read_only=True) as work:
        for name in {problem.desk for problem in await work.problems.listing(None, include_ended=True)}:
            await product.indexes.caught_up(work, product.desks.named(name))
