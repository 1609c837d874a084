"""The commands as they are told to people."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpLine:
    """One command: its name, how it is written, what it does, and whether only triagers or supervisors may do it."""

    name: str
    usage: str
    what: str
    for_triagers: bool = False
    for_supervisors: bool = False


HELP = (
    HelpLine(name="", usage="<what the customer said>", what="logs it; nothing typed at all opens the form"),
    HelpLine(name="mine", usage="mine", what="your reports and where they stand"),
    HelpLine(name="top", usage="top [today|week|month|7d|24h]", what="what is reported most, over a week if not said"),
    HelpLine(name="show", usage="show #12", what="one problem: how often, since when, what to say"),
    HelpLine(name="find", usage="find <words>", what="problems like these words"),
    HelpLine(name="same", usage="same #12", what="your last report is this problem"),
    HelpLine(name="undo", usage="undo", what="takes your last act back"),
    HelpLine(name="reports", usage="reports #12", what="a problem's reports, with their ids"),
    HelpLine(name="updates", usage="updates all|outcome|none", what="which updates on your reports you hear"),
    HelpLine(name="help", usage="help", what="this list"),
    HelpLine(
        name="note",
        usage='note #12 workaround|customer "…"',
        what="what works meanwhile, or what to tell the customer",
        for_triagers=True,
    ),
    HelpLine(name="merge", usage="merge #12 #15", what="puts the reports of #12 into #15", for_triagers=True),
    HelpLine(
        name="split", usage="split #12 r7 r9", what="takes reports out into a problem of their own", for_triagers=True
    ),
    HelpLine(
        name="snooze",
        usage="snooze #12 3d|2026-12-01|10 reports|3 agents|spike",
        what="lets a problem sleep until then",
        for_triagers=True,
    ),
    HelpLine(
        name="status",
        usage="status #12 open|acknowledged|in progress|fixed|closed|declined [reason]",
        what="says where a problem stands",
        for_triagers=True,
    ),
    HelpLine(
        name="why", usage="why r7 [#12]", what="what speaks for a report's problem, and against", for_triagers=True
    ),
    HelpLine(
        name="link",
        usage="link #12 OPS-88",
        what="makes a ticket that exists already the problem's ticket",
        for_triagers=True,
    ),
    HelpLine(name="ticket", usage="ticket #12", what="opens a ticket for it now", for_triagers=True),
    HelpLine(name="comment", usage="comment #12 …", what="says something in its ticket", for_triagers=True),
    HelpLine(name="triage", usage="triage", what="what waits for a triager", for_triagers=True),
    HelpLine(
        name="outbox", usage="outbox", what="messages and tickets that could not be sent, to retry", for_triagers=True
    ),
    HelpLine(
        name="digest",
        usage="digest",
        what="the desk's week: what recurs, is new, came back, waits",
        for_supervisors=True,
    ),
)


def usage_of(name: str) -> str:
    """How the command of this name is written."""
    return next(line.usage for line in HELP if line.name == name)
