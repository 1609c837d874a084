"""The Jira tracker against the tests' Jira, over HTTP and held to Atlassian's contract where that is at hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.jira.access import JiraAccess
from adapters.jira.attempts import Attempts
from adapters.jira.connection import JiraConnection
from adapters.jira.texts import read_words
from adapters.jira.tracker import JiraTicketTracker
from bot.jira_desk import JiraDesk
from tests.fakes.jira.faults import Faults
from tests.fakes.jira.issues import BOT
from tests.fakes.jira.server import FakeJira, running_jira
from tests.jira_contract import violations

CLOUD_V3, CLOUD_V2, DATA_CENTER = "jira-cloud-v3", "jira-cloud-v2", "jira-data-center"
JIRA_KINDS = (CLOUD_V3, CLOUD_V2, DATA_CENTER)
RESOLUTIONS = ("Done", "Won't Do", "Not a fault", "Duplicate", "Cannot Reproduce")
OPS = JiraDesk(
    project="OPS",
    components={"Payments": "Checkout"},
    labels=("contact-centre",),
    resolutions={
        "fixed": "Done",
        "won't fix": "Won't Do",
        "not a fault": "Not a fault",
        "duplicate": "Duplicate",
        "cannot reproduce": "Cannot Reproduce",
    },
)


def access_to(jira: FakeJira, kind: str = CLOUD_V3, *, read_seconds: float = 5.0) -> JiraAccess:
    """How the fake is reached. People look at tickets elsewhere than programs ask, as with a scoped token."""
    return JiraAccess(
        site="https://ops.example.com/jira",
        api=jira.address,
        token=jira.token,
        email=None if kind == DATA_CENTER else "techissue@example.com",
        version={CLOUD_V3: 3, CLOUD_V2: 2}.get(kind),
        connect_seconds=2.0,
        read_seconds=read_seconds,
    )


@asynccontextmanager
async def jira_rig(
    kind: str,
    engine: AsyncEngine,
    clock: Callable[[], datetime],
    *,
    desk: JiraDesk = OPS,
    faults: Faults | None = None,
    lag: timedelta = timedelta(),
    read_seconds: float = 5.0,
) -> AsyncIterator[tuple[JiraTicketTracker, FakeJira]]:
    """A tracker and its Jira. At the end every exchange between them is held against the contract."""
    with running_jira(clock, cloud=kind != DATA_CENTER, faults=faults) as jira:
        jira.state.lag = lag
        jira.state.projects["OPS"].workflow.screen = RESOLUTIONS
        connection = JiraConnection(access_to(jira, kind, read_seconds=read_seconds), clock)
        try:
            yield JiraTicketTracker(connection, {"default": desk}, Attempts(engine)), jira
        finally:
            connection.close()
        wrong = violations(jira)
        assert not wrong, "\n".join(wrong)


def document(text: str) -> dict[str, Any]:
    """A person's comment as the newer API keeps it."""
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def said_by_us(jira: FakeJira, key: str) -> list[str]:
    """What we said in the ticket, without the line that we sign with."""
    comments = [each for each in jira.state.find(key).comments if each.author == BOT]
    return ["\n".join(_lines(each.body)) for each in comments]


def described(jira: FakeJira, key: str) -> str:
    """The ticket's description, without its layout."""
    return "\n".join(_lines(jira.state.find(key).fields["description"]))


def desk_with(**changes: Any) -> JiraDesk:
    return replace(OPS, **changes)


def _lines(body: Any) -> list[str]:
    lines = [line.strip() for line in read_words(body).splitlines()]
    return [line for line in lines if line and not line.startswith("techissue ·")]
