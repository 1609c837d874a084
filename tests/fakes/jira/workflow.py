"""Statuses and the ways between them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Status:
    """One of Jira's, with its category: `new`, `indeterminate` or `done`."""

    id: str
    name: str
    category: str

    def json(self, address: str) -> dict[str, Any]:
        names = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}
        ids = {"new": 2, "indeterminate": 4, "done": 3}
        return {
            "self": f"{address}/status/{self.id}",
            "id": self.id,
            "name": self.name,
            "description": "",
            "iconUrl": f"{address}/icon.png",
            "statusCategory": {
                "self": f"{address}/statuscategory/{ids[self.category]}",
                "id": ids[self.category],
                "key": self.category,
                "colorName": "blue-gray",
                "name": names[self.category],
            },
        }


TO_DO = Status("10000", "To Do", "new")
TRIAGED = Status("10001", "Triaged", "new")
IN_PROGRESS = Status("10002", "In Progress", "indeterminate")
DONE = Status("10003", "Done", "done")
STATUSES = {each.name: each for each in (TO_DO, TRIAGED, IN_PROGRESS, DONE)}


@dataclass
class Workflow:
    """Every status leads to every other, but for the ways that were taken out. `screen` are the resolutions that the
    transitions to Done offer; an empty one has no such field there. `required` are fields that they ask for.
    """

    closed_ways: set[tuple[str, str]] = field(default_factory=set)
    screen: tuple[str, ...] = ("Done", "Won't Do", "Duplicate", "Cannot Reproduce")
    required: dict[str, str] = field(default_factory=dict)

    def ways(self, status: Status) -> list[tuple[str, Status]]:
        """Each with its transition's id, which differs by where it begins."""
        offered = [each for each in STATUSES.values() if (status.name, each.name) not in self.closed_ways]
        return [(f"{status.id[-1]}{each.id[-1]}1", each) for each in offered if each != status]
