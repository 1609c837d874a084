"""Who carries out each kind of outbound work."""

import os
import random
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.catalogue import Desks
from bot.notices import Notices
from bot.ports import ChatPlatform, OpenUnitOfWork, TriageChannel
from bot.ticket_news import TicketNews
from bot.triage_channel import TriageChannels
from bot.updates import ReporterUpdates
from escalation import kinds
from escalation.attach import TicketAttaching
from escalation.outbox import Handler, OutboxWorker
from escalation.ports import TicketTracker
from escalation.tickets import TicketWork


@dataclass(frozen=True, kw_only=True, slots=True)
class Talks:
    """The chat platforms, by the first part of a person's id; where desks' triagers see their problems, if a platform
    has that; and who carries out the outbound work that only one platform has.
    """

    platforms: Mapping[str, ChatPlatform]
    triage: TriageChannel | None = None
    handlers: Mapping[str, Handler] = field(default_factory=dict)


def make_worker(  # noqa: PLR0913 - what outbound work is done with
    open_work: OpenUnitOfWork,
    *,
    tracker: TicketTracker,
    news: TicketNews,
    talks: Talks,
    desks: Desks,
    clock: Callable[[], datetime],
    home: str | None,
) -> OutboxWorker:
    """This process's worker. `home` is where people find the bot's pages, if that is settled."""
    platforms = talks.platforms
    tickets = TicketWork(open_work=open_work, tracker=tracker, rules=desks.named, clock=clock, home=home)
    attaching = TicketAttaching(tracker=tracker, rules=desks.named, clock=clock)
    updates = ReporterUpdates(open_work=open_work, platforms=platforms, desk_named=desks.named, clock=clock)
    notices = Notices(open_work=open_work, platforms=platforms, desk_named=desks.named, clock=clock)
    channels = TriageChannels(open_work=open_work, channel=talks.triage, desk_named=desks.named, clock=clock, home=home)
    return OutboxWorker(
        open_work=open_work,
        handlers={
            **tickets.handlers(),
            **attaching.handlers(),
            **news.handlers(),
            kinds.TELL: updates.tell,
            kinds.REFRESH: updates.refresh,
            kinds.NOTICE: notices.deliver,
            kinds.TRIAGE: channels.show,
            **talks.handlers,
        },
        worker_name=f"{socket.gethostname()}-{os.getpid()}",
        clock=clock,
        jitter=random.random,
        notify=notices.notify,
    )
