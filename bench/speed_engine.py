"""The engine being measured, started as the product starts it: from a database of reports and their embeddings."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from adapters.db.engine import make_engine
from adapters.db.migrate import upgrade
from adapters.db.models import changes, metadata, problems, reports
from adapters.db.work import SqlWork
from bench.invented_desk import Invented
from bench.invented_meanings import Halves
from bot.desks import Desk
from bot.matching import DeskIndexes
from dedupe.engine import MatchingEngine
from dedupe.meaning import MeaningModel
from dedupe.reach import Reach
from dedupe.values import ProblemId, ReportId, ReportText
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import load_weights

_DESK = Desk(name="default", title="Invented desk", zone=ZoneInfo("UTC"), matched_after_end=None)
_ROWS_AT_A_TIME = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was said of one report: the problems that came near, the most probable first, and how probable that is."""

    near: tuple[int, ...]
    probability: float


class MeasuredEngine:
    """The product's engine over a database of its own."""

    def __init__(self, folder: Path, model: MeaningModel, reach: Reach | None = None) -> None:
        self._url = f"sqlite+aiosqlite:///{folder / 'techissue.sqlite'}"
        self._model = model
        self._reach = reach
        self._engine = self._build(_DESK)

    def fill(self, invented: Iterable[Invented], meanings: Halves) -> None:
        """Write the database."""
        asyncio.run(self._write(invented, meanings))

    def start(self) -> None:
        """Build the index from the database."""
        asyncio.run(self._catch_up())

    def add(self, number: int, text: ReportText, problem: int) -> None:
        """Place a report whose embedding was read when it was asked about."""
        self._engine.place(ReportId(number), text, ProblemId(problem))

    def read(self, one: Invented) -> ReportText:
        """The report with its embedding."""
        return ReportText(
            text=one.text, service=one.service, reported_at=one.reported_at, meaning=self._model.read(one.text)
        )

    def ask(self, one: Invented) -> None:
        """The full verdict: the embedding, candidates, evidence, decision and reasons."""
        self._engine.judge(self.read(one))

    def answer(self, one: Invented) -> Answer:
        """What the verdict is made of."""
        _, scored = self._engine.weigh(self.read(one))
        ordered = sorted(scored, key=lambda each: (-each.probability, each.problem))
        return Answer(
            near=tuple(each.problem for each in ordered), probability=ordered[0].probability if ordered else 0.0
        )

    def _build(self, _desk: Desk) -> MatchingEngine:
        return MatchingEngine(weights=load_weights(), vocabulary=load_vocabulary(), reach=self._reach)

    async def _catch_up(self) -> None:
        database = make_engine(self._url)
        indexes = DeskIndexes(self._build, self._model)
        async with SqlWork(database)(read_only=True) as work:
            self._engine = await indexes.caught_up(work, _DESK)
            self._problems = len(await work.problems.listing(_DESK.name, include_ended=True))
        await database.dispose()

    async def _write(self, invented: Iterable[Invented], meanings: Halves) -> None:
        database = make_engine(self._url)
        await upgrade(database, [metadata])
        numbered, known, last = enumerate(invented, start=1), 0, 0
        async with database.begin() as connection:
            while part := list(islice(numbered, _ROWS_AT_A_TIME)):
                most = max(one.failure + 1 for _, one in part)
                new = [_problem_row(number, part[0][1].reported_at) for number in range(known + 1, most + 1)]
                if new:
                    await connection.execute(insert(problems), new)
                rows = [self._report_row(number, one, meanings[number - 1]) for number, one in part]
                await connection.execute(insert(reports), rows)
                known, last = max(known, most), part[-1][0]
            await connection.execute(insert(changes), [{"desk": _DESK.name, "report": last}])
        await database.dispose()

    def _report_row(self, number: int, one: Invented, meaning: Halves) -> dict[str, object]:
        return {
            "id": number,
            "desk": _DESK.name,
            "problem": one.failure + 1,
            "reporter": "bench:invented",
            "text": one.text,
            "text_digest": hashlib.sha256(one.text.encode()).digest(),
            "origin": "bench",
            "occurred_at": one.reported_at,
            "reported_at": one.reported_at,
            "day": one.reported_at.date().isoformat(),
            "service": one.service,
            "severity": 1,
            "is_test": False,
            "verdict": "new",
            "probability": 0.0,
            "reasons": [],
            "meaning": meaning.astype("<f2").tobytes(),
            "meaning_model": self._model.digest,
        }


def _problem_row(number: int, now: datetime) -> dict[str, object]:
    return {
        "id": number,
        "desk": _DESK.name,
        "number": number,
        "title": f"failure {number}",
        "status": "open",
        "status_since": now,
        "created_at": now,
    }
