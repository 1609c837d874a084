"""The figures of a desk's digest, as the store gives them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from escalation.values import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekFigures:
    """What happened in a time, its end included. `before` is how many reports there were in a time as long before it.
    `owed` is how many reports the problems have that ended in it, `told` of how many of those the reporter was told.
    """

    reports: int
    agents: int
    problems: int
    before: int
    ended: int
    owed: int
    told: int


class DigestStore(Protocol):
    """Only reports that count are counted, and problems that were not merged into another."""

    async def figures(self, desk: str, *, since: datetime, until: datetime) -> WeekFigures: ...

    async def came_back(self, desk: str, *, since: datetime, limit: int) -> list[Problem]:
        """Problems that reports after a fix were taken for the return of, since then, the latest first."""
        ...

    async def waiting(self, desk: str, *, unmoved_since: datetime, limit: int) -> list[Problem]:
        """Problems that are open or worked on and whose status has not changed since then, those with most reports
        first.
        """
        ...
