"""Messages and forms as plain values. Each platform renders them, clamping to its limits; no rule lives there.

Texts are plain: no markup of any platform. A renderer escapes them. `Text` marks the few emphases there are.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a message is about, for an accent colour or an icon."""

    NEUTRAL = "neutral"
    KNOWN = "known"
    NEW = "new"
    ASK = "ask"
    FIXED = "fixed"
    BACK = "back"
    WARNING = "warning"


class Style(StrEnum):
    """How a button looks."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """A button. Pressing it sends `name` and `value` back. With `confirm`, that is asked first."""

    name: str
    label: str
    value: str
    style: Style = Style.PLAIN
    confirm: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A place to look at."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A name and a short value, such as "Reports: 7 in 3 days"."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """What somebody wrote, shown as theirs. `url` is where it was written, if it can be looked at there."""

    text: str
    source: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of several things listed, with its own buttons: a likely problem, a line of a list."""

    title: str
    text: str = ""
    quote: Quote | None = None
    link: Link | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What the bot says.

    `title` is one line. `text` is one short paragraph. `say` is what to tell the customer, shown so that it can be
    read out or copied. `details` are lines shown on request (why the verdict is what it is).
    `plain` gives the whole in one line, for notifications and screen readers.
    """

    title: str
    text: str = ""
    tone: Tone = Tone.NEUTRAL
    say: str | None = None
    facts: tuple[Fact, ...] = ()
    quotes: tuple[Quote, ...] = ()
    choices: tuple[Choice, ...] = ()
    link: Link | None = None
    actions: tuple[Action, ...] = ()
    details: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The message in one line."""
        say = f"Say: {self.say}" if self.say else ""
        return " · ".join(part for part in (self.title, self.text, say) if part)


class InputKind(StrEnum):
    """What a form asks for."""

    TEXT = "text"
    LONG_TEXT = "long text"
    CHOICE = "choice"
    SEVERAL = "several"
    """Any number of the options. What is sent are their values, parted by commas."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One of an input's values. The hint is a second line."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One field of a form."""

    name: str
    label: str
    kind: InputKind = InputKind.TEXT
    value: str = ""
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form. Submitting it sends `name`, `value` and the fields back."""

    name: str
    title: str
    inputs: tuple[Input, ...]
    submit: str
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A person's own page: each section is a message, and the form says which updates they want. The form's one input
    may be sent as soon as it is changed.
    """

    sections: tuple[Message, ...]
    preferences: Form


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldError:
    """What is wrong with one field of a submitted form."""

    field: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The answer to one act: a message, a form to open, or what is wrong with the form.

    `about` is the report the message is the card of, so that the card can be renewed as things happen.
    `replaces` says that the message takes the place of the one whose button was pressed. `failed`: nothing was stored
    for a reason of ours, and what was typed must stay where the person can send it again.
    """

    message: Message | None = None
    form: Form | None = None
    errors: tuple[FieldError, ...] = ()
    about: int | None = None
    replaces: bool = False
    failed: bool = False
