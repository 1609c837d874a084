import pytest

from adapters.db.errors import DeliveryRepeatedError, StorageError
from bot import ports
from bot.people import Person
from escalation.values import PersonId
from tests.contracts.storage.examples import ANA, BEN, CHO, NOW, minutes


async def test_a_name_is_renewed_and_strangers_are_left_out(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.people.remember(Person(id=ANA, name="Ana"))
        await work.people.remember(Person(id=BEN, name="Ben"))
        await work.people.remember(Person(id=ANA, name="Ana Lima"))
        await work.people.remember(Person(id=ANA, name="Ana Lima"))

        assert await work.people.names([ANA, CHO]) == {ANA: "Ana Lima"}
        assert await work.people.names([]) == {}
        assert await work.people.names([PersonId(f"web:{number}") for number in range(70_000)]) == {}


async def test_a_delivery_is_remembered_with_its_answer(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        assert await work.deliveries.answered("web:1") is None
        await work.deliveries.remember("web:1", '{"title": "ok"}', at=NOW)

    async with open_work(read_only=True) as work:
        assert await work.deliveries.answered("web:1") == '{"title": "ok"}'


async def test_a_delivery_is_remembered_once(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        await work.deliveries.remember("web:1", "the first answer", at=NOW)

    async def answer_again() -> None:
        async with open_work() as work:
            await work.people.remember(Person(id=ANA, name="Ana"))
            await work.deliveries.remember("web:1", "the second answer", at=NOW)

    with pytest.raises(DeliveryRepeatedError):
        await answer_again()

    async with open_work(read_only=True) as work:
        assert await work.deliveries.answered("web:1") == "the first answer"
        assert await work.people.names([ANA]) == {}
    assert issubclass(DeliveryRepeatedError, StorageError)


async def test_deliveries_from_before_are_forgotten(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work() as work:
        for key, at in (("old", NOW - minutes(2)), ("older", NOW - minutes(1)), ("kept", NOW)):
            await work.deliveries.remember(key, "", at=at)

        assert await work.deliveries.forget(before=NOW) == 2
        assert [await work.deliveries.answered(key) for key in ("old", "older", "kept")] == [None, None, ""]
