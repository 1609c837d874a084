"""The labelled desks that quality is measured on. They lie outside the project, and may be absent."""

import hashlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from dedupe.meaning import MeaningModel, load_model
from dedupe.values import ReportText

SHARED = Path(__file__).resolve().parents[2] / "shared"
DEFAULT_DATA = SHARED / "data"
_FOLDERS = ("agent_reports", "agent_reports_training")


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledReport:
    """A report with its answer: `failure` is the same for reports of one failure and unique for a one-off."""

    id: str
    text: ReportText
    failure: str


Desks = dict[str, list[LabelledReport]]


class DataError(Exception):
    """A file of reports cannot be read; the message names the line and what is wrong with it."""


def find_files(data: Path) -> list[Path]:
    """The files of the desks that come with the data; a file itself; none where there are none."""
    if data.is_file():
        return [data]
    return [path for folder in _FOLDERS for path in sorted((data / folder).glob("*.jsonl"))]


def read_desks(files: Iterable[Path]) -> Desks:
    """Reports by desk, each desk's in order of time, without embeddings. Raises DataError."""
    desks: defaultdict[str, list[LabelledReport]] = defaultdict(list)
    for path in files:
        # Not splitlines: a text may hold a line separator that JSON lets stand.
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if line.strip():
                desk, report = _read_line(line, f"{path}, line {number}")
                desks[desk].append(report)
    for reports in desks.values():
        reports.sort(key=lambda report: report.text.reported_at)
    return dict(desks)


def _read_line(line: str, where: str) -> tuple[str, LabelledReport]:
    """The desk's name and the report; a time without a zone is taken as UTC."""
    try:
        row = json.loads(line)
        at = datetime.fromisoformat(row["created_at"])
        text = ReportText(
            text=row["text"],
            service=row.get("service") or None,
            reported_at=at if at.tzinfo else at.replace(tzinfo=UTC),
        )
        failure = row["group"] or f"none of any: {row['id']}"
        return row["desk"], LabelledReport(id=str(row["id"]), text=text, failure=failure)
    except KeyError as error:
        raise DataError(f"{where}: there is no {error}") from error
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: {error}") from error


def read_meanings(desks: Desks) -> Desks:
    """The same with the embeddings that the package's model reads, which was trained on none of the labelled desks."""
    texts = [one.text.text for reports in desks.values() for one in reports]
    read = dict(zip(texts, _read_texts(texts), strict=True))
    return {name: [_with_meaning(one, read[one.text.text]) for one in reports] for name, reports in desks.items()}


def without_meaning(desks: Desks) -> Desks:
    """The same for an engine that has no model."""
    return {name: [_with_meaning(one, None) for one in reports] for name, reports in desks.items()}


def _with_meaning(report: LabelledReport, meaning: bytes | None) -> LabelledReport:
    return replace(report, text=replace(report.text, meaning=meaning))


def _read_texts(texts: Sequence[str]) -> list[bytes]:
    """Embeddings by the package's model, kept in the system's folder for temporary files."""
    model = load_model()
    digest = hashlib.sha256("\0".join([model.digest, *texts]).encode("utf-8", "replace")).hexdigest()
    path = Path(tempfile.gettempdir()) / f"techissue-bench-{digest[:32]}.npy"
    if not path.exists():
        _write_cache(path, model, texts)
    return [row.tobytes() for row in np.load(path, allow_pickle=False).astype("<f2")]


def _write_cache(path: Path, model: MeaningModel, texts: Sequence[str]) -> None:
    vectors = np.array([np.frombuffer(one, dtype="<f2") for one in model.read_many(texts)])
    with path.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)


def digests(files: Iterable[Path]) -> dict[str, str]:
    """The sha256 of each file, by folder and name."""
    return {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
