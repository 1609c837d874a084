from dataclasses import replace

from bot import ports
from bot.tuned import Tuning
from tests.contracts.storage.examples import ANA, BEN, NOW, minutes

_TUNING = Tuning(
    desk="default", moves={"known": -0.25, "words": 0.125}, weights="w", model=None, decisions=72, by=ANA, at=NOW
)


async def test_a_tuning_comes_back_as_it_was_and_moves_the_sequence_on(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        before = await work.changes.latest("default")

        await work.tunings.put(_TUNING)

        assert await work.tunings.of_desk("default") == _TUNING
        assert await work.tunings.of_desk("other") is None
        assert await work.changes.latest("default") > before
        assert await work.changes.placements("default", after=before) == []
        assert await work.history.changes("default") == []


async def test_a_new_tuning_takes_the_place_of_the_desks_old_one(open_work: ports.OpenUnitOfWork) -> None:
    new = replace(_TUNING, moves={}, model="m", decisions=90, by=BEN, at=NOW + minutes(1))
    other = replace(_TUNING, desk="other")
    async with open_work() as work:
        for tuning in (_TUNING, other, new):
            await work.tunings.put(tuning)

        assert await work.tunings.all() == [new, other]


async def test_a_tuning_that_is_removed_is_gone_and_moves_the_sequence_on(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        await work.tunings.put(_TUNING)
        before = await work.changes.latest("default")

        assert await work.tunings.remove("default") is True

        assert await work.tunings.of_desk("default") is None
        assert await work.changes.latest("default") > before
        assert await work.tunings.remove("default") is False
