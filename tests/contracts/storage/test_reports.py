from dataclasses import fields, replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.errors import NotStoredError
from adapters.db.models import reports
from bot import ports
from bot.ports import UnreadReport
from bot.reports import Meaning, Mood, NewReport, Report, stored
from dedupe.values import ProblemId, Reason, ReportId, Verdict
from escalation.values import Severity
from tests.contracts.storage.examples import ANA, BEN, NOW, a_report, add_problem, add_reports, minutes


async def test_every_field_of_a_report_comes_back_as_it_was(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        new = NewReport(
            desk="default",
            problem=problem.id,
            reporter=BEN,
            text="der Kartenleser startet neu",
            origin="import",
            occurred_at=NOW - minutes(5),
            reported_at=NOW,
            day="2026-03-02",
            service="Payments",
            customer="key of a customer",
            severity=Severity.HIGH,
            mood=Mood.LEAVING,
            is_test=True,
            verdict=Verdict.SAME,
            probability=0.875,
            reasons=(Reason(words="same service", weight=1.25), Reason(words="the codes differ")),
            source_key="line 7",
        )

        stored = await work.reports.get(await work.reports.add(new))

    assert stored is not None
    both = {field.name for field in fields(NewReport)} & {field.name for field in fields(Report)}
    assert {name: getattr(stored, name) for name in both} == {name: getattr(new, name) for name in both}
    assert stored.occurred_at.tzinfo is not None


async def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc(open_work: ports.OpenUnitOfWork) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))
    async with open_work("default") as work:
        problem = await add_problem(work)
        stored = await work.reports.get(await work.reports.add(a_report(problem.id, reported_at=elsewhere)))

    assert stored is not None
    assert stored.reported_at == NOW
    assert stored.reported_at.utcoffset() == timedelta(0)


async def test_a_report_nobody_made_is_none(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work(read_only=True) as work:
        assert await work.reports.get(ReportId(1)) is None


async def test_reports_of_a_problem_come_oldest_first_with_the_withdrawn_ones(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        late, early = await add_reports(
            work, problem.id, {"reported_at": NOW}, {"reported_at": NOW - minutes(1), "occurred_at": NOW + minutes(9)}
        )
        await add_reports(work, other.id, {})
        await work.reports.withdraw(late, at=NOW)

        found = await work.reports.of_problem(problem.id)

    assert [(report.id, report.withdrawn_at) for report in found] == [(early, None), (late, NOW)]


async def test_the_latest_report_of_a_person_is_theirs_of_that_desk_recent_and_not_withdrawn(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem, elsewhere = await add_problem(work), await add_problem(work, "other")
        at_last, _, withdrawn, _ = await add_reports(
            work,
            problem.id,
            {"reported_at": NOW - minutes(3)},
            {"reported_at": NOW - minutes(8)},
            {"reported_at": NOW - minutes(1)},
            {"reported_at": NOW, "reporter": BEN},
        )
        await work.reports.withdraw(withdrawn, at=NOW)
        await work.reports.add(a_report(elsewhere.id, desk="other", reported_at=NOW))

        latest = await work.reports.latest_by("default", ANA, since=NOW - minutes(3))
        assert latest is not None
        assert latest.id == at_last
        assert await work.reports.latest_by("default", ANA, since=NOW - minutes(2)) is None


async def test_the_same_text_is_the_same_persons_and_the_same_to_the_letter(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        first, again = await add_reports(
            work, problem.id, {"text": "IVR hangs up"}, {"text": "IVR hangs up", "reported_at": NOW + minutes(1)}
        )
        reports = work.reports

        newest = await reports.same_text("default", ANA, "IVR hangs up", since=NOW, until=NOW + minutes(2))
        assert newest is not None
        assert newest.id == again
        await reports.withdraw(again, at=NOW)
        older = await reports.same_text("default", ANA, "IVR hangs up", since=NOW, until=NOW + minutes(2))
        assert older is not None
        assert older.id == first
        assert await reports.same_text("default", ANA, "ivr hangs up", since=NOW, until=NOW + minutes(2)) is None
        assert await reports.same_text("default", BEN, "IVR hangs up", since=NOW, until=NOW + minutes(2)) is None
        assert await reports.same_text("other", ANA, "IVR hangs up", since=NOW, until=NOW + minutes(2)) is None
        after, before = NOW + minutes(0.1), NOW - minutes(0.1)
        assert await reports.same_text("default", ANA, "IVR hangs up", since=after, until=NOW + minutes(2)) is None
        assert await reports.same_text("default", ANA, "IVR hangs up", since=NOW - minutes(2), until=before) is None


async def test_a_persons_reports_come_newest_first_and_no_more_than_asked_for(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        ids = await add_reports(work, problem.id, *({"reported_at": NOW + minutes(number)} for number in range(4)))
        await add_reports(work, problem.id, {"reporter": BEN})
        await work.reports.withdraw(ids[3], at=NOW)

        found = await work.reports.by_person("default", ANA, 2)

    assert [report.id for report in found] == [ids[2], ids[1]]


async def test_the_place_of_a_report_counts_those_that_count_and_came_before_it(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        first, withdrawn, _, same_moment, last = await add_reports(
            work,
            problem.id,
            {"reported_at": NOW},
            {"reported_at": NOW + minutes(1)},
            {"reported_at": NOW + minutes(2), "is_test": True},
            {"reported_at": NOW},
            {"reported_at": NOW + minutes(3)},
        )
        (alone,) = await add_reports(work, other.id, {"reported_at": NOW + minutes(9)})
        await work.reports.withdraw(withdrawn, at=NOW)

        places = [await work.reports.place_of(report) for report in (first, same_moment, last, alone)]

    assert places == [1, 2, 3, 1]


async def test_a_source_key_names_one_report_within_desk_and_origin(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        here, there, _, _ = await add_reports(
            work,
            problem.id,
            {"origin": "import", "source_key": "7"},
            {"origin": "api", "source_key": "7"},
            {"origin": "import"},
            {"origin": "import"},
        )

        found = [await work.reports.by_source("default", origin, "7") for origin in ("import", "api", "web")]
        assert [report and report.id for report in found] == [here, there, None]
        assert await work.reports.by_source("other", "import", "7") is None


async def test_moved_reports_stand_in_the_other_problem(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem, other = await add_problem(work), await add_problem(work)
        stays, goes, goes_too = await add_reports(work, problem.id, {}, {}, {})

        await work.reports.move([goes, goes_too, goes], other.id)

        assert [report.id for report in await work.reports.of_problem(problem.id)] == [stays]
        assert [report.id for report in await work.reports.of_problem(other.id)] == [goes, goes_too]


async def test_a_withdrawn_report_can_be_brought_back(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        (report,) = await add_reports(work, problem.id, {})
        await work.reports.withdraw(report, at=NOW)

        await work.reports.withdraw(report, at=None)

        latest = await work.reports.latest_by("default", ANA, since=NOW)
        assert latest is not None
        assert latest.withdrawn_at is None


async def test_added_details_fill_what_is_given_and_leave_the_rest(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        (report,) = await add_reports(work, problem.id, {"service": "IVR", "severity": Severity.LOW})

        await work.reports.add_details(report, service=None, customer="key", severity=4, mood="angry")

        stored = await work.reports.get(report)
        counts = await work.problems.counts([problem.id])
    assert stored is not None
    assert (stored.service, stored.severity, stored.mood) == ("IVR", Severity.CRITICAL, Mood.ANGRY)
    assert counts[problem.id].customers == 1


async def test_an_answer_after_a_fix_can_be_taken_back(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        (report,) = await add_reports(work, problem.id, {})

        seen = []
        for at in (NOW, None):
            await work.reports.say_still_broken(report, at=at)
            stored = await work.reports.get(report)
            assert stored is not None
            seen.append(stored.still_broken_at)

    assert seen == [NOW, None]


async def test_the_reports_a_model_has_not_read_come_in_portions_by_their_ids(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem, elsewhere = await add_problem(work), await add_problem(work, "other")
        new, old = Meaning(vector=bytes(768), model="new"), Meaning(vector=bytes(768), model="old")
        first, _, third = await add_reports(work, problem.id, {"text": "IVR hangs up"}, {"meaning": new}, {})
        (fourth,) = await add_reports(work, elsewhere.id, {"desk": "other", "meaning": old, "text": "app is blank"})

        portion = await work.reports.unread_by("new", after=ReportId(0), limit=2)
        rest = await work.reports.unread_by("new", after=third, limit=2)
        counts = [await work.reports.count_unread_by("new", after=after) for after in (ReportId(0), third)]

    assert counts == [3, 1]
    assert [each.report for each in portion] == [first, third]
    assert portion[0] == UnreadReport(report=first, desk="default", text="IVR hangs up")
    assert rest == [UnreadReport(report=fourth, desk="other", text="app is blank")]


async def test_a_report_that_was_read_is_unread_no_more(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        read, unread = await add_reports(work, problem.id, {}, {})

        await work.reports.keep_meanings({read: Meaning(vector=bytes(768), model="m")})

        left = await work.reports.unread_by("m", after=ReportId(0), limit=10)
    assert [each.report for each in left] == [unread]


async def test_the_meaning_of_a_report_nobody_made_cannot_be_kept(open_work: ports.OpenUnitOfWork) -> None:
    async with open_work("default") as work:
        (report,) = await add_reports(work, (await add_problem(work)).id, {})
        meanings = {number: Meaning(vector=bytes(768), model="m") for number in (report, ReportId(report + 1))}
        with pytest.raises(NotStoredError):
            await work.reports.keep_meanings(meanings)


async def test_several_reports_are_read_at_once_and_those_nobody_made_are_left_out(
    open_work: ports.OpenUnitOfWork,
) -> None:
    async with open_work("default") as work:
        problem = await add_problem(work)
        first, second, _ = await add_reports(work, problem.id, {}, {"text": "another"}, {})
        found = await work.reports.several([second, first, ReportId(second + 9)])
        singly = [await work.reports.get(first), await work.reports.get(second)]

    assert found.keys() == {first, second}
    assert [found[first], found[second]] == singly


async def test_a_new_report_is_known_as_it_will_be_read_back(open_work: ports.OpenUnitOfWork) -> None:
    new = a_report(ProblemId(1), service="Payments", mood=Mood.ANGRY, reasons=(Reason(words="same service", weight=1),))
    async with open_work("default") as work:
        new = replace(new, problem=(await add_problem(work)).id)
        number = await work.reports.add(new)
        assert await work.reports.get(number) == stored(new, number)


async def test_reasons_that_were_kept_without_weights_are_read(
    open_work: ports.OpenUnitOfWork, engine: AsyncEngine
) -> None:
    async with open_work("default") as work:
        (number,) = await add_reports(work, (await add_problem(work)).id, {})
    async with engine.begin() as connection:
        await connection.execute(update(reports).values(reasons=["both say ERR-7"]))

    async with open_work(read_only=True) as work:
        report = await work.reports.get(number)

    assert report is not None
    assert report.reasons == (Reason(words="both say ERR-7"),)
