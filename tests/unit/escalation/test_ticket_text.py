from zoneinfo import ZoneInfo

from escalation.page import plain_text
from escalation.policy import Policy
from escalation.recurrence import weigh
from escalation.ticket_text import Account, compose_bump, compose_counts, compose_page, compose_reopening
from escalation.values import Severity
from tests.unit.escalation.builders import DAY, NOW, make_problem, make_tally

EVIDENCE = weigh(
    make_tally(7, agents=5, customers=6, days=3, first_seen=NOW - 3 * DAY, last_seen=NOW, worst=Severity.HIGH),
    fixed_at=None,
    policy=Policy(),
)


BERLIN = ZoneInfo("Europe/Berlin")


def test_counts_say_how_many_since_when_and_how_fast() -> None:
    assert compose_counts(EVIDENCE, BERLIN) == (
        "7 reports from 5 agents about 6 customers, on 3 days. "
        "First seen 9 March 2026, 10:30 CET, last seen 12 March 2026, 10:30 CET. "
        "2.3 reports a day. Worst severity: high."
    )


def test_the_body_is_paragraphs_and_quotes_that_no_line_break_escapes() -> None:
    account = Account(problem=make_problem(), evidence=EVIDENCE, quotes=["it says\n\n42", "x" * 400])
    paragraphs = plain_text(compose_page(account, reason="3 reports", zone=BERLIN)).split("\n\n")
    assert paragraphs[0] == "Opened because: 3 reports."
    assert paragraphs[2].splitlines()[:2] == ["What customers say:", "> it says 42"]
    assert len(paragraphs[2].splitlines()[2]) == 302
    assert paragraphs[-1].startswith("Problem #12 of desk default.")


def test_a_body_without_quotes_or_notes_has_no_empty_headings() -> None:
    account = Account(problem=make_problem(), evidence=EVIDENCE)
    page = compose_page(account, reason="3 reports", zone=BERLIN)
    assert len(plain_text(page).split("\n\n")) == 3


def test_a_bump_and_a_reopening_say_why_now() -> None:
    bump = compose_bump(EVIDENCE, reason="spike", zone=BERLIN)
    reopening = compose_reopening(EVIDENCE, ["old words", "new words"], reason="came back", zone=BERLIN)
    assert bump.startswith("Still reported: spike.\n\n7 reports")
    assert reopening.startswith("Reopened: came back.\n\n7 reports")
    assert reopening.endswith("> new words")
