"""Other labelled sets: bug titles, notes, messages. They are less like the job than the desks, and the embedding model
was trained on them, so they flatter it; no weight was fitted on them.
"""

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.desks import Desks, LabelledReport
from dedupe.engine import MatchingEngine
from dedupe.values import ProblemId, ReportId, ReportText, Verdict
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import Weights

_SEED = 7
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)
_EACH = timedelta(minutes=10)
_MOST = 3_000
"""Of each set, the first in order: all of it would take a quarter of an hour."""
_NUMBERS = re.compile(r"\d+")

Row = Mapping[str, Any]


def read_public_sets(data: Path) -> Desks:
    """The sets that are present, each as one desk in order of time, or shuffled where it has none."""
    found: Desks = {}
    for folder, (wanted, order) in _SETS.items():
        path = data / folder / "reports.jsonl"
        if path.exists():
            rows = [row for row in _read(path) if wanted(row)]
            found[folder] = _as_desk(rows, order)
    return found


def count_look_alikes(data: Path, weights: Weights) -> tuple[int, int, int] | None:
    """Of notes that often differ only by a number: how many were streamed, how many the engine joined by itself, and
    how many of those to a report that is the same but for its numbers, whatever their order. None where the set is
    absent.
    """
    path = data / "look_alikes" / "notes.jsonl"
    if not path.exists():
        return None
    texts = [row["text"] for row in _read(path)]
    random.Random(_SEED).shuffle(texts)  # noqa: S311 - a repeatable order, nothing secret
    engine = MatchingEngine(weights=weights, vocabulary=load_vocabulary())
    joined = wrong = 0
    for number, text in enumerate(texts[:_MOST], start=1):
        report = ReportText(text=text, service=None, reported_at=_START + number * _EACH)
        judgement = engine.judge(report)
        problem = ProblemId(number)
        if judgement.verdict is Verdict.SAME:
            first = judgement.candidates[0]
            problem = first.problem
            joined += 1
            wrong += _differs_by_number(text, texts[first.nearest - 1])
        engine.place(ReportId(number), report, problem)
    return min(len(texts), _MOST), joined, wrong


def _differs_by_number(one: str, other: str) -> bool:
    alike = _NUMBERS.sub("#", one.casefold()).split() == _NUMBERS.sub("#", other.casefold()).split()
    return alike and sorted(_NUMBERS.findall(one)) != sorted(_NUMBERS.findall(other))


def _read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _as_desk(rows: Sequence[Row], order: str | None) -> list[LabelledReport]:
    ordered = list(rows)
    if order is None:
        random.Random(_SEED).shuffle(ordered)  # noqa: S311 - a repeatable order, nothing secret
    else:
        ordered.sort(key=lambda row: str(row[order]) if order == "created_at" else row[order])
    reports = []
    for number, row in enumerate(ordered[:_MOST]):
        at = datetime.fromisoformat(row["created_at"]).replace(tzinfo=UTC) if "created_at" in row else None
        reports.append(
            LabelledReport(
                id=str(row["id"]),
                text=ReportText(
                    text=row["text"],
                    service=row.get("component") or row.get("product"),
                    reported_at=at or _START + number * _EACH,
                ),
                failure=row["group"],
            )
        )
    return reports


def _all(_row: Row) -> bool:
    return True


_SETS: Mapping[str, tuple[Callable[[Row], bool], str | None]] = {
    "openoffice_duplicates": (_all, "created_at"),
    "bugzilla_duplicates": (lambda row: row["product"] == "firefox", "order"),
    "contact_centre_notes": (lambda row: row["tech"], None),
    "banking_messages": (lambda row: row["failure"], None),
}
