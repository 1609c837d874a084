from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.slack_rig.pair import Pair, running_pair
from tests.slack_rig.product import SlackRig, running_rig

IN_ONE_LOOP = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["socket", "http"])
async def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SlackRig]:
    """The product in a workspace, in each of the two modes."""
    async with running_rig(tmp_path_factory.mktemp(f"slack-{request.param}"), request.param) as rig:
        yield rig


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http_rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SlackRig]:
    """The product with its door open, for what is posted there."""
    async with running_rig(tmp_path_factory.mktemp("slack-door"), "http") as rig:
        yield rig


@pytest.fixture
async def on_either(tmp_path: Path, database_url: str) -> AsyncIterator[Pair]:
    """The same over SQLite and over PostgreSQL, for what two processes must not do twice."""
    async with running_pair(tmp_path, database_url) as pair:
        yield pair


@pytest.fixture
async def slack(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Pair]:
    """Two processes of the product in this one, whose outbound work is done when the test says so."""
    async with running_pair(tmp_path, sqlite_url) as pair:
        yield pair
