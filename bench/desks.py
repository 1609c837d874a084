"""The labelled desks that quality is measured on. They lie outside the project, and may be absent."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dedupe.values import ReportText

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_FOLDERS = ("agent_reports", "agent_reports_training")


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledReport:
    """A report with its answer: `failure` is the same for reports of one failure and unique for a one-off."""

    text: ReportText
    failure: str


def read_desks(data: Path) -> dict[str, list[LabelledReport]]:
    """Reports by desk, each desk's in order of time; empty where the folder has none."""
    desks: defaultdict[str, list[LabelledReport]] = defaultdict(list)
    for line in _lines(data):
        row = json.loads(line)
        text = ReportText(
            text=row["text"], service=row["service"], reported_at=datetime.fromisoformat(row["created_at"])
        )
        desks[row["desk"]].append(LabelledReport(text=text, failure=row["group"] or f"none of any: {row['id']}"))
    for reports in desks.values():
        reports.sort(key=lambda report: report.text.reported_at)
    return dict(desks)


def _lines(data: Path) -> Iterator[str]:
    for folder in _FOLDERS:
        for path in sorted((data / folder).glob("*.jsonl")):
            yield from path.read_text(encoding="utf-8").splitlines()
