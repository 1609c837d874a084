"""What tests of several parts stand on."""

import asyncio
import shutil
from pathlib import Path

import pytest

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from tests.deciding import THINGS, object_to_all
from tests.driver import Stage


@pytest.fixture(scope="session")
def decided_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a desk that matches by words and whose people objected to everything, to be copied and never
    opened.
    """
    path = tmp_path_factory.mktemp("decided") / "techissue.db"
    shutil.copyfile(migrated_file, path)

    async def decide() -> None:
        engine = make_engine(f"sqlite:///{path}")
        await object_to_all(Stage(SqlWork(engine)), faults=("freezes", "shows a blank page"), things=THINGS[:15])
        await engine.dispose()

    asyncio.run(decide())
    return path
