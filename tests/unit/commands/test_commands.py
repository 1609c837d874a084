from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands
from bot.commands import HELP, Command, parse, parse_number
from bot.errors import BadInputError
from bot.people import WantedUpdates
from dedupe.values import ReportId
from escalation.values import DeclineReason, ProblemStatus, TicketKey


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", commands.OpenForm()),
        ("  /techissue  ", commands.OpenForm()),
        ("/techissue mine", commands.Mine()),
        ("MINE!", commands.Mine()),
        ("undo", commands.Undo()),
        ("triage", commands.Triage()),
        ("outbox", commands.Outbox()),
        ("parked", commands.Outbox()),
        ("help", commands.Help()),
        ("help?", commands.Help()),
        ("?", commands.Help()),
        ("help show", commands.Help()),
        ("top", commands.Top(period=timedelta(days=7))),
        ("top today", commands.Top(period=timedelta(days=1))),
        ("top this month", commands.Top(period=timedelta(days=30))),
        ("top 3d", commands.Top(period=timedelta(days=3))),
        ("top 24h", commands.Top(period=timedelta(hours=24))),
        ("show #12", commands.Show(number=12)),
        ("Show 12.", commands.Show(number=12)),
        ("show#12", commands.Show(number=12)),
        ("reports #12", commands.Reports(number=12)),
        ("same #12", commands.Same(number=12)),
        ("same as #12", commands.Same(number=12)),
        ("find card reader err 42", commands.Find(words="card reader err 42")),
        ('find "my order page is blank"', commands.Find(words="my order page is blank")),
        ("merge #12 #15", commands.Merge(lesser=12, into=15)),
        ("merge 12 into 15", commands.Merge(lesser=12, into=15)),
        ("merge #12, #15", commands.Merge(lesser=12, into=15)),
        ("link #12 OPS-88", commands.Link(number=12, key=TicketKey("OPS-88"))),
        ("link 12 to ops-88", commands.Link(number=12, key=TicketKey("OPS-88"))),
        (
            "link #12 https://example.atlassian.net/browse/OPS-88",
            commands.Link(number=12, key=TicketKey("OPS-88")),
        ),
        ("ticket #12", commands.Ticket(number=12)),
        ("comment #12 seen on all tills", commands.Comment(number=12, text="seen on all tills")),
        ("updates", commands.Updates()),
        ("updates Outcome", commands.Updates(wanted=WantedUpdates.OUTCOME)),
        ("updates off", commands.Updates(wanted=WantedUpdates.NONE)),
        ("digest", commands.Digest()),
        ("link in the mail is dead", commands.Log(text="link in the mail is dead")),
        ("split #12 r7 r9", commands.Split(number=12, reports=(ReportId(7), ReportId(9)))),
        ("split 12 7,R9", commands.Split(number=12, reports=(ReportId(7), ReportId(9)))),
        ("split #12", commands.Split(number=12, reports=())),
        ("why r7", commands.Why(report=ReportId(7))),
        ("why R7 #12", commands.Why(report=ReportId(7), number=12)),
        ("why r7, 12?", commands.Why(report=ReportId(7), number=12)),
        ("snooze #12 3d", commands.Snooze(number=12, until="3d")),
        ("snooze 12 until 2026-12-01", commands.Snooze(number=12, until="until 2026-12-01")),
        ("snooze #12 10 reports", commands.Snooze(number=12, until="10 reports")),
        ("status #12 in progress", commands.Status(number=12, status=ProblemStatus.IN_PROGRESS)),
        ("status 12 Fixed", commands.Status(number=12, status=ProblemStatus.FIXED)),
        ("status #12 declined", commands.Status(number=12, status=ProblemStatus.DECLINED)),
    ],
)
def test_a_command_is_read(line: str, command: Command) -> None:
    assert parse(line) == command


@pytest.mark.parametrize("words", ["won't fix", "won\u2019t fix", "wont fix", '"won\'t fix"'])
def test_a_reason_comes_with_declined_however_it_is_typed(words: str) -> None:
    assert parse(f"status #12 declined {words}") == commands.Status(
        number=12, status=ProblemStatus.DECLINED, reason=DeclineReason.WONT_FIX
    )


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("note #12 workaround use PayPal", commands.NoteKind.WORKAROUND, "use PayPal"),
        ('note #12 customer "Cards are re-sent"', commands.NoteKind.CUSTOMER, "Cards are re-sent"),
        ("note 12 customer: “Cards are re-sent”", commands.NoteKind.CUSTOMER, "Cards are re-sent"),
        ('note #12 customer ""', commands.NoteKind.CUSTOMER, ""),
    ],
)
def test_a_note_is_read_without_its_quotation_marks(line: str, kind: commands.NoteKind, text: str) -> None:
    assert parse(line) == commands.Note(number=12, kind=kind, text=text)


@pytest.mark.parametrize(
    "line",
    [
        "card is declined at checkout",
        "mine is broken",
        "top up by card fails",
        "top button greyed out",
        "find my order page is blank",
        "find a store map shows nothing",
        "find is empty since the update",
        "note that the app crashes",
        "note 12 customers hit this today",
        "note: app is down",
        "status page is red",
        "why is the app down",
        "why 500 on checkout",
        "why 12",
        "whys the site slow",
        "way 12 blocked",
        "status 500 on checkout",
        "status 500",
        "same problem again with the card reader",
        "same 12 customers as yesterday",
        "same here",
        "show button does nothing",
        "show 12 items on page fails",
        "show more link dead",
        "help desk line is dead",
        "help me the app is down",
        "split payment fails",
        "split 12 instalments fails",
        "undo button broken in the app",
        "ticket machine takes no cards",
        "comment 12 cannot be deleted",
        "comment box is greyed out",
        "updates of the app fail",
        "digest mail never arrives",
        "merge accounts fails",
        "merge 12 accounts fails",
        "snooze button on the alarm hangs the app",
        "reports page blank",
        "report card reader broken",
        "triage nurse app offline",
        "outbox stuck in mail app",
        "mine craft voucher not accepted",
        "fund transfer fails",
        "fine on the web but app crashes",
        "slow",
        "shop page 12 is blank",
        "log out fails",
        "/techissueapp is dead",
        "#12 again",
        "🔥",
        "'); DROP TABLE reports;--",
    ],
)
def test_words_that_are_no_command_are_a_report_as_typed(line: str) -> None:
    assert parse(line) == commands.Log(text=line)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("shwo #12", "show #12"),
        ("mien", "mine"),
        ("undoo", "undo"),
        ("hlep", "help"),
        ("mege #12 #15", "merge #12 #15"),
        ("report #12", "reports #12"),
        ("stauts #12 fixed", "status #12 fixed"),
        ("snoze #12 3d", "snooze #12 3d"),
        ("splti #12 r7", "split #12 r7"),
        ("tirage", "triage"),
        ("topp week", "top week"),
        ("top wekk", "top week"),
        ("fidn card reader", "find card reader"),
        ("smae #12", "same #12"),
        ("whi r7", "why r7"),
        ("ntoe #12 customer Hello there", "note #12 customer Hello there"),
    ],
)
def test_a_mistyped_command_is_asked_back(line: str, meant: str) -> None:
    assert parse(line) == commands.Typo(text=line, meant=meant)
    assert not isinstance(parse(meant), commands.Log | commands.Typo | commands.Usage)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("show", "show #12"),
        ("show #abc", "show #12"),
        ("show #0", "show #12"),
        ("show #12 please", "show #12"),
        ("shwo #12 please", "show #12"),
        ("same", "same #12"),
        ("reports", "reports #12"),
        ("find", "find <words>"),
        ("top 10", "top [today|week|month|7d|24h]"),
        ("merge", "merge #12 #15"),
        ("merge #12", "merge #12 #15"),
        ("merge 12", "merge #12 #15"),
        ("merge #12 #12", "merge #12 #15"),
        ("split", "split #12 r7 r9"),
        ("split #12 all", "split #12 r7 r9"),
        ("note #12", 'note #12 workaround|customer "…"'),
        ("note #12 hello", 'note #12 workaround|customer "…"'),
        ("note 12 customer", 'note #12 workaround|customer "…"'),
        ("why", "why r7 [#12]"),
        ("ticket", "ticket #12"),
        ("comment #12", "comment #12 …"),
        ("why #12", "why r7 [#12]"),
        ("why r7 r9", "why r7 [#12]"),
        ("why r7 #12 #15", "why r7 [#12]"),
        ("snooze #12", "snooze #12 3d|2026-12-01|10 reports|3 agents|spike"),
        ("snooze #12 a while", "snooze #12 3d|2026-12-01|10 reports|3 agents|spike"),
        ("status #12 done", "status #12 open|acknowledged|in progress|fixed|closed|declined [reason]"),
        ("status #12 fixed won't fix", "status #12 open|acknowledged|in progress|fixed|closed|declined [reason]"),
    ],
)
def test_a_command_in_a_wrong_form_gets_the_right_one(line: str, right: str) -> None:
    assert parse(line) == commands.Usage(text=line, sentence=f"Write it like this: {right}")


@given(st.text(max_size=60))
def test_every_line_means_something_and_a_report_keeps_its_words(line: str) -> None:
    meant = parse(line)
    if isinstance(meant, commands.Log):
        assert meant.text == line.strip()


@given(st.sampled_from([line.name for line in HELP if line.name]), st.text(max_size=40))
def test_whatever_follows_a_command_means_something(name: str, rest: str) -> None:
    assert parse(f"{name} {rest}") is not None


def test_every_command_is_in_the_help_and_nothing_else() -> None:
    names = {line.name for line in HELP if line.name}
    assert names == {type(parse(example)).__name__.lower() for example in EXAMPLES}


EXAMPLES = [
    "mine", "top", "show 1", "find x", "same 1", "undo", "note 1 customer x", "merge 1 2", "split 1 r1", "snooze 1 3d",
    "status 1 open", "link 1 OPS-8", "reports 1", "why r1", "triage", "outbox", "help",
    "ticket 1", "comment #1 x", "updates none", "digest",
]  # fmt: skip


@pytest.mark.parametrize("value", ["12", "#12", " 12 "])
def test_a_number_is_read_with_or_without_its_sign(value: str) -> None:
    assert parse_number(value) == 12


@pytest.mark.parametrize("value", ["", "twelve", "0", "-1", "1234567890", "١٢"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(BadInputError, match="such as #12") as refused:
        parse_number(value, field="into")
    assert refused.value.field == "into"
