"""What a typed line means: a report, unless it reads as one of the commands."""

import re
from collections.abc import Sequence

from bot.command_grammar import PERIODS, READERS, Wrong, read_number, read_report
from bot.command_help import HELP, HelpLine, usage_of
from bot.command_values import (
    Command,
    Comment,
    Digest,
    Find,
    Help,
    Link,
    Log,
    Merge,
    Mine,
    Named,
    Note,
    NoteKind,
    OpenForm,
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
    Typo,
    Undo,
    Updates,
    Usage,
    Why,
)
from bot.errors import BadInputError
from bot.snooze_words import parse_snooze
from dedupe.values import ReportId

__all__ = [
    "HELP",
    "Command",
    "Comment",
    "Digest",
    "Find",
    "Help",
    "HelpLine",
    "Link",
    "Log",
    "Merge",
    "Mine",
    "Named",
    "Note",
    "NoteKind",
    "OpenForm",
    "Outbox",
    "Reports",
    "Same",
    "Show",
    "Snooze",
    "Split",
    "Status",
    "Ticket",
    "Top",
    "Triage",
    "Typo",
    "Undo",
    "Updates",
    "Usage",
    "Why",
    "parse",
    "parse_number",
    "parse_report",
    "parse_snooze",
]

_ROOT = re.compile(r"/techissue(?=\s|$)", re.IGNORECASE)
_JOINED = re.compile(r"([A-Za-z]+)(#\d)", re.ASCII)
_SHORT = 4


def parse(text: str) -> Command:
    """What the line means. Every line means something: words that are no command are a report, never an error."""
    line = _ROOT.sub("", text.strip(), count=1).strip() if _ROOT.match(text.strip()) else text.strip()
    if not line:
        return OpenForm()
    name, *words = _JOINED.sub(r"\1 \2", line, count=1).split()
    name = name.casefold() if words else name.casefold().rstrip("?!.") or name
    name = {"parked": "outbox", "?": "help"}.get(name, name)
    if name in READERS:
        return _read(name, words, line) or _find_mistyped_period(name, words, line) or Log(text=line)
    return _find_mistyped_name(name, words, line) or Log(text=line)


def parse_number(value: str, *, field: str | None = None) -> int:
    """The number of a problem or a report, written `#12` or `12`. Raises BadInputError."""
    number = read_number(value.strip())
    if number is None:
        raise BadInputError("Name it by its number, such as #12.", field=field)
    return number


def parse_report(value: str) -> ReportId:
    """The id of a report, written `r7` or `7`. Raises BadInputError."""
    report = read_report(value.strip())
    if report is None:
        raise BadInputError("Name the report by its id, such as r7. See: reports #12")
    return report


def _read(name: str, words: Sequence[str], line: str) -> Named | Usage | None:
    act = READERS[name](words)
    if isinstance(act, Wrong):
        return Usage(text=line, sentence=f"Write it like this: {usage_of(name)}")
    return act


def _find_mistyped_name(name: str, words: Sequence[str], line: str) -> Typo | Usage | None:
    """The command that was meant, if its name is nearly there and what follows reads as meant for it."""
    for known in READERS:
        if not _is_slip(name, known):
            continue
        act = _read(known, words, line)
        if isinstance(act, Usage):
            return act if words and words[0].startswith("#") else None
        if act is not None:
            return Typo(text=line, meant=" ".join([known, *words]))
    return None


def _find_mistyped_period(name: str, words: Sequence[str], line: str) -> Typo | None:
    if name != "top" or len(words) != 1:
        return None
    near = [period for period in PERIODS if _count_slips(words[0].casefold(), period) == 1]
    return Typo(text=line, meant=f"top {near[0]}") if near else None


def _is_slip(word: str, known: str) -> bool:
    """Any words can follow `find`, and "fund" and "fine" begin reports: there only its own letters are a slip."""
    if known == "find" and not set(word) <= set(known):
        return False
    return 0 < _count_slips(word, known) <= (1 if len(known) <= _SHORT else 2)


def _count_slips(word: str, known: str) -> int:
    """Letters missing, added, changed, or swapped with their neighbour, on the way from one word to the other."""
    if abs(len(word) - len(known)) > 2:  # noqa: PLR2004 - more is no slip any more, and long words need no table
        return 3
    before: list[int] = []
    row = list(range(len(known) + 1))
    for i, letter in enumerate(word):
        earlier, before, row = before, row, [i + 1]
        for j, wanted in enumerate(known):
            cost = min(before[j] + (letter != wanted), before[j + 1] + 1, row[j] + 1)
            if i and j and letter == known[j - 1] and word[i - 1] == wanted:
                cost = min(cost, earlier[j - 1] + 1)
            row.append(cost)
    return row[-1]
