"""The forms that agents and triagers fill in."""

from collections.abc import Sequence

from bot.desks import Desk
from bot.messages import Form, Input, InputKind, Option
from bot.people import WantedUpdates
from bot.reports import Mood, Report
from escalation.values import Problem, Severity
from escalation.wording import shorten

REPORT = "report"
DETAILS = "details"
MERGE = "merge"
SPLIT = "split"
NOTE = "note"
SNOOZE = "snooze"
PREFERENCES = "preferences"

_WISHES = {
    WantedUpdates.ALL: "Every change",
    WantedUpdates.OUTCOME: "Only the outcome",
    WantedUpdates.NONE: "None",
}
_NONE = Option(label="—", value="")


def report_form(desk: Desk, *, text: str = "", link: str | None = None) -> Form:
    """The form that `/techissue` alone opens. With a `link` the text is taken over from the message there."""
    return Form(
        name=REPORT,
        title="Report a tech issue",
        submit="Report",
        value=link or "",
        inputs=(
            Input(
                name="text",
                label="What fails for the customer?",
                kind=InputKind.LONG_TEXT,
                value=text,
                hint="One line is enough. Error codes help most.",
                required=True,
            ),
            *_detail_inputs(desk),
            Input(name="occurred_at", label="When did it fail?", hint="Empty: just now. Or 09:10, or yesterday 18:00."),
        ),
    )


def details_form(desk: Desk, report: Report) -> Form:
    """What may be added to a report afterwards."""
    return Form(
        name=DETAILS,
        title="Add details",
        submit="Save",
        value=str(report.id),
        inputs=_detail_inputs(desk, service=report.service or "", severity=report.severity),
    )


def merge_form(problem: Problem) -> Form:
    """Which problem this one belongs to."""
    return Form(
        name=MERGE,
        title=f"Merge #{problem.number}",
        submit="Merge",
        value=str(problem.number),
        inputs=(
            Input(
                name="into",
                label="Into which problem?",
                hint=f"Its number, such as #12. The reports of #{problem.number} move there: "
                f"“{shorten(problem.title, 60)}”",
                required=True,
            ),
        ),
    )


def split_form(problem: Problem, reports: Sequence[Option], hint: str) -> Form:
    """Which of a problem's reports are of another failure."""
    return Form(
        name=SPLIT,
        title=f"Split #{problem.number}",
        submit="Split off",
        value=str(problem.number),
        inputs=(
            Input(
                name="reports",
                label="Which reports are of another failure?",
                kind=InputKind.SEVERAL,
                options=tuple(reports),
                hint=hint,
                required=True,
            ),
        ),
    )


def note_form(problem: Problem) -> Form:
    """What agents can do or say until it is fixed."""
    return Form(
        name=NOTE,
        title=f"Notes on #{problem.number}",
        submit="Save",
        value=str(problem.number),
        inputs=(
            Input(
                name="customer",
                label="Tell the customer",
                kind=InputKind.LONG_TEXT,
                value=problem.customer_text or "",
                hint="Read out word for word.",
            ),
            Input(
                name="workaround",
                label="Workaround",
                kind=InputKind.LONG_TEXT,
                value=problem.workaround or "",
                hint="What works meanwhile.",
            ),
        ),
    )


def snooze_form(problem: Problem) -> Form:
    """Until when a problem sleeps."""
    return Form(
        name=SNOOZE,
        title=f"Snooze #{problem.number}",
        submit="Snooze",
        value=str(problem.number),
        inputs=(
            Input(
                name="until",
                label="Until",
                hint="3d, 12h, 2026-12-01, 10 reports, 3 agents, or spike",
                required=True,
            ),
        ),
    )


def preferences_form(wanted: WantedUpdates) -> Form:
    """Which updates a reporter wants."""
    options = tuple(Option(label=label, value=each.value) for each, label in _WISHES.items())
    updates = Input(
        name="updates", label="Updates on my reports", kind=InputKind.CHOICE, options=options, value=wanted.value
    )
    return Form(name=PREFERENCES, title="My updates", submit="Save", inputs=(updates,))


def _detail_inputs(desk: Desk, *, service: str = "", severity: Severity = Severity.NORMAL) -> tuple[Input, ...]:
    services = tuple(Option(label=each.name, value=each.name) for each in desk.services)
    severities = tuple(Option(label=each.name.capitalize(), value=each.name.lower()) for each in Severity)
    moods = tuple(Option(label=each.value.capitalize(), value=each.value) for each in Mood)
    return (
        Input(name="service", label="Service", kind=InputKind.CHOICE, options=(_NONE, *services), value=service),
        Input(name="customer", label="Customer reference", hint="Counts customers; kept only as a fingerprint."),
        Input(
            name="severity",
            label="How bad is it?",
            kind=InputKind.CHOICE,
            options=severities,
            value=severity.name.lower(),
        ),
        Input(name="mood", label="Customer is", kind=InputKind.CHOICE, options=(_NONE, *moods)),
    )
