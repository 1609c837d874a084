"""The tables of `techissue.toml`, one model each, and how they become a desk."""

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bot.catalogue import DESK_NAME, GENERAL_CATALOGUE, title_for
from bot.desks import Desk, Service
from bot.jira_table import JiraTable, shared_projects
from bot.people import Role
from bot.setting_shapes import OFF, PRIORITY, SEVERITY, WHOLE, Duration, DurationOrOff, Table, Zone, rule, shape
from bot.slack_table import SlackTable
from dedupe.errors import ShareError
from dedupe.precision import probability_for
from dedupe.values import Thresholds
from dedupe.weights import Weights
from escalation.policy import Level, Policy
from escalation.status_map import StatusMap
from escalation.values import DeclineReason, PersonId, Priority, Severity

_POLICY = Policy()
_STATUSES = StatusMap()
_Line = Annotated[str, Field(min_length=1, max_length=80), shape("a text of 1 to 80 characters")]
_Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], shape("a list of texts")]
_Count = Annotated[int, Field(ge=1), WHOLE, shape("a whole number of at least 1")]
_CountOrOff = Annotated[int | None, Field(ge=1), WHOLE, OFF, shape('a whole number of at least 1, or "off"')]
_Share = Annotated[float, Field(gt=0, lt=1), shape("a share between 0 and 1")]
_Chance = Annotated[float, Field(gt=0, lt=1), shape("a probability between 0 and 1")]
_People = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[a-z]+:\S+$")], ...],
    shape('a list of people written as platform and id, such as "web:ana"'),
]
_SeverityOrOff = Annotated[Severity | None, SEVERITY, OFF, shape('"low", "normal", "high" or "critical", or "off"')]
_Declined = Annotated[
    dict[str, DeclineReason],
    shape('a table from resolutions to "won\'t fix", "not a fault", "duplicate" or "cannot reproduce"'),
]
_Services = Annotated[
    dict[_Line, _Words], shape("a table from the names of services to lists of what they are also called")
]
_DeskName = Annotated[
    str,
    Field(pattern=f"^{DESK_NAME.pattern}$"),
    shape("named by at most 32 lower-case letters, digits, hyphens and underscores"),
]


def _rising(steps: tuple[int, ...]) -> tuple[int, ...]:
    if list(steps) != sorted(set(steps)):
        raise ValueError
    return steps


_Steps = Annotated[
    tuple[Annotated[int, Field(ge=1), WHOLE], ...],
    AfterValidator(_rising),
    shape("a list of whole numbers, each larger than the one before"),
]
_PrioritySteps = Annotated[
    dict[Annotated[int, Field(ge=1)], Annotated[Priority, PRIORITY]],
    shape('a table from numbers of reports to "low", "medium", "high" or "highest"'),
]


class MatchingTable(Table):
    """When the engine joins by itself: from a probability on, or so that this share of the joins is right. And when it
    asks: from a probability on, or so that about this share of the new failures is asked about.

    To be validated with the weights that say which probability goes with a share as its context.
    """

    join_precision: _Share | None = None
    same: _Chance | None = None
    new_asked: _Share | None = None
    ask: _Chance | None = None
    most_asked: _Count | None = None

    @field_validator("join_precision", "new_asked")
    @classmethod
    def _know_the_share(cls, share: float | None, info: ValidationInfo) -> float | None:
        weights = _weights_of(info)
        if share is not None:
            try:
                probability_for(share, weights.same_at if info.field_name == "join_precision" else weights.ask_at)
            except ShareError as error:
                known = f"from {error.least:g} to {error.most:g}, which is what the engine was measured for"
                raise PydanticCustomError("shape", "must be {shape}", {"shape": known}) from error
        return share

    @model_validator(mode="after")
    def _keep_order(self, info: ValidationInfo) -> "MatchingTable":
        for one, other in (("join_precision", "same"), ("new_asked", "ask")):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise rule(f'has both "{one}" and "{other}", which say the same thing; leave one out')
        found = self.thresholds(_weights_of(info))
        if found.ask > found.same:
            asks, joins = (f"{share:.0%}" for share in (found.ask, found.same))
            raise rule(f"joins by itself from {joins} on and asks only from {asks} on, so that nothing could be asked")
        return self

    def thresholds(self, weights: Weights) -> Thresholds:
        """What is said here; where nothing is, as the weights have it."""
        same, ask = self.same, self.ask
        if self.join_precision is not None:
            same = probability_for(self.join_precision, weights.same_at)
        if self.new_asked is not None:
            ask = probability_for(self.new_asked, weights.ask_at)
        same = weights.thresholds.same if same is None else same
        return Thresholds(
            same=same,
            ask=min(weights.thresholds.ask, same) if ask is None else ask,
            most_asked=weights.thresholds.most_asked if self.most_asked is None else self.most_asked,
        )


def _weights_of(info: ValidationInfo) -> Weights:
    if not isinstance(info.context, Weights):
        raise TypeError("a desk's thresholds are read beside the weights they are of")
    return info.context


class EscalationTable(Table):
    """Every field of the escalation policy, in the units people use."""

    level: Annotated[Level, WHOLE, shape("1, 2 or 3")] = _POLICY.level
    open_reports: _CountOrOff = _POLICY.open_reports
    open_agents: _CountOrOff = _POLICY.open_agents
    agents_window: Duration = _POLICY.agents_window
    open_severity: _SeverityOrOff = _POLICY.open_severity
    bump_steps: _Steps = _POLICY.bump_steps
    bump_interval: Duration = _POLICY.bump_interval
    priority_steps: _PrioritySteps = _POLICY.priority_steps
    spike_window: Duration = _POLICY.spike_window
    baseline_window: Duration = _POLICY.baseline_window
    spike_least: _Count = _POLICY.spike_least
    spike_chance: _Chance = _POLICY.spike_chance
    fix_grace: Duration = _POLICY.fix_grace
    regression_reports: _Count = _POLICY.regression_reports
    reopen_within: Duration = _POLICY.reopen_within
    reopen_declined_reports: _Count = _POLICY.reopen_declined_reports


class StatusesTable(Table):
    """How the desk reads its tracker's words. Either setting takes the place of the whole default."""

    declined: _Declined = _STATUSES.declined
    acknowledged: _Words = tuple(sorted(_STATUSES.acknowledged))

    def status_map(self) -> StatusMap:
        """The map. Its keys are compared in lower case."""
        return StatusMap(
            declined={words.casefold(): reason for words, reason in self.declined.items()},
            acknowledged=frozenset(words.casefold() for words in self.acknowledged),
        )


class RolesTable(Table):
    """Who may do more than report."""

    triagers: _People = ()
    supervisors: _People = ()

    def roles(self) -> dict[PersonId, frozenset[Role]]:
        """Each person named, with all they may do."""
        may: dict[PersonId, frozenset[Role]] = {}
        for role, people in ((Role.TRIAGER, self.triagers), (Role.SUPERVISOR, self.supervisors)):
            for person in people:
                may[PersonId(person)] = may.get(PersonId(person), frozenset({Role.AGENT})) | {role}
        return may


class DeskTable(Table):
    """One desk. What is left out is as in the desk named `default`."""

    title: _Line | None = None
    zone: Zone = ZoneInfo("UTC")
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$"), shape('a language code such as "en"')] = "en"
    channels: _Words = ()
    triage_channel: _Line | None = None
    ask_timeout: Duration = timedelta(minutes=15)
    matched_after_end: DurationOrOff = timedelta(days=180)
    services: _Services = Field(default_factory=lambda: {each.name: each.aliases for each in GENERAL_CATALOGUE})
    matching: MatchingTable | None = None
    escalation: EscalationTable = EscalationTable()
    statuses: StatusesTable = StatusesTable()
    roles: RolesTable = RolesTable()
    shorthand: Annotated[dict[str, str], shape("a table from shorthand to what it means")] = Field(default_factory=dict)
    jira: JiraTable | None = None

    @model_validator(mode="after")
    def _know_services_apart(self) -> "DeskTable":
        owner: dict[str, str] = {}
        for name, aliases in self.services.items():
            for words in {each.casefold() for each in (name, *aliases)}:
                if words in owner:
                    raise rule(f'has two services called "{words}": {owner[words]} and {name}')
                owner[words] = name
        return self

    def desk(self, name: str, weights: Weights) -> Desk:
        """The desk of this name."""
        return Desk(
            name=name,
            title=self.title or title_for(name),
            zone=self.zone,
            language=self.language,
            services=tuple(Service(name=each, aliases=aliases) for each, aliases in self.services.items()),
            channels=self.channels,
            triage_channel=self.triage_channel,
            thresholds=self.matching.thresholds(weights) if self.matching else None,
            policy=Policy(**dict(self.escalation)),
            statuses=self.statuses.status_map(),
            ask_timeout=self.ask_timeout,
            matched_after_end=self.matched_after_end,
            roles=self.roles.roles(),
            shorthand={short.casefold(): meant for short, meant in self.shorthand.items()},
            jira=self.jira.jira_desk() if self.jira else None,
        )


class SettingsFile(Table):
    """The whole file."""

    desks: dict[_DeskName, DeskTable] = Field(default_factory=dict)
    slack: SlackTable = SlackTable()

    @model_validator(mode="after")
    def _know_channels_apart(self) -> "SettingsFile":
        owner: dict[str, str] = {}
        for name, table in self.desks.items():
            for channel in {*table.channels, *filter(None, [table.triage_channel])}:
                if owner.setdefault(channel, name) != name:
                    raise rule(f'has the channel "{channel}" in two desks: {owner[channel]} and {name}')
        return self

    @model_validator(mode="after")
    def _agree_on_projects(self) -> "SettingsFile":
        if wrong := shared_projects({name: table.jira for name, table in self.desks.items() if table.jira}):
            raise rule(wrong)
        return self
