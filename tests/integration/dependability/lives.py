"""The lives of a process that is killed again and again, and what each has left behind."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pytest

from tests.integration.dependability.mortal import STEP, Order, Step
from tests.integration.dependability.roots import START

ROOT = Path(__file__).parents[3]


@dataclass(kw_only=True)
class Lives:
    """`done`: how many steps were acknowledged. `acknowledged`: the report's id for each step that answered with one.
    `deaths`: the step and the moment in which each came. `endings`: the exit codes."""

    url: str
    folder: Path
    steps: Sequence[Step]
    now: datetime = START
    done: int = 0
    acknowledged: dict[int, int] = field(default_factory=dict)
    deaths: list[tuple[str, str]] = field(default_factory=list)
    endings: list[int] = field(default_factory=list)

    def order(self, within: str, moment: str, at: int) -> Order:
        """The next life: it begins with the first step that was not acknowledged."""
        return Order(
            url=self.url,
            folder=str(self.folder),
            now=self.now.isoformat(),
            first=self.done,
            steps=tuple(self.steps),
            within=within,
            moment=moment,
            at=at,
        )

    def hear(self, said: dict[str, Any]) -> None:
        """Note what a life says. Its death and its end move the clock, too, so that its leases are over by the next."""
        self.now += STEP
        if "done" in said:
            self.done = said["done"] + 1
            if said["report"] is not None:
                self.acknowledged[said["done"]] = said["report"]
        elif "died" in said:
            self.deaths.append((said["step"], said["died"]))
        else:
            self.endings.append(said["ended"])


class Nursery:
    """Gives life, one at a time."""

    def __init__(self, orders: IO[str], said: IO[str]) -> None:
        self._orders = orders
        self._said = said

    def live(self, lives: Lives, within: str = "", moment: str = "", at: int = 0) -> None:
        """One life, until it is killed at that moment; without one, until all is done."""
        ended = len(lives.endings)
        self._orders.write(lives.order(within, moment, at).as_line())
        self._orders.flush()
        while len(lives.endings) == ended:
            line = self._said.readline()
            if not line:
                pytest.fail("the process that starts the others is gone")
            lives.hear(json.loads(line))


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.integration.dependability.mortal"]
    # Who forks should have one thread only, and numpy would begin some of its own.
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=alone, text=True, stdin=pipe, stdout=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Nursery(process.stdin, process.stdout)
        process.stdin.close()
