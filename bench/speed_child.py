"""One engine or peer measured in a process of its own: `python -m bench.speed_child TASK`, a task as JSON."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench.invented_desk import Invented, invent
from bench.invented_meanings import READ, derive, read_texts
from bench.speed_engine import MeasuredEngine
from bench.speed_peers import Peer, peers
from dedupe.meaning import load_model
from dedupe.reach import EVERYTHING

ENGINE, UNPRUNED = "techissue, full verdict", "nothing left out"
Thing = TypeVar("Thing")

_MOST_SECONDS = 20.0
_FEWEST_ASKED = 10
_WARMING = 5
_MEANINGS = "meanings.npy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Who is measured, over how many of the invented reports (`invented`: of how many in all), with how many questions
    and additions. `act`: "prepare" the embeddings, "fill" the engine's database, or "measure".
    """

    act: str
    name: str
    folder: str
    invented: int
    size: int
    queries: int
    adds: int
    postgres: str | None

    @property
    def place(self) -> Path:
        return Path(self.folder)

    def reports(self, start: int, many: int) -> Iterator[Invented]:
        """So many of the invented reports from one on."""
        return islice(invent(self.invented), start, start + many)


def resident_mb() -> float:
    """What of this process is in memory now."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def timed(act: Callable[..., object], *given: object) -> float:
    """Seconds it takes."""
    begun = time.perf_counter()
    act(*given)
    return time.perf_counter() - begun


def ask_all(ask: Callable[[Thing], object], asked: Sequence[Thing]) -> list[tuple[float, float]]:
    """Seconds of each question, and of them those that this process worked, for as long as there is time."""
    for one in asked[:_WARMING]:
        ask(one)
    taken: list[tuple[float, float]] = []
    for one in asked:
        if sum(wall for wall, _ in taken) > _MOST_SECONDS and len(taken) >= _FEWEST_ASKED:
            break
        worked = time.process_time()
        taken.append((timed(ask, one), time.process_time() - worked))
    return taken


def figures(start: float, taken: Sequence[tuple[float, float]], added: Sequence[float]) -> dict[str, object]:
    """Milliseconds of one question and of one addition, seconds of the start, and the memory now."""
    wall, worked = np.array(taken).T * 1e3
    return {
        "start": start,
        "add": float(np.median(added)) * 1e3,
        "p50": float(np.median(wall)),
        "p99": float(np.quantile(wall, 0.99)),
        "worked": float(np.median(worked)),
        "worked p99": float(np.quantile(worked, 0.99)),
        "asked": len(taken),
        "memory": resident_mb(),
    }


def measure_engine(task: Task) -> dict[str, object]:
    """The engine's figures, and what it said."""
    engine = MeasuredEngine(task.place, load_model(), EVERYTHING if task.name == UNPRUNED else None)
    start = timed(engine.start)
    new = list(task.reports(task.size, task.queries + task.adds))
    asked, more = new[: task.queries], new[task.queries :]
    taken = ask_all(engine.ask, asked)
    said = [asdict(engine.answer(one)) for one in asked]
    read = [engine.read(one) for one in more]
    numbered = enumerate(zip(more, read, strict=True), start=task.size + 1)
    added = [timed(engine.add, number, text, one.failure + 1) for number, (one, text) in numbered]
    right = [one.failure + 1 for one in asked]
    known = max(one.failure for one in task.reports(0, task.size)) + 1
    return {**figures(start, taken, added), "said": said, "right": right, "known": known}


def measure_peer(task: Task, peer: Peer) -> dict[str, object]:
    """A peer's figures."""
    peer.fill(one.text for one in task.reports(0, task.size))
    start = timed(peer.start)
    new = [one.text for one in task.reports(task.size, task.queries + task.adds)]
    taken = ask_all(peer.ask, new[: task.queries])
    added = [timed(peer.add, text) for text in new[task.queries :]]
    return figures(start, taken, added)


def prepare(task: Task) -> dict[str, object]:
    """Write the embeddings of all invented reports."""
    read = read_texts(load_model(), [one.text for one in task.reports(0, READ)])
    failures = np.fromiter((one.failure for one in invent(task.invented)), dtype=np.int64)
    np.save(task.place / _MEANINGS, derive(read, failures))
    return {}


def fill(task: Task) -> dict[str, object]:
    """Write the engine's database."""
    meanings = np.load(task.place.parent / _MEANINGS, mmap_mode="r")
    MeasuredEngine(task.place, load_model()).fill(task.reports(0, task.size), meanings)
    return {}


def carry_out(task: Task) -> dict[str, object]:
    """What the task says."""
    if task.act == "prepare":
        return prepare(task)
    if task.act == "fill":
        return fill(task)
    if task.name in {ENGINE, UNPRUNED}:
        return measure_engine(task)
    return measure_peer(task, peers(task.place, task.postgres)[task.name]())


if __name__ == "__main__":
    print(json.dumps(carry_out(Task(**json.loads(sys.argv[1])))))
