"""A process that is killed at any moment loses nothing and does nothing twice."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.integration.dependability.mortal import COMMIT, COMMITTED, STATEMENT, STEP, Order, Step
from tests.integration.dependability.roots import START

KILLS = 50
ROOT = Path(__file__).parents[3]
AGENTS = ("ana", "ben", "cem", "dee")
FAILURES = (
    "card declined at checkout with ERR-4012 after the customer presses pay now",
    "login page of the mobile app stays blank after the fingerprint scan",
)
# What is told of each status that the tickets are moved to, in this order.
MOVES = {
    "In progress": "is being worked on",
    "Done": "is fixed",
    "To do": "came back after the fix",
}
# Chosen so that a life lasts for a few steps.
LONGEST_LIFE = {STATEMENT: 300, COMMIT: 16, COMMITTED: 16}


def write_script() -> tuple[Step, ...]:
    """Reports of all agents about all failures, and tickets moved in between, each followed by outbound work."""
    steps: list[Step] = []
    for status in (*MOVES, *MOVES):
        for failure in FAILURES:
            steps += [Step(kind="report", person=name, text=failure) for name in AGENTS]
            steps.append(Step(kind="work"))
        steps += [Step(kind="move", text=status), Step(kind="work")]
    return tuple(steps)


@dataclass
class Lives:
    """What the lives of the process have left behind: reports acknowledged by the number of their step, and for each
    death the moment and the step in which it came."""

    url: str
    folder: Path
    steps: Sequence[Step]
    now: Any = START
    done: int = 0
    acknowledged: dict[int, int] = field(default_factory=dict)
    deaths: list[tuple[str, str]] = field(default_factory=list)
    endings: list[int] = field(default_factory=list)


    def order(self, moment: str, at: int) -> Order:
        return Order(
            url=self.url,
            folder=str(self.folder),
            now=self.now.isoformat(),
            first=self.done,
            steps=tuple(self.steps),
            moment=moment,
            at=at,
        )

    def hear(self, said: dict[str, Any]) -> None:
        self.now += STEP
        if "done" in said:
            self.done = said["done"] + 1
            if said["report"] is not None:
                self.acknowledged[said["done"]] = said["report"]
        elif "died" in said:
            self.deaths.append((said["step"], said["died"]))
        else:
            self.endings.append(said["ended"])


@contextmanager
def nursery() -> Iterator[subprocess.Popen[str]]:
    """Where lives come from."""
    command = [sys.executable, "-m", "tests.integration.dependability.mortal"]
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # A process that forks should have one thread.
    with subprocess.Popen(
        command, cwd=ROOT, env=alone, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def live_once(process: subprocess.Popen[str], lives: Lives, moment: str = STATEMENT, at: int = 0) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(lives.order(moment, at).as_line())
    process.stdin.flush()
    for line in process.stdout:
        lives.hear(json.loads(line))
        if '"ended"' in line:
            return
    pytest.fail("the processes' parent is gone")


async def test_fifty_kills_lose_no_report_and_no_work_and_do_nothing_twice(sqlite_url: str, tmp_path: Path) -> None:
    chance = random.Random(20260302)  # noqa: S311 - the same kills each time
    lives = Lives(sqlite_url, tmp_path, write_script())

    with nursery() as process:
        for _ in range(KILLS):
            moment = chance.choice([STATEMENT, COMMIT, COMMITTED])
            live_once(process, lives, moment, chance.randint(1, LONGEST_LIFE[moment]))
        live_once(process, lives)

    print(lives.deaths, lives.endings, lives.done, len(lives.steps), Counter(lives.deaths))
    assert lives.endings == [-signal.SIGKILL] * KILLS + [0]
