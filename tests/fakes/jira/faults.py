"""What goes wrong between us and Jira, by chance or on order."""

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """`before`: nothing was done. `after`: it was done, and the answer is lost or says otherwise."""

    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    HANG_BEFORE = "hang, never done"
    HANG_AFTER = "hang, done at once"
    HANG_THEN_DO = "hang, done after we gave up"
    ERROR_BEFORE = "5xx before"
    ERROR_AFTER = "5xx after"
    BUSY = "429, in seconds"
    BUSY_DATE = "429, with a date"
    UNAUTHORISED = "401"
    NOT_JSON = "a sign-in page"


NETWORK = (
    Fault.RESET_BEFORE,
    Fault.RESET_AFTER,
    Fault.HANG_BEFORE,
    Fault.HANG_AFTER,
    Fault.HANG_THEN_DO,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.BUSY,
    Fault.BUSY_DATE,
)


@dataclass
class Faults:
    """`ordered` come first, one for each request that `only` names by method and a part of its path; then by `chance`,
    each fault with its share. `happened` counts them.
    """

    chance: float = 0.0
    seed: int = 1
    shares: Mapping[Fault, float] = field(default_factory=lambda: dict.fromkeys(NETWORK, 1.0))
    ordered: list[Fault] = field(default_factory=list)
    only: tuple[str, str] = ("", "")
    hang_seconds: float = 1.0
    retry_after: int = 1
    reason: str = "jira-per-issue-on-write"
    happened: Counter[Fault] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a test's dice
        self._lock = threading.Lock()

    def next(self, method: str, path: str) -> Fault | None:
        with self._lock:
            fault = self._ordered(method, path) or self._by_chance()
            if fault is not None:
                self.happened[fault] += 1
            return fault

    def _ordered(self, method: str, path: str) -> Fault | None:
        is_meant = self.only[0] in {"", method} and self.only[1] in path
        return self.ordered.pop(0) if self.ordered and is_meant else None

    def _by_chance(self) -> Fault | None:
        if self._random.random() >= self.chance:
            return None
        return self._random.choices(list(self.shares), list(self.shares.values()))[0]
