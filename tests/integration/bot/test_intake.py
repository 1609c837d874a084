import pytest

from tests.driver import ANA, BEN, CEM, TESS, Stage, message_of

DECLINED = "customers card is declined at checkout, spinner then ERR-4012"
REJECTED = "card rejected at checkout, ERR-4012 after the spinner"


async def test_a_first_report_is_new_and_says_so(stage: Stage) -> None:
    reply = message_of(await stage.say(ANA, DECLINED))
    assert reply.title == "#1 · New: first report of this"


async def test_a_second_agents_report_of_the_same_failure_joins_the_first(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    stage.pass_time(minutes=40)
    reply = message_of(await stage.say(BEN, REJECTED))
    assert reply.title == "#1 · 2nd report in 40 minutes (2 agents)"
    assert any("4012" in reason for reason in reply.details)


async def test_another_code_is_another_failure_however_alike_the_words_are(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    reply = message_of(await stage.say(BEN, DECLINED.replace("4012", "4021")))
    assert not reply.title.startswith("#1 · 2nd")
    assert await stage.count(1) == 1


async def test_the_same_text_by_the_same_agent_within_a_minute_is_one_report(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    stage.pass_time(seconds=50)
    reply = message_of(await stage.say(ANA, DECLINED))
    assert "You sent this a moment ago" in reply.text
    assert await stage.count(1) == 1


async def test_the_same_text_by_the_same_agent_later_is_another_customer(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    stage.pass_time(seconds=70)
    await stage.say(ANA, DECLINED)
    assert await stage.count(1) == 2


async def test_a_delivery_that_comes_again_gets_the_same_answer_and_makes_nothing_new(stage: Stage) -> None:
    first = await stage.say(ANA, DECLINED, delivery="d-1")
    stage.pass_time(minutes=5)
    again = await stage.say(ANA, DECLINED, delivery="d-1")
    assert again == first
    assert await stage.count(1) == 1


async def test_personal_data_is_masked_before_it_is_stored_or_shown(stage: Stage) -> None:
    await stage.say(ANA, "card 4111 1111 1111 1111 of jo@example.com is declined at checkout")
    async with stage.open_work(read_only=True) as work:
        (report,) = await work.reports.by_person("default", ANA.id, 5)
    assert "4111" not in report.text
    assert "jo@example.com" not in report.text
    assert "declined at checkout" in report.text


async def test_a_customer_reference_is_kept_as_a_fingerprint_that_counts_customers(stage: Stage) -> None:
    for agent, customer in ((ANA, "C-77"), (BEN, "c-77"), (CEM, "C-78")):
        await stage.submit(agent, "report", "", {"text": DECLINED, "customer": customer})
    problem = await stage.problem(1)
    async with stage.open_work(read_only=True) as work:
        counts = (await work.problems.counts([problem.id]))[problem.id]
    assert (counts.reports, counts.customers) == (3, 2)


async def test_a_test_report_is_answered_but_not_counted_and_not_matched(stage: Stage) -> None:
    await stage.say(ANA, f"test: {DECLINED}")
    assert await stage.count(1) == 0
    reply = message_of(await stage.say(BEN, DECLINED))
    assert "New" in reply.title


async def test_a_test_report_never_opens_a_ticket(stage: Stage) -> None:
    for agent in (ANA, BEN, CEM):
        await stage.say(agent, f"test: {DECLINED}")
    await stage.work()
    assert stage.tracker.tickets == {}


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀 app crashes 💥",
        "التطبيق لا يعمل منذ الصباح",
        "payment page \x00\x07 breaks \x1b[31m red",
        "Robert'); DROP TABLE reports;-- cannot pay",
        "<script>alert(1)</script> shows at checkout & <b>bold</b>",
        "page " * 1990 + "is blank",
        "*bold* _it_ <!channel> @here `code`",
    ],
)
async def test_any_text_is_logged_whole_and_answered(stage: Stage, text: str) -> None:
    reply = message_of(await stage.say(ANA, text))
    assert reply.title == "#1 · New: first report of this"
    async with stage.open_work(read_only=True) as work:
        (report,) = await work.reports.by_person("default", ANA.id, 5)
    kept = "".join(report.text.split())
    assert kept == "".join("".join(each for each in text if each.isprintable()).split())


async def test_text_that_is_too_long_is_refused_with_its_length(stage: Stage) -> None:
    reply = await stage.say(ANA, "x" * 10_001)
    assert "10,001" in message_of(reply).title


async def test_a_form_without_text_is_refused_at_its_field(stage: Stage) -> None:
    reply = await stage.submit(ANA, "report", "", {"text": " \t "})
    assert [error.field for error in reply.errors] == ["text"]


async def test_nothing_typed_opens_the_form(stage: Stage) -> None:
    reply = await stage.say(ANA, "/techissue")
    assert reply.form is not None
    assert [each.name for each in reply.form.inputs] == [
        "text",
        "service",
        "customer",
        "severity",
        "mood",
        "occurred_at",
    ]


async def test_a_critical_report_opens_a_ticket_at_once(stage: Stage) -> None:
    reply = await stage.submit(ANA, "report", "", {"text": DECLINED, "severity": "critical"})
    assert message_of(reply).text == "A ticket is being opened for our technology team."
    await stage.work()
    assert len(stage.tracker.tickets) == 1


async def test_a_fixed_problem_still_matches_so_that_its_return_is_seen(stage: Stage) -> None:
    await stage.say(ANA, DECLINED)
    await stage.say(TESS, "status #1 fixed")
    stage.pass_time(days=3)
    await stage.say(BEN, REJECTED)
    assert await stage.count(1) == 2
