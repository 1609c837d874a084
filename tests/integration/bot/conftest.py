"""A stage for each test: the whole bot over a fresh SQLite file."""

from dataclasses import replace

import pytest

from bot.ports import OpenUnitOfWork
from dedupe.values import Thresholds
from tests.driver import Stage, make_desk

NEVER = 1 - 1e-15
"""No evidence is as strong as this."""


@pytest.fixture
def stage(store: OpenUnitOfWork) -> Stage:
    return Stage(store)


@pytest.fixture
def asking_stage(store: OpenUnitOfWork) -> Stage:
    """A desk so careful that it asks about everything that is at all alike."""
    return Stage(store, replace(make_desk(), thresholds=Thresholds(same=NEVER, ask=0.01)))


@pytest.fixture
def apart_stage(store: OpenUnitOfWork) -> Stage:
    """A desk that joins nothing by itself and asks nothing, for tests that group by hand."""
    return Stage(store, replace(make_desk(), thresholds=Thresholds(same=NEVER, ask=NEVER)))
