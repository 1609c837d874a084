"""The reports in the index by slot, as little of each as can be: what else is asked is read from its text again."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern

import numpy as np
import numpy.typing as npt

from dedupe.codes import Codes
from dedupe.gram_index import GramIndex
from dedupe.index import TermIndex
from dedupe.meaning_index import MeaningIndex
from dedupe.normalise import Wording, spell
from dedupe.reach import Reach
from dedupe.slot_sums import Floats, Ints
from dedupe.values import ReportId, ReportText

_READ_AGAIN = 4_096
"""So many wordings are remembered, for those that explain verdicts."""
_CODES_SHARED = 16_384
_NO_CODES = Codes()
_SWEPT_FROM = 1_024
_SWEPT_SHARE = 8
"""Slots are cleared and used again once so many reports have left, and one in so many of all."""


class Members:
    """Reports by slot, indexed by their words, characters and meanings."""

    def __init__(self, read: Callable[[str], Wording], reach: Reach) -> None:
        self.words = TermIndex(read=reach.postings)
        self.grams = GramIndex(self.words, spell, read=reach.postings)
        self.meanings = MeaningIndex(read=reach.embeddings)
        self._read = read
        self.wording = lru_cache(_READ_AGAIN)(read)
        """A text's wording. Those asked for last are remembered."""
        self._shared_codes = lru_cache(_CODES_SHARED)(_itself)
        self._slot_of: dict[ReportId, int] = {}
        self._reports = array("q")
        self._times = array("d")
        self._is_vague, self._is_foreign = bytearray(), bytearray()
        self._texts: list[str] = []
        self._services: list[str | None] = []
        self._codes: dict[int, Codes] = {}
        self._repeating: dict[int, bytes] = {}
        self._free: list[int] = []
        self._gone: list[int] = []

    def __len__(self) -> int:
        return len(self._slot_of)

    def __getitem__(self, slot: int) -> "Member":
        return Member(members=self, slot=slot)

    @property
    def slots(self) -> int:
        """How many slots there are, free ones among them."""
        return len(self._texts)

    def slot(self, report: ReportId) -> int | None:
        return self._slot_of.get(report)

    def slot_of(self, report: ReportId) -> int:
        """The slot of a report that is there."""
        return self._slot_of[report]

    def add(self, report: ReportId, text: ReportText) -> int:
        """Add a report that is not there; its slot."""
        wording = self._read(text.text)
        slot = self._free.pop() if self._free else self._new_slot()
        self._slot_of[report] = slot
        self._reports[slot] = report
        self._times[slot] = text.reported_at.timestamp()
        self._is_vague[slot], self._is_foreign[slot] = wording.is_vague, wording.is_foreign
        self._texts[slot] = text.text
        self._services[slot] = None if text.service is None else intern(text.service)
        if wording.codes != _NO_CODES:
            self._codes[slot] = self._shared_codes(wording.codes)
        words = self.words.put(slot, wording.words)
        self.grams.put(slot)
        if wording.plain.count(" ") >= len(words):
            plain = self.words.ids_of(wording.plain.split(" "))
            self._repeating[slot] = np.array(plain, dtype=np.int32).tobytes()
        self.meanings.put(slot, text.meaning)
        return slot

    def drop(self, report: ReportId) -> None:
        """Take out a report that is there."""
        slot = self._slot_of.pop(report)
        self.grams.drop(slot)
        self.meanings.drop(slot)
        self._texts[slot] = ""
        self._codes.pop(slot, None)
        self._repeating.pop(slot, None)
        self._gone.append(slot)
        if len(self._gone) >= max(_SWEPT_FROM, len(self._texts) // _SWEPT_SHARE):
            gone: Ints = np.array(self._gone, dtype=np.int32)
            self.words.sweep(gone)
            self.grams.sweep(gone)
            self._free.extend(self._gone)
            self._gone.clear()

    def reports_at(self, slots: Ints) -> npt.NDArray[np.int64]:
        """The reports at these slots."""
        reports: npt.NDArray[np.int64] = np.frombuffer(self._reports, dtype=np.int64)[slots]
        return reports

    def report(self, slot: int) -> ReportId:
        return ReportId(self._reports[slot])

    def at(self, slot: int) -> float:
        """When it was reported, in seconds."""
        return self._times[slot]

    def service(self, slot: int) -> str | None:
        return self._services[slot]

    def codes(self, slot: int) -> Codes:
        return self._codes.get(slot, _NO_CODES)

    def is_vague(self, slot: int) -> bool:
        return bool(self._is_vague[slot])

    def is_foreign(self, slot: int) -> bool:
        return bool(self._is_foreign[slot])

    def plain(self, slot: int) -> str:
        """The wording's plain words."""
        repeating = self._repeating.get(slot)
        ids = self.words.terms_at(slot) if repeating is None else np.frombuffer(repeating, dtype=np.int32)
        return " ".join(map(self.words.name, ids.tolist()))

    def text(self, slot: int) -> ReportText:
        """The report's text as it was given."""
        return ReportText(
            text=self._texts[slot],
            service=self._services[slot],
            reported_at=datetime.fromtimestamp(self._times[slot], UTC),
            meaning=self.meanings.stored(slot),
        )

    def _new_slot(self) -> int:
        self._reports.append(0)
        self._times.append(0.0)
        self._is_vague.append(0)
        self._is_foreign.append(0)
        self._texts.append("")
        self._services.append(None)
        return len(self._texts) - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A report in the index, for as long as it stays there."""

    members: Members
    slot: int

    @property
    def report(self) -> ReportId:
        return self.members.report(self.slot)

    @property
    def text(self) -> ReportText:
        return self.members.text(self.slot)

    @property
    def wording(self) -> Wording:
        """Read from the text, unless it was asked for lately."""
        return self.members.wording(self.text.text)

    @property
    def plain(self) -> str:
        """The wording's plain words, without reading the text."""
        return self.members.plain(self.slot)

    @property
    def codes(self) -> Codes:
        return self.members.codes(self.slot)

    @property
    def is_vague(self) -> bool:
        return self.members.is_vague(self.slot)

    @property
    def is_foreign(self) -> bool:
        return self.members.is_foreign(self.slot)

    @property
    def service(self) -> str | None:
        return self.members.service(self.slot)

    @property
    def at(self) -> float:
        """When it was reported, in seconds."""
        return self.members.at(self.slot)

    @property
    def terms(self) -> Ints:
        """The ids of its words in the index."""
        return self.members.words.terms_at(self.slot)

    @property
    def vector(self) -> Floats | None:
        return self.members.meanings.vector(self.slot)


def _itself(codes: Codes) -> Codes:
    return codes
