"""Who carries out each kind of outbound work."""

import os
import random
import socket
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.catalogue import Desks
from bot.notices import Notices
from bot.ports import ChatPlatform, OpenUnitOfWork, TriageChannel
from bot.ticket_news import TicketNews
from bot.triage_channel import TriageChannels
from bot.updates import ReporterUpdates
from escalation import kinds
from escalation.attach import TicketAttaching
from escalation.outbox import OutboxWorker
from escalation.ports import TicketTracker
from escalation.tickets import TicketWork


def make_worker(  # noqa: PLR0913 - what outbound work is done with
    open_work: OpenUnitOfWork,
    *,
    tracker: TicketTracker,
    news: TicketNews,
    platforms: Mapping[str, ChatPlatform],
    desks: Desks,
    clock: Callable[[], datetime],
    home: str | None,
    triage: TriageChannel | None = None,
) -> OutboxWorker:
    """This process's worker. `home` is where people find the bot's pages, if that is settled; `triage` is where desks'
    triagers see their problems, if a platform has that.
    """
    tickets = TicketWork(open_work=open_work, tracker=tracker, rules=desks.named, clock=clock, home=home)
    attaching = TicketAttaching(tracker=tracker, rules=desks.named, clock=clock)
    updates = ReporterUpdates(open_work=open_work, platforms=platforms, desk_named=desks.named, clock=clock)
    notices = Notices(open_work=open_work, platforms=platforms, desk_named=desks.named, clock=clock)
    channels = TriageChannels(open_work=open_work, channel=triage, desk_named=desks.named, clock=clock, home=home)
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
        },
        worker_name=f"{socket.gethostname()}-{os.getpid()}",
        clock=clock,
        jitter=random.random,
        notify=notices.notify,
    )
