"""How fast the engine is, beside peers on the same texts, in one run.

    python -m bench.speed [--sizes N,…] [--queries 200] [--adds 100] [--only NAME] [--unpruned 100000]

Each is measured in a process of its own, one after the other, with one thread for arithmetic. The engine gives the full
verdict: the text's embedding read by the model, candidates, evidence, decision, reasons. The peers only find the five
likest texts. `start`: opened again after a restart; for the engine that is its whole index, built from its database.
`add`: one more text, until the next question finds it; the engine's embedding was read when the report was asked about,
and what its database costs is the intake's to measure. `worked` is the time that the process itself was at work for a
question, which other load on the machine disturbs less. `times rapidfuzz`: as fast as so many of it, by the median.
`memory` is the process's resident set at the end. Of PostgreSQL both are its client's only. A slow one is asked less
often, for some twenty seconds; those that take seconds are left out at sizes above 200,000.

Texts are invented by bench/invented_desk.py, and most embeddings derived: see bench/invented_meanings.py. Those of the
texts asked about are read as they are asked. The last lines compare the engine's candidates with those of an engine
that leaves nothing out, for sizes up to --unpruned.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.speed_child import ENGINE, UNPRUNED, Task
from bench.speed_peers import peers
from bench.tables import print_table
from tests.postgres import find_postgres, run_postgres

Figures = Mapping[str, Any]

_BASELINE = "rapidfuzz token_set_ratio"
_HEADINGS = (
    *("start s", "add ms", "p50 ms", "p99 ms", "worked p50", "worked p99", "asked", "memory MB"),
    *("times rapidfuzz", "times techissue's p50"),
)
_SLOW = {"rapidfuzz ratio", "PostgreSQL pg_trgm", "PostgreSQL full text"}
_SLOW_UPTO = 200_000
_STRONG = 0.3
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


def run(task: Task) -> Figures:
    """Carry a task out in a process of its own."""
    command = (sys.executable, "-m", "bench.speed_child", json.dumps(asdict(task)))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **_ALONE})
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def server() -> Iterator[str | None]:
    """The address of a PostgreSQL of the bench's own; None where it is not installed."""
    programs = find_postgres()
    if programs is None:
        yield None
        return
    with run_postgres(programs) as url:
        yield url


def measure_size(task: Task, names: Sequence[str]) -> dict[str, Figures]:
    """Everybody at one size."""
    found: dict[str, Figures] = {}
    for name in names:
        with tempfile.TemporaryDirectory(dir=task.folder) as folder:
            its = replace(task, name=name, folder=folder)
            if name in {ENGINE, UNPRUNED}:
                run(replace(its, act="fill"))
            found[name] = run(its)
            print(f"{task.size:,}: {name} p50 {found[name]['p50']:.2f} ms", file=sys.stderr)
    return found


def line(figures: Figures, engine: Figures | None, rapidfuzz: Figures | None) -> tuple[str, ...]:
    """The numbers under _HEADINGS."""
    return (
        f"{figures['start']:.1f}",
        f"{figures['add']:.2f}",
        f"{figures['p50']:.2f}",
        f"{figures['p99']:.2f}",
        f"{figures['worked']:.2f}",
        f"{figures['worked p99']:.2f}",
        str(figures["asked"]),
        f"{figures['memory']:.0f}",
        f"{rapidfuzz['p50'] / figures['p50']:.1f}" if rapidfuzz else "",
        f"{figures['p50'] / engine['p50']:.1f}" if engine else "",
    )


def compare(engine: Figures, unpruned: Figures) -> str:
    """How often what an engine that leaves nothing out put first is among the candidates of the real one."""
    both = list(zip(unpruned["said"], engine["said"], strict=True))
    firsts = [(full["near"][0], full["probability"], real["near"]) for full, real in both if full["near"]]
    strong = [first in near for first, probability, near in firsts if probability >= _STRONG]
    repeats = [
        (right in full["near"], right in real["near"])
        for right, (full, real) in zip(engine["right"], both, strict=True)
        if right <= engine["known"]
    ]
    unpruned, pruned = (sum(each) for each in zip(*repeats, strict=True))
    return (
        f"first of {len(firsts)} unpruned among the candidates: {sum(first in near for first, _, near in firsts)}, "
        f"of {len(strong)} with a probability of {_STRONG} or more: {sum(strong)}; "
        f"the right problem of {len(repeats)} repeats among the candidates: {unpruned} unpruned, {pruned} pruned"
    )


def print_size(size: int, found: Mapping[str, Figures]) -> None:
    """The table of one size."""
    print(f"\n{size:,} reports")
    engine, rapidfuzz = found.get(ENGINE), found.get(_BASELINE)
    print_table(_HEADINGS, {name: line(figures, engine, rapidfuzz) for name, figures in found.items()})
    if size > _SLOW_UPTO:
        print(f"left out, since one question takes seconds: {', '.join(sorted(_SLOW))}")
    if ENGINE in found and UNPRUNED in found:
        print(compare(found[ENGINE], found[UNPRUNED]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="numbers of reports, parted by commas")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--adds", type=int, default=100)
    parser.add_argument("--only", action="append", help="measure only these; may be given several times")
    parser.add_argument("--unpruned", type=int, default=100_000, help="compare with nothing left out up to this size")
    parser.add_argument("--keep", type=Path, help="a folder for what is prepared, instead of a temporary one")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    invented = max(sizes) + chosen.queries + chosen.adds
    with tempfile.TemporaryDirectory(dir=chosen.keep) as folder, server() as postgres:
        task = Task(
            act="prepare",
            name="",
            folder=folder,
            invented=invented,
            size=0,
            queries=chosen.queries,
            adds=chosen.adds,
            postgres=postgres,
        )
        run(task)
        for size in sizes:
            names = [ENGINE, *([UNPRUNED] if size <= chosen.unpruned else []), *peers(Path(folder), postgres)]
            names = [
                name for name in names if name in (chosen.only or names) and (size <= _SLOW_UPTO or name not in _SLOW)
            ]
            print_size(size, measure_size(replace(task, act="measure", size=size), names))


if __name__ == "__main__":
    main()
