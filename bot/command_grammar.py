"""How the words after each command's name are read.

Each reader gives the act; `WRONG` if the words are plainly meant for the command but not in its form; or None if the
line does not read as the command at all, and is a report that happens to begin with the same word.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import Enum

from bot.command_values import (
    Comment,
    Digest,
    Find,
    Help,
    Link,
    Merge,
    Mine,
    Named,
    Note,
    NoteKind,
    Outbox,
    Reports,
    Same,
    Show,
    Snooze,
    Split,
    Status,
    Ticket,
    Top,
    Triage,
    Undo,
    Updates,
    Why,
)
from bot.durations import read_duration
from bot.people import WantedUpdates
from bot.snooze_words import read_until
from dedupe.values import ReportId
from escalation.values import DeclineReason, ProblemStatus, TicketKey


class Wrong(Enum):
    """See `WRONG`."""

    FORM = "form"


WRONG = Wrong.FORM
Reader = Callable[[Sequence[str]], Named | Wrong | None]

PERIODS = {
    "today": timedelta(days=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_NUMBER = re.compile(r"#?([1-9]\d{0,8})[.,;!?]?", re.ASCII)
_REPORT = re.compile(r"r?([1-9]\d{0,8})", re.ASCII | re.IGNORECASE)
_TICKET = re.compile(r"(?:https?://\S+/)?([A-Za-z][A-Za-z0-9_]*-[1-9]\d{0,8})/?", re.ASCII)
_APOSTROPHES = "'\u2018\u2019"
_QUOTED = re.compile(rf"[\"“”„«{_APOSTROPHES}](.*)[\"“”»{_APOSTROPHES}]", re.DOTALL)
_JOINERS = frozenset({"and", "into", "with", "to", "&", "+"})
_STATUSES = {each.value: each for each in ProblemStatus if each is not ProblemStatus.SNOOZED} | {
    "ack": ProblemStatus.ACKNOWLEDGED,
    "in-progress": ProblemStatus.IN_PROGRESS,
}
_REASONS = {each.value.replace("'", ""): each for each in DeclineReason}
_NOTE_KINDS = frozenset(each.value for each in NoteKind)
_WANTED = {each.value: each for each in WantedUpdates} | {
    "every change": WantedUpdates.ALL,
    "on": WantedUpdates.ALL,
    "off": WantedUpdates.NONE,
}
_FEATURE_WORDS = frozenset({"my", "our", "your", "a", "an", "me"})
_SENTENCE_WORDS = frozenset({"is", "isnt", "are", "arent", "was", "wasnt", "were", "has", "hasnt", "does", "doesnt"})


def read_number(word: str) -> int | None:
    """The number of a problem, written `#12` or `12`."""
    found = _NUMBER.fullmatch(word)
    return int(found[1]) if found else None


def read_report(word: str) -> ReportId | None:
    """The id of a report, written `r7` or `7`."""
    found = _REPORT.fullmatch(word)
    return ReportId(int(found[1])) if found else None


def unquote(words: str) -> str:
    """The words without the quotation marks around them."""
    found = _QUOTED.fullmatch(words.strip())
    return (found[1] if found else words).strip()


def _names_problem(words: Sequence[str]) -> bool:
    return bool(words) and words[0].startswith("#") and len(words[0]) > 1


def _without_words(act: Named) -> Reader:
    return lambda words: None if words else act


def _about_one(make: Callable[[int], Named]) -> Reader:
    """For commands that take one problem and nothing else."""

    def read(words: Sequence[str]) -> Named | Wrong | None:
        words = words[1:] if words[:1] == ["as"] and len(words) > 1 else words
        number = read_number(words[0]) if words else None
        if number is not None and len(words) == 1:
            return make(number)
        return WRONG if not words or _names_problem(words) or all(map(read_number, words)) else None

    return read


def _top(words: Sequence[str]) -> Named | Wrong | None:
    plain = " ".join(words).casefold().removeprefix("this ")
    period = PERIODS.get(plain or "week") or read_duration(plain)
    if period is not None:
        return Top(period=period)
    return WRONG if len(words) == 1 and words[0].isdigit() else None


def _find(words: Sequence[str]) -> Named | Wrong | None:
    """A search; but `find my order page is blank` is said of a page called "Find my order", so it is a report."""
    if not words:
        return WRONG
    if _QUOTED.fullmatch(" ".join(words)):
        return Find(words=unquote(" ".join(words)))
    plain = [re.sub(r"\W", "", word.casefold()) for word in words]
    is_sentence = plain[0] in _FEATURE_WORDS or not _SENTENCE_WORDS.isdisjoint(plain)
    return None if is_sentence else Find(words=" ".join(words))


def _note(words: Sequence[str]) -> Named | Wrong | None:
    number = read_number(words[0]) if words else None
    kind = words[1].casefold().rstrip(":") if len(words) > 1 else ""
    if number is not None and kind in _NOTE_KINDS and words[2:]:
        return Note(number=number, kind=NoteKind(kind), text=unquote(" ".join(words[2:])))
    is_meant = not words or _names_problem(words) or (number is not None and (kind in {"", *_NOTE_KINDS}))
    return WRONG if is_meant else None


def _merge(words: Sequence[str]) -> Named | Wrong | None:
    parts = [word for word in _uncomma(words) if word.casefold() not in _JOINERS]
    numbers = [read_number(word) for word in parts]
    match numbers:
        case [int() as lesser, int() as into] if lesser != into:
            return Merge(lesser=lesser, into=into)
    return WRONG if _names_problem(parts) or all(each is not None for each in numbers) else None


def _split(words: Sequence[str]) -> Named | Wrong | None:
    parts = _uncomma(words)
    number = read_number(parts[0]) if parts else None
    reports = tuple(report for word in parts[1:] if (report := read_report(word)) is not None)
    if number is not None and len(reports) == len(parts) - 1:
        return Split(number=number, reports=reports)
    return WRONG if not parts or _names_problem(parts) else None


def _snooze(words: Sequence[str]) -> Named | Wrong | None:
    number = read_number(words[0]) if words else None
    until = " ".join(words[1:])
    if number is not None and read_until(until):
        return Snooze(number=number, until=until)
    return WRONG if not words or _names_problem(words) or (number is not None and not until) else None


def _status(words: Sequence[str]) -> Named | Wrong | None:
    """Without a number sign a wrong form is a report: `status 500` is what a page said."""
    number = read_number(words[0]) if words else None
    said = re.sub(f"[{_APOSTROPHES}]", "", " ".join(words[1:]).casefold())
    if number is not None and said in _STATUSES:
        return Status(number=number, status=_STATUSES[said])
    reason = _REASONS.get(unquote(said.removeprefix("declined").lstrip(" :,-")))
    if number is not None and reason is not None and said.startswith("declined"):
        return Status(number=number, status=ProblemStatus.DECLINED, reason=reason)
    return WRONG if not words or _names_problem(words) else None


def _why(words: Sequence[str]) -> Named | Wrong | None:
    """A report is named `r7` here, since `why 500` and `why 12 times` are what customers ask."""
    parts = _uncomma(words)
    report = read_report(parts[0]) if parts and parts[0][:1] in {"r", "R"} else None
    if report is None:
        return WRONG if not parts or _names_problem(parts) else None
    number = read_number(parts[1]) if len(parts) == 2 else None  # noqa: PLR2004 - a report and a problem
    if len(parts) == 1 or number is not None:
        return Why(report=report, number=number)
    return WRONG


def _link(words: Sequence[str]) -> Named | Wrong | None:
    """A key, or the address of the ticket's page; `link in the mail is broken` is a report."""
    parts = [word for word in _uncomma(words) if word.casefold() not in _JOINERS]
    number = read_number(parts[0]) if parts else None
    key = _TICKET.fullmatch(parts[1]) if len(parts) == 2 else None  # noqa: PLR2004 - a problem and a ticket
    if number is not None and key is not None:
        return Link(number=number, key=TicketKey(key[1].upper()))
    return WRONG if not parts or _names_problem(parts) else None


def _comment(words: Sequence[str]) -> Named | Wrong | None:
    """The number has its sign here, since `comment 12 …` may be what a customer wrote somewhere."""
    number = read_number(words[0]) if _names_problem(words) else None
    if number is not None and words[1:]:
        return Comment(number=number, text=unquote(" ".join(words[1:])))
    return WRONG if not words or _names_problem(words) else None


def _updates(words: Sequence[str]) -> Named | Wrong | None:
    if not words:
        return Updates()
    wanted = _WANTED.get(" ".join(words).casefold())
    return None if wanted is None else Updates(wanted=wanted)


def _help(words: Sequence[str]) -> Named | Wrong | None:
    return Help() if not words or (len(words) == 1 and words[0].casefold() in READERS) else None


def _uncomma(words: Sequence[str]) -> list[str]:
    return " ".join(words).replace(",", " ").split()


READERS: dict[str, Reader] = {
    "mine": _without_words(Mine()),
    "top": _top,
    "show": _about_one(lambda number: Show(number=number)),
    "find": _find,
    "same": _about_one(lambda number: Same(number=number)),
    "undo": _without_words(Undo()),
    "note": _note,
    "merge": _merge,
    "split": _split,
    "snooze": _snooze,
    "status": _status,
    "link": _link,
    "ticket": _about_one(lambda number: Ticket(number=number)),
    "comment": _comment,
    "updates": _updates,
    "digest": _without_words(Digest()),
    "reports": _about_one(lambda number: Reports(number=number)),
    "why": _why,
    "triage": _without_words(Triage()),
    "outbox": _without_words(Outbox()),
    "help": _help,
}
