import pytest

from adapters.db.work import SqlWork
from tests.unit.escalation.house import House


@pytest.fixture
def house(store: SqlWork) -> House:
    return House(store)
