"""What the meaning model is trained on: desks invented for it, and public sets. None of the labelled desks is among
them, so that the engine can be fitted and judged on these by what the model itself reads.

A desk of `bench/training/` is a text file: `desk: NAME`, then each failure as a line `# what fails` with one report a
line below it, and after a line `~` reports of failures that nobody else reported.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

INVENTED = Path(__file__).resolve().parent / "training"
_PUBLIC = ("contact_centre_notes", "openoffice_duplicates", "bugzilla_duplicates", "banking_messages")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingSet:
    """Texts of one source: those of one failure together, and those that are alone."""

    name: str
    failures: tuple[tuple[str, ...], ...]
    alone: tuple[str, ...]


def read_invented(folder: Path = INVENTED) -> list[TrainingSet]:
    """The desks that were invented to train on."""
    return [_read_invented(path) for path in sorted(folder.glob("*.txt"))]


def _read_invented(path: Path) -> TrainingSet:
    failures: list[list[str]] = []
    alone: list[str] = []
    into = alone
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("# "):
            into = []
            failures.append(into)
        elif text == "~":
            into = alone
        elif text and not text.startswith("desk:"):
            into.append(text)
    return TrainingSet(name=path.stem, failures=tuple(map(tuple, failures)), alone=tuple(alone))


def read_public(data: Path) -> list[TrainingSet]:
    """Bug titles, notes on conversations and messages to a bank, each a set."""
    return [_read_public(name, data / name) for name in _PUBLIC if (data / name).is_dir()]


def _read_public(name: str, folder: Path) -> TrainingSet:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                row = json.loads(line)
                groups[row.get("group") or row["id"]].append(row["text"])
    return TrainingSet(
        name=name,
        failures=tuple(tuple(texts) for texts in groups.values() if len(texts) > 1),
        alone=tuple(texts[0] for texts in groups.values() if len(texts) == 1),
    )
