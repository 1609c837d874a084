from dataclasses import fields, replace

import pytest

from adapters.db.errors import NotStoredError, StorageConflictError
from bot import ports
from escalation.values import Priority, Ticket, TicketKey, TicketStatus
from tests.contracts.storage.examples import NOW, a_ticket, add_problem, minutes


async def test_every_field_of_a_ticket_comes_back_as_it_was(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        await work.tickets.add(a_ticket(problem.id))
        changed = Ticket(
            problem=other.id,
            tracker="board",
            key=TicketKey("TI-1"),
            url="http://127.0.0.1/elsewhere",
            status=TicketStatus.DONE,
            status_name="Done",
            resolution="Fixed",
            priority=Priority.HIGHEST,
            opened_at=NOW + minutes(1),
            changed_at=NOW + minutes(2),
            bumped_at=NOW + minutes(3),
            bumped_reports=9,
            linked_from=TicketKey("TI-0"),
            asked_priority=Priority.HIGH,
            told=frozenset({"ERR-7", "Payments"}),
            noted_at=NOW + minutes(4),
        )

        await work.tickets.save(changed)

        assert await work.tickets.by_key("board", TicketKey("TI-1")) == changed
    defaults = a_ticket(problem.id)
    same = {field.name for field in fields(Ticket) if getattr(changed, field.name) == getattr(defaults, field.name)}
    assert same == {"tracker", "key"}, "the example changes every other field"


async def test_a_key_names_one_ticket_of_its_tracker(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await work.tickets.add(a_ticket(problem.id))
        await work.tickets.add(a_ticket(problem.id, tracker="another"))

        assert await work.tickets.by_key("third", TicketKey("TI-1")) is None
        with pytest.raises(NotStoredError):
            await work.tickets.save(a_ticket(problem.id, "TI-2"))

    with pytest.raises(StorageConflictError):
        async with open_work("default") as work:
            await work.tickets.add(a_ticket(problem.id))


async def test_a_ticket_keeps_all_but_its_key_when_it_is_renamed(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        await work.tickets.add(a_ticket(problem.id))

        await work.tickets.rename("board", TicketKey("TI-1"), TicketKey("NET-4"))

        renamed = replace(a_ticket(problem.id), key=TicketKey("NET-4"))
        assert await work.tickets.by_key("board", TicketKey("NET-4")) == renamed
        assert await work.tickets.by_key("board", TicketKey("TI-1")) is None
        with pytest.raises(NotStoredError):
            await work.tickets.rename("board", TicketKey("TI-1"), TicketKey("NET-5"))


async def test_the_present_ticket_of_a_problem_is_the_newest(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, without = await add_problem(work), await add_problem(work)
        await work.tickets.add(a_ticket(problem.id, "TI-2", opened_at=NOW + minutes(1)))
        await work.tickets.add(a_ticket(problem.id, "TI-1"))

        present = await work.tickets.of_problem(problem.id)
        assert present is not None
        assert present.key == "TI-2"
        assert await work.tickets.of_problem(without.id) is None


async def test_tickets_to_watch_are_present_and_open_or_ended_a_short_while_ago(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problems = [await add_problem(work) for _ in range(5)]
        ended = {"status": TicketStatus.DONE, "changed_at": NOW}
        going_on = a_ticket(problems[0].id, "TI-1", status=TicketStatus.IN_PROGRESS, changed_at=NOW - minutes(99))
        just_ended = a_ticket(problems[1].id, "TI-2", **{**ended, "changed_at": NOW + minutes(1)})
        followed = a_ticket(problems[3].id, "TI-4")
        follower = replace(followed, key=TicketKey("TI-5"), opened_at=NOW + minutes(1))
        long_ended = a_ticket(problems[2].id, "TI-3", **ended)
        other_tracker = a_ticket(problems[4].id, "TI-6", tracker="another")
        for ticket in (going_on, just_ended, long_ended, followed, follower, other_tracker):
            await work.tickets.add(ticket)

        assert await work.tickets.to_watch("board", ended_since=NOW) == [going_on, just_ended, follower]
