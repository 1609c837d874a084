"""What a ticket says. Plain text: paragraphs parted by blank lines, quotes beginning with `> `."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from escalation.recurrence import Recurrence
from escalation.values import Problem, Severity
from escalation.wording import say_count, say_time, shorten

_TITLE_LENGTH = 120
_QUOTE_LENGTH = 300
_SLOW = 1.0


def compose_title(problem: Problem) -> str:
    """One line: a member's words, shortened at a word."""
    return shorten(problem.title, _TITLE_LENGTH)


def compose_body(problem: Problem, evidence: Recurrence, quotes: Sequence[str], *, reason: str, zone: ZoneInfo) -> str:
    """Why it was opened, how often it is reported and since when, in the customers' words, and what is known."""
    paragraphs = [
        f"Opened because: {reason}.",
        compose_counts(evidence, zone),
        "\n".join(["What customers say:", *(_quote(text) for text in quotes)]) if quotes else "",
        f"Workaround: {problem.workaround}" if problem.workaround else "",
        f"Agents tell customers: {problem.customer_text}" if problem.customer_text else "",
        f"Problem #{problem.number} of desk {problem.desk}. Everyone who reported it hears when this ticket moves.",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


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


def compose_bump(evidence: Recurrence, *, reason: str, zone: ZoneInfo) -> str:
    """The one rolling comment: how things stand now, and why it is written now."""
    return f"Still reported: {reason}.\n\n{compose_counts(evidence, zone)}"


def compose_reopening(evidence: Recurrence, quotes: Sequence[str], *, reason: str, zone: ZoneInfo) -> str:
    """Why an ended ticket is brought back, with the latest words."""
    latest = f"\n\nThe latest report:\n{_quote(quotes[-1])}" if quotes else ""
    return f"Reopened: {reason}.\n\n{compose_counts(evidence, zone)}{latest}"


def compose_status_news(problem: Problem, *, by_name: str | None) -> str:
    """What was said in the chat of a problem that has a ticket: a sentence without its full stop."""
    who = by_name or "A triager"
    why = f" ({problem.decline_reason.value})" if problem.decline_reason is not None else ""
    return f"{who} set problem #{problem.number} to “{problem.status.value}”{why} in the chat"


def _quote(text: str) -> str:
    return f"> {shorten(text, _QUOTE_LENGTH)}"
