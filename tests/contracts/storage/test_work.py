from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from adapters.db.errors import (
    NaiveTimeError,
    NestedWorkError,
    NotStoredError,
    StorageConflictError,
    StorageError,
    UnstorableValueError,
)
from adapters.db.work import SqlUnitOfWork, SqlWork
from bot import ports
from bot.people import Person
from escalation import ports as escalation
from tests.contracts.storage.examples import ANA, NOW, a_report, add_problem


def is_what_the_bot_and_escalation_ask_for(
    opener: SqlWork, work: SqlUnitOfWork
) -> tuple[ports.OpenUnitOfWork, escalation.OpenUnitOfWork, ports.UnitOfWork, escalation.UnitOfWork]:
    """Holds for the type checker: it is never called."""
    return opener, opener, work, work


class _DeliberateError(Exception):
    pass


async def _store(open_work: ports.OpenUnitOfWork, *changes: dict[str, Any]) -> None:
    """Store a problem of the default desk, and a report in it for each of the changes."""
    async with open_work("default") as work:
        problem = await add_problem(work)
        for one in changes:
            await work.reports.add(a_report(problem.id, **one))


async def test_what_a_clean_block_wrote_is_there_afterwards(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)

    async with open_work(read_only=True) as work:
        assert await work.problems.get(problem.id) == problem


async def test_a_block_that_fails_leaves_nothing_behind(open_work: ports.OpenUnitOfWork) -> None:
    async def write_and_fail() -> None:
        async with open_work("default") as work:
            problem = await add_problem(work)
            await work.reports.add(a_report(problem.id))
            await work.people.remember(Person(id=ANA, name="Ana"))
            raise _DeliberateError

    with pytest.raises(_DeliberateError):
        await write_and_fail()

    async with open_work("default") as work:
        assert await work.problems.listing(None, include_ended=True) == []
        assert await work.changes.latest("default") == 0
        assert await work.changes.placements("default", after=0) == []
        assert await work.people.names([ANA]) == {}
        assert (await add_problem(work)).number == 1


async def test_a_reader_sees_one_moment_and_waits_for_no_writer(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work(read_only=True) as reader:
        before = await reader.problems.listing("default", include_ended=True)
        async with open_work("default") as writer:
            await add_problem(writer)

        assert await reader.problems.listing("default", include_ended=True) == before == []


async def test_a_reader_is_not_shown_what_is_not_committed_yet(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as writer:
        await add_problem(writer)
        async with open_work("default", read_only=True) as reader:
            assert await reader.problems.listing("default", include_ended=True) == []


async def test_a_reader_can_write_nothing(open_work: ports.OpenUnitOfWork) -> None:
    with pytest.raises(StorageError):
        async with open_work(read_only=True) as work:
            await work.people.remember(Person(id=ANA, name="Ana"))

    async with open_work() as work:
        assert await work.people.names([ANA]) == {}


async def test_a_connection_that_was_used_for_reading_can_write_again(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work(read_only=True) as work:
        await work.people.names([ANA])

    async with open_work() as work:
        await work.people.remember(Person(id=ANA, name="Ana"))
        assert await work.people.names([ANA]) == {ANA: "Ana"}


async def test_a_task_that_opens_a_desk_inside_its_own_desk_is_told_instead_of_waiting_for_itself(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default"):
        with pytest.raises(NestedWorkError):
            async with open_work("default"):
                pass

    async with open_work("default") as work:
        assert (await add_problem(work)).number == 1


async def test_what_a_constraint_refuses_comes_out_in_our_words_with_its_cause(
    open_work: ports.OpenUnitOfWork,
) -> None:
    with pytest.raises(StorageConflictError) as caught:
        await _store(open_work, {"source_key": "line 1"}, {"source_key": "line 1"})

    assert isinstance(caught.value.__cause__, SQLAlchemyError)
    assert "card reader" not in str(caught.value)


async def test_a_report_cannot_be_put_into_a_problem_of_another_desk(open_work: ports.OpenUnitOfWork) -> None:
    with pytest.raises(StorageConflictError):
        await _store(open_work, {"desk": "another"})


async def test_a_time_without_a_zone_is_refused(open_work: ports.OpenUnitOfWork) -> None:
    with pytest.raises(NaiveTimeError):
        async with open_work("default") as work:
            await add_problem(work, at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("text", ["a NUL \0 inside", "half a pair \ud83d inside"])
async def test_a_text_that_one_database_cannot_keep_is_refused_by_both(
    open_work: ports.OpenUnitOfWork, text: str
) -> None:
    with pytest.raises(UnstorableValueError):
        await _store(open_work, {"text": text})


@pytest.mark.parametrize(
    "text",
    ["", "🧾💥 Zahlung übersehen", "לא עובד", "x" * 10_000, "tab\tbell\x07", "'); DROP TABLE reports; --", "<b>%s</b>"],
)
async def test_a_text_comes_back_as_it_was(open_work: ports.OpenUnitOfWork, text: str) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        report = await work.reports.add(a_report(problem.id, text=text))

    async with open_work(read_only=True) as work:
        stored = await work.reports.get(report)
    assert stored is not None
    assert stored.text == text


async def test_a_change_of_what_is_not_there_is_an_error(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        report = await work.reports.add(a_report(problem.id))
        missing = type(report)(report + 1000)

        with pytest.raises(NotStoredError):
            await work.reports.withdraw(missing, at=NOW)
        with pytest.raises(NotStoredError):
            await work.reports.move([report, missing], problem.id)
        with pytest.raises(NotStoredError):
            await work.questions.reopen(report)
        with pytest.raises(NotStoredError):
            await work.audit.mark_undone(1000)
