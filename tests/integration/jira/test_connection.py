import base64
import io
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import structlog

from adapters.jira.access import JiraAccess
from adapters.jira.connection import JiraConnection
from adapters.jira.installation import access_of
from bot.errors import SettingsError
from bot.logs import set_up_logs
from bot.settings import LogFormat, LogLevel, Settings
from escalation.errors import TrackerUnavailableError
from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.server import FakeJira, running_jira
from tests.integration.jira.conftest import Clock
from tests.jira_rig import CLOUD_V3, DATA_CENTER, access_to


@asynccontextmanager
async def connected(
    faults: Faults | None = None, *, kind: str = CLOUD_V3, read_seconds: float = 5.0
) -> AsyncIterator[tuple[JiraConnection, FakeJira, Clock]]:
    clock = Clock()
    with running_jira(clock, cloud=kind != DATA_CENTER, faults=faults) as jira:
        connection = JiraConnection(access_to(jira, kind, read_seconds=read_seconds), clock)
        try:
            yield connection, jira, clock
        finally:
            connection.close()


async def ask(connection: JiraConnection) -> object:
    return await connection.run(lambda jira: jira.ask("GET", "priority"))


async def test_a_limit_of_everything_is_waited_for_without_asking_again() -> None:
    faults = Faults(ordered=[Fault.BUSY], only=("GET", "/priority"), retry_after=60, reason="jira-burst-based")
    async with connected(faults) as (connection, jira, clock):
        for _ in range(3):
            with pytest.raises(TrackerUnavailableError) as busy:
                await ask(connection)
        asked = [path for _, path in jira.calls if path.endswith("/priority")]
        assert busy.value.retry_after == timedelta(minutes=1)
        assert len(asked) == 1
        clock.now += timedelta(minutes=1)
        assert await ask(connection)


async def test_a_call_is_sent_once_whatever_becomes_of_it() -> None:
    for fault in (Fault.RESET_BEFORE, Fault.ERROR_BEFORE, Fault.BUSY, Fault.NOT_JSON):
        async with connected(Faults(ordered=[fault], only=("GET", "/priority"))) as (connection, jira, _):
            with pytest.raises(TrackerUnavailableError):
                await ask(connection)
            assert len([path for _, path in jira.calls if path.endswith("/priority")]) == 1


async def test_a_jira_that_hangs_is_given_up_on() -> None:
    faults = Faults(ordered=[Fault.HANG_BEFORE], only=("GET", "/priority"), hang_seconds=1.0)
    async with connected(faults, read_seconds=0.2) as (connection, _, _):
        with pytest.raises(TrackerUnavailableError, match="ReadTimeout"):
            await ask(connection)


async def test_where_nobody_listens_nothing_was_sent() -> None:
    access = JiraAccess(site="http://127.0.0.1:9", token="a-token-of-jiras", version=2)
    connection = JiraConnection(access, Clock())
    with pytest.raises(TrackerUnavailableError, match="did not answer"):
        await ask(connection)
    connection.close()


async def test_data_center_is_told_from_cloud_by_what_it_says() -> None:
    async with connected(kind=DATA_CENTER) as (connection, _, _):
        server = await connection.run(lambda jira: jira.server)
        assert (server.is_cloud, server.version) == (False, 2)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"jira_url": "https://ops.example.com"}, "TECHISSUE_JIRA_TOKEN must be given"),
        ({"jira_token": "a-token-of-jiras"}, "TECHISSUE_JIRA_URL must be given"),
    ],
)
def test_half_a_jira_is_refused(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        access_of(Settings(**settings))  # type: ignore[arg-type] # the fields are named above


def test_without_any_of_it_there_is_no_jira() -> None:
    assert access_of(Settings()) is None


def test_the_gateway_of_a_scoped_token_is_asked_and_the_site_is_shown() -> None:
    access = access_of(
        Settings.model_validate(
            {
                "jira_url": "https://ops.atlassian.net",
                "jira_api_url": "https://api.atlassian.com/ex/jira/0a1b",
                "jira_email": "bot@example.com",
                "jira_token": "a-token-of-jiras",
            }
        )
    )
    assert access is not None
    assert access.address == "https://api.atlassian.com/ex/jira/0a1b"
    assert access.is_surely_cloud
    assert "a-token-of-jiras" not in repr(access)


@pytest.fixture
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logging_as_it_was")
async def test_the_token_is_in_no_log() -> None:
    stream = io.StringIO()
    set_up_logs(Settings(log_level=LogLevel.DEBUG, log_format=LogFormat.JSON), stream=stream)
    for fault in (Fault.ERROR_AFTER, Fault.BUSY, Fault.UNAUTHORISED):
        async with connected(Faults(ordered=[fault], only=("GET", "/priority"))) as (connection, jira, _):
            with pytest.raises(TrackerUnavailableError):
                await ask(connection)
    secret = base64.b64encode(f"techissue@example.com:{jira.token}".encode()).decode()
    logged = stream.getvalue()
    assert "priority" in logged
    assert jira.token not in logged
    assert secret not in logged
