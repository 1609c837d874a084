import pytest

from adapters.db.work import SqlWork
from tests.unit.escalation.house import House
from tests.unit.escalation.works import Works


@pytest.fixture
def house(store: SqlWork) -> House:
    return House(store)


@pytest.fixture
def works(store: SqlWork) -> Works:
    return Works(store)
