"""Who carries out each kind of outbound work."""

import os
import random
import socket
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.catalogue import Desks
from bot.notices import Notices
from bot.ports import ChatPlatform, OpenUnitOfWork
from bot.ticket_news import TicketNews
from bot.updates import ReporterUpdates
from escalation import kinds
from escalation.attach import TicketAttaching
from escalation.outbox import Handler, OutboxWorker
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
    more: Mapping[str, Handler] | None = None,
) -> OutboxWorker:
    """This process's worker. `home` is where people find the bot's pages, if that is settled. `more` carries out what
    only one platform has.
    """
    tickets = TicketWork(open_work=open_work, tracker=tracker, rules=desks.named, clock=clock, home=home)
    attaching = TicketAttaching(tracker=tracker, rules=desks.named, clock=clock)
    updates = ReporterUpdates(open_work=open_work, platforms=platforms, desk_named=desks.named, clock=clock)
    notices = Notices(open_work=open_work, platforms=platforms, desk_named=desks.named, clock=clock)
    return OutboxWorker(
        open_work=open_work,
        handlers={
            **tickets.handlers(),
            **attaching.handlers(),
            **news.handlers(),
            kinds.TELL: updates.tell,
            kinds.REFRESH: updates.refresh,
            kinds.NOTICE: notices.deliver,
            **(more or {}),
        },
        worker_name=f"{socket.gethostname()}-{os.getpid()}",
        clock=clock,
        jitter=random.random,
        notify=notices.notify,
    )
