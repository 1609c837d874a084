from datetime import timedelta

from sqlalchemy import event

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from bot.people import Person
from dedupe.values import ReportId
from escalation import kinds
from escalation.errors import PermanentOutboundError, RetryableOutboundError
from escalation.values import PersonId, ProblemStatus, TicketKey, TicketState, TicketStatus
from tests.driver import ANA, BEN, CEM, TESS, Stage, button, make_person, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"


async def report_by_two(stage: Stage) -> TicketKey:
    """Two agents report one failure, and its ticket is opened."""
    await stage.say(ANA, DECLINED)
    await stage.say(BEN, DECLINED)
    await stage.work()
    (key,) = stage.tracker.tickets
    return key


async def move(stage: Stage, key: TicketKey, status: TicketStatus, resolution: str | None = None, **by: str) -> None:
    stage.pass_time(minutes=30)
    state: TicketState = stage.tracker.put_to(key, status, resolution, **{k: PersonId(v) for k, v in by.items()})
    await stage.ticket_changes(state)
    await stage.work()


async def test_every_reporter_is_told_once_that_it_is_fixed(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Fixed")
    assert stage.told(ANA) == ["#1 is fixed"]
    assert stage.told(BEN) == ["#1 is fixed"]


async def test_the_same_state_again_tells_nobody_again(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Fixed")
    await stage.ticket_changes(stage.tracker.tickets[key].state)
    await stage.work()
    assert stage.told(ANA) == ["#1 is fixed"]


async def test_nobody_hears_of_their_own_act(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Fixed", by=str(ANA.id))
    assert stage.told(ANA) == []
    assert stage.told(BEN) == ["#1 is fixed"]


async def test_changes_that_come_before_they_are_told_are_told_as_one(stage: Stage) -> None:
    key = await report_by_two(stage)
    for status, resolution in ((TicketStatus.IN_PROGRESS, None), (TicketStatus.DONE, "Fixed")):
        stage.pass_time(seconds=5)
        await stage.ticket_changes(stage.tracker.put_to(key, status, resolution))
    await stage.work()
    assert stage.told(ANA) == ["#1 is fixed"]


async def test_an_agent_with_three_reports_is_told_once(stage: Stage) -> None:
    for _ in range(3):
        await stage.say(ANA, DECLINED)
        stage.pass_time(minutes=2)
    await stage.work()
    (key,) = stage.tracker.tickets
    await move(stage, key, TicketStatus.IN_PROGRESS)
    assert stage.told(ANA) == ["#1 is being worked on"]


async def test_the_loop_is_closed_when_the_reporter_was_told_the_outcome(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.IN_PROGRESS)
    problem = await stage.problem(1)
    async with stage.open_work(read_only=True) as work:
        assert not any(reporter.closed for reporter in await work.problems.reporters(problem.id))
    await move(stage, key, TicketStatus.DONE, "Fixed")
    async with stage.open_work(read_only=True) as work:
        assert all(reporter.closed for reporter in await work.problems.reporters(problem.id))


async def test_what_cannot_be_delivered_now_is_delivered_later_and_the_loop_stays_open(stage: Stage) -> None:
    key = await report_by_two(stage)
    stage.chat.failure = RetryableOutboundError("busy", retry_after=timedelta(seconds=60))
    await move(stage, key, TicketStatus.DONE, "Fixed")
    problem = await stage.problem(1)
    async with stage.open_work(read_only=True) as work:
        assert not any(reporter.closed for reporter in await work.problems.reporters(problem.id))
    stage.chat.failure = None
    stage.pass_time(seconds=61)
    await stage.work()
    assert stage.told(ANA) == ["#1 is fixed"]


async def test_what_is_refused_is_parked_where_a_triager_sees_and_retries_it(stage: Stage) -> None:
    key = await report_by_two(stage)
    stage.chat.failure = PermanentOutboundError("the app was removed")
    await move(stage, key, TicketStatus.DONE, "Fixed")
    stage.chat.failure = None
    listed = message_of(await stage.say(TESS, "outbox"))
    assert "the app was removed" in listed.choices[0].text
    for choice in listed.choices:
        await stage.press(TESS, choice.actions[0])
    await stage.work()
    assert stage.told(ANA) == ["#1 is fixed"]


async def test_still_broken_from_two_reporters_brings_the_problem_and_its_ticket_back(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Fixed")
    stage.pass_time(hours=1)
    for agent in (ANA, BEN):
        await stage.press(agent, button(stage.chat.told[agent.id][0], "Still broken"))
    await stage.work()
    assert (await stage.problem(1)).status is ProblemStatus.OPEN
    assert stage.tracker.tickets[key].state.status is not TicketStatus.DONE


async def test_works_now_is_thanked_and_changes_nothing(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Fixed")
    reply = message_of(await stage.press(ANA, button(stage.chat.told[ANA.id][0], "Works now")))
    assert reply.title == "#1 works now"
    assert (await stage.problem(1)).status is ProblemStatus.FIXED


async def test_an_old_button_says_kindly_what_has_happened_since(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Fixed")
    await move(stage, key, TicketStatus.IN_PROGRESS)
    reply = await stage.press(ANA, button(stage.chat.told[ANA.id][0], "Still broken"))
    assert message_of(reply).title.startswith("#1 is in progress again")
    assert message_of(reply).text.startswith("FAKE-1 Came back after a fix · In progress since")
    assert reply.replaces


async def test_reports_that_come_after_a_fix_reopen_the_ticket_and_tell_who_reported(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Fixed")
    stage.pass_time(days=1)
    await stage.say(CEM, DECLINED)
    await stage.say(TESS, DECLINED)
    await stage.work()
    assert stage.tracker.tickets[key].state.status is not TicketStatus.DONE
    assert stage.told(ANA) == ["#1 is fixed", "#1 came back after the fix"]


async def test_the_cards_of_all_reporters_show_the_ticket_once_it_is_open(stage: Stage) -> None:
    await report_by_two(stage)
    assert [card.text.split()[0] for card in stage.chat.cards.values()] == ["FAKE-1", "FAKE-1"]


async def test_a_declined_ticket_is_told_with_its_reason(stage: Stage) -> None:
    key = await report_by_two(stage)
    await move(stage, key, TicketStatus.DONE, "Not a fault")
    (told,) = stage.chat.told[ANA.id]
    assert told.title == "#1 will not be changed"
    assert told.say is not None
    assert "works as it is meant to" in told.say


async def test_what_was_said_meanwhile_is_not_said_any_more_once_it_is_fixed(stage: Stage) -> None:
    key = await report_by_two(stage)
    await stage.say(TESS, 'note #1 customer "Please use PayPal until Friday."')
    await move(stage, key, TicketStatus.DONE, "Fixed")
    (told,) = stage.chat.told[ANA.id]
    assert told.say == "This has been fixed. Please try again."


async def test_the_cards_of_many_reports_are_renewed_with_as_few_questions_to_the_store_as_those_of_two(
    sqlite_url: str,
) -> None:
    engine = make_engine(sqlite_url)
    stage = Stage(SqlWork(engine))
    asked: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *each: asked.append(each[2]))

    async def renew(*people: Person) -> int:
        for person in people:
            await stage.say(person, DECLINED)
        await stage.work()
        async with stage.open_work("default") as work:
            await work.outbox.add(kinds.refresh((await stage.problem(1)).id, now=stage.now), now=stage.now)
        asked.clear()
        await stage.work()
        return len(asked)

    for_two = await renew(ANA, BEN)
    for_nine = await renew(*(make_person(f"agent{number}") for number in range(7)))

    assert for_nine == for_two
    assert stage.chat.cards[ReportId(1)].title.startswith("#1 · 1st of 9 reports")
    await engine.dispose()
