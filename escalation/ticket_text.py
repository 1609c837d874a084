"""What a ticket says. Plain texts have paragraphs parted by blank lines, and quotes that begin with `> `."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from escalation.page import Block, Facts, Heading, Link, Page, Paragraph, Quotes
from escalation.recurrence import Recurrence
from escalation.values import Problem, Severity, TicketKey
from escalation.wording import say_count, say_time, shorten

_QUOTE_LENGTH = 300
_SLOW = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What a ticket's page tells of a problem: its counts, some of its reports' words, what was found in them, and the
    messages that the latest were taken over from.
    """

    problem: Problem
    evidence: Recurrence
    quotes: Sequence[str] = ()
    services: Sequence[str] = ()
    codes: Sequence[str] = ()
    trend: str | None = None
    earlier: TicketKey | None = None
    links: Sequence[str] = ()


def compose_page(account: Account, *, reason: str, zone: ZoneInfo, home: str | None = None) -> Page:
    """Why it was opened, what it does to customers, in their words, and what is known. `home` is where the bot is."""
    problem = account.problem
    blocks: list[Block] = [
        Paragraph(f"Opened because: {reason}."),
        Heading("What it does to customers"),
        Paragraph(compose_counts(account.evidence, zone)),
    ]
    if rows := _facts(account):
        blocks.append(Facts(rows))
    if account.quotes:
        blocks += [Heading("What customers say"), Quotes(tuple(_shortened(text) for text in account.quotes))]
    blocks += [Link(label="Said in the chat", url=link) for link in account.links]
    if known := _known(problem):
        blocks += [Heading("What agents do meanwhile"), Facts(known)]
    number = f"Problem #{problem.number} of desk {problem.desk}."
    blocks.append(Paragraph(f"{number} Everyone who reported it hears when this ticket moves."))
    if home:
        blocks.append(Link(label="techissue", url=home))
    return tuple(blocks)


def compose_counts(evidence: Recurrence, zone: ZoneInfo) -> str:
    """One paragraph: how many, by whom, since when, how fast."""
    counts = [say_count(evidence.reports, "report"), f"from {say_count(evidence.agents, 'agent')}"]
    if evidence.customers:
        counts.append(f"about {say_count(evidence.customers, 'customer')}")
    sentences = [f"{' '.join(counts)}, on {say_count(evidence.days, 'day')}."]
    if evidence.first_seen is not None and evidence.last_seen is not None:
        sentences.append(
            f"First seen {say_time(evidence.first_seen, zone)}, last seen {say_time(evidence.last_seen, zone)}."
        )
    if evidence.days > 1 and evidence.rate_per_day > _SLOW:
        sentences.append(f"{evidence.rate_per_day:.1f} reports a day.")
    if evidence.spike is not None:
        sentences.append(f"Spike: {evidence.spike.words}.")
    if evidence.regression is not None:
        sentences.append(f"After the last fix: {evidence.regression.words}.")
    if evidence.worst is not None and evidence.worst > Severity.NORMAL:
        sentences.append(f"Worst severity: {evidence.worst.name.lower()}.")
    return " ".join(sentences)


def compose_bump(evidence: Recurrence, *, reason: str, zone: ZoneInfo, trend: str | None = None) -> str:
    """The one rolling comment: how things stand now, and why it is written now."""
    drawn = f"\n\nTrend: {trend}" if trend else ""
    return f"Still reported: {reason}.\n\n{compose_counts(evidence, zone)}{drawn}"


def compose_reopening(evidence: Recurrence, quotes: Sequence[str], *, reason: str, zone: ZoneInfo) -> str:
    """Why an ended ticket is brought back, with the latest words."""
    latest = f"\n\nThe latest report:\n> {_shortened(quotes[-1])}" if quotes else ""
    return f"Reopened: {reason}.\n\n{compose_counts(evidence, zone)}{latest}"


def compose_status_news(problem: Problem, *, by_name: str | None) -> str:
    """What was said in the chat of a problem that has a ticket: a sentence without its full stop."""
    who = by_name or "A triager"
    why = f" ({problem.decline_reason.value})" if problem.decline_reason is not None else ""
    return f"{who} set problem #{problem.number} to “{problem.status.value}”{why} in the chat"


def _facts(account: Account) -> tuple[tuple[str, str], ...]:
    said = {
        "Trend": account.trend,
        "Services": ", ".join(account.services),
        "Codes": ", ".join(account.codes),
        "Earlier ticket": account.earlier,
    }
    return tuple((name, value) for name, value in said.items() if value)


def _known(problem: Problem) -> tuple[tuple[str, str], ...]:
    said = {"Workaround": problem.workaround, "Agents tell customers": problem.customer_text}
    return tuple((name, value) for name, value in said.items() if value)


def _shortened(text: str) -> str:
    return shorten(text, _QUOTE_LENGTH)
