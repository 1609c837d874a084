"""When a problem becomes a ticket, is bumped or comes back. Pure: evidence and time in, a decision out."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum

from escalation.values import Priority, Severity


class Level(IntEnum):
    """How much happens by itself."""

    GROUP = 1
    """Group, count, digest only."""
    TICKETS = 2
    """Tickets, bumps and status back."""
    UNASKED = 3
    """Also spikes, regressions and priorities act unasked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A desk's thresholds. A None threshold is switched off. Windows and ages are real time, not working time."""

    level: Level = Level.UNASKED
    open_reports: int | None = 3
    open_agents: int | None = 2
    agents_window: timedelta = timedelta(hours=24)
    open_severity: Severity | None = Severity.CRITICAL
    bump_steps: tuple[int, ...] = (5, 10, 25, 50, 100, 250, 500, 1000)
    bump_interval: timedelta = timedelta(minutes=10)
    priority_steps: dict[int, Priority] = field(
        default_factory=lambda: {10: Priority.HIGH, 50: Priority.HIGHEST},
    )
    spike_window: timedelta = timedelta(hours=1)
    baseline_window: timedelta = timedelta(days=7)
    spike_least: int = 4
    spike_chance: float = 0.001
    fix_grace: timedelta = timedelta(minutes=30)
    regression_reports: int = 2
    reopen_within: timedelta = timedelta(days=14)
    reopen_declined_reports: int = 10


class Action(StrEnum):
    """What to do about a problem's ticket."""

    NONE = "none"
    OPEN = "open"
    BUMP = "bump"
    REOPEN = "reopen"
    OPEN_LINKED = "open linked"
    PROPOSE_REOPEN = "propose reopen"
    """The failure seems to be back, and the level leaves the act to a triager."""
