"""A support desk as configured."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.jira_desk import JiraDesk
from bot.people import Role
from dedupe.values import Thresholds
from escalation.policy import Policy
from escalation.status_map import StatusMap
from escalation.values import PersonId


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A customer-facing system, and what people also call it."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """One support desk: its own matching space, catalogue, thresholds, time zone and roles.

    `channels` are those whose reports are this desk's; in `triage_channel` its triagers see each problem.
    `ask_timeout`: how long the agent may leave a question open before the report stays its own problem.
    `matched_after_end`: for so long after a problem ended new reports are compared with it; None for ever.
    """

    name: str
    title: str
    zone: ZoneInfo
    language: str = "en"
    services: tuple[Service, ...] = ()
    channels: tuple[str, ...] = ()
    triage_channel: str | None = None
    thresholds: Thresholds | None = None
    policy: Policy = field(default_factory=Policy)
    statuses: StatusMap = field(default_factory=StatusMap)
    ask_timeout: timedelta = timedelta(minutes=15)
    matched_after_end: timedelta | None = timedelta(days=180)
    roles: dict[PersonId, frozenset[Role]] = field(default_factory=dict)
    shorthand: dict[str, str] = field(default_factory=dict)
    jira: JiraDesk | None = None

    @property
    def triagers(self) -> list[PersonId]:
        """The people who are named as triagers, in a constant order."""
        return sorted(person for person, roles in self.roles.items() if Role.TRIAGER in roles)

    def service_named(self, words: str | None) -> Service | None:
        """The catalogue's service of this name or alias, whatever the case."""
        wanted = (words or "").strip().casefold()
        for service in self.services:
            if wanted in {service.name.casefold(), *(alias.casefold() for alias in service.aliases)}:
                return service
        return None
