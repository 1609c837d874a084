"""Where events are logged to, and how they look."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

from bot.settings import LogFormat, Settings

_TALKATIVE = (
    *("uvicorn.access", "uvicorn.error", "apscheduler", "alembic"),
    *("techissue.slack", "slack_sdk", "slack_bolt", "aiohttp"),
)
"""Libraries whose every step is of no news; and an address that was asked for may hold a one-time key, what is sent to
Slack a customer's words.
"""


def set_up_logs(settings: Settings, *, stream: TextIO = sys.stderr) -> None:
    """Send every event, and what libraries log, to `stream`: one line each with its time in UTC.

    Errors are told without the values of variables, which may hold a customer's words.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=_last(settings.log_format, stream))
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


def _last(log_format: LogFormat, stream: TextIO) -> list[Processor]:
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if log_format is LogFormat.CONSOLE or (log_format is LogFormat.AUTO and stream.isatty()):
        plain = structlog.dev.plain_traceback
        return [remove, structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)]
    return [remove, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
