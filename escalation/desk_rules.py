"""What escalation needs to know of a desk."""

from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

from escalation.policy import Policy
from escalation.status_map import StatusMap


class DeskRules(Protocol):
    """A desk's thresholds, its time zone, and how it reads its tracker."""

    @property
    def policy(self) -> Policy: ...

    @property
    def zone(self) -> ZoneInfo: ...

    @property
    def statuses(self) -> StatusMap: ...


RulesOf = Callable[[str], DeskRules]
"""The rules of the desk of this name."""
