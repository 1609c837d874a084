"""The reports in the index by slot, as little of each as can be: what else is asked is read from its text again."""

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern

import numpy as np
import numpy.typing as npt

from dedupe.codes import NO_CODES, Codes
from dedupe.gram_index import GramIndex
from dedupe.index import TermIndex
from dedupe.meaning_index import MeaningIndex
from dedupe.normalise import Wording, spell
from dedupe.reach import Reach
from dedupe.slot_sums import Floats, Ints, Places, Singles, longer
from dedupe.values import ReportId, ReportText

_READ_AGAIN = 4_096
"""So many wordings are remembered, for those that explain verdicts."""
_CODES_SHARED = 16_384
_SWEPT_FROM = 1_024
_SWEPT_SHARE = 8
"""Slots are cleared and used again once so many reports have left, and one in so many of all."""


class Members:
    """Reports by slot, indexed by their words, characters and meanings."""

    def __init__(self, read: Callable[[str], Wording], reach: Reach) -> None:
        self.words = TermIndex()
        self.grams = GramIndex(self.words, spell)
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
        self._plain: list[str] = []
        self._services: list[str | None] = []
        self._codes: dict[int, Codes] = {}
        self._parts: Singles = np.zeros(256, dtype=np.float32)
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

    def add(self, reports: Mapping[ReportId, ReportText]) -> Ints:
        """Add reports that are not there; their slots, in the order given."""
        wordings = [self._read(text.text) for text in reports.values()]
        found = [self._free.pop() if self._free else self._new_slot() for _ in reports]
        for slot, (report, text), wording in zip(found, reports.items(), wordings, strict=True):
            self._set(slot, report, text, wording)
        slots: Ints = np.array(found, dtype=np.int32)
        words = self.words.put(slots, [wording.words for wording in wordings])
        self.grams.put(slots)
        if self.slots > len(self._parts):
            self._parts = longer(self._parts, self.slots)
        self._parts[slots] = 1 / np.sqrt(np.maximum(words, 1))
        self.meanings.put(slots, [text.meaning for text in reports.values()])
        return slots

    def drop(self, report: ReportId) -> None:
        """Take out a report that is there."""
        slot = self._slot_of.pop(report)
        self.grams.drop(slot)
        self.meanings.drop(slot)
        self._texts[slot] = self._plain[slot] = ""
        self._codes.pop(slot, None)
        self._gone.append(slot)
        if len(self._gone) >= max(_SWEPT_FROM, len(self._texts) // _SWEPT_SHARE):
            is_gone = np.zeros(len(self._texts), dtype=bool)
            is_gone[self._gone] = True
            self.words.sweep(is_gone)
            self.grams.sweep(is_gone)
            self._free.extend(self._gone)
            self._gone.clear()

    def parts_of(self, slots: Ints) -> Singles:
        """What the reports' lengths do to likeness in an estimate, which leaves aside how common a word is: one part in
        the square root of how many words each has.
        """
        return np.take(self._parts, slots)

    def reports_at(self, slots: Ints) -> npt.NDArray[np.int64]:
        """The reports at these slots."""
        reports: npt.NDArray[np.int64] = np.frombuffer(self._reports, dtype=np.int64)[slots]
        return reports

    def report(self, slot: int) -> ReportId:
        return ReportId(self._reports[slot])

    def at(self, slot: int) -> float:
        """When it was reported, in seconds."""
        return self._times[slot]

    def times(self, slots: Ints) -> Floats:
        """When each of these was reported, in seconds."""
        times: Floats = np.frombuffer(self._times, dtype=np.float64)[slots]
        return times

    def service(self, slot: int) -> str | None:
        return self._services[slot]

    def codes(self, slot: int) -> Codes:
        return self._codes.get(slot, NO_CODES)

    def services_among(self, slots: Iterable[int]) -> list[str]:
        """The services that these reports name, folded, for each that names one."""
        services = self._services
        return [service.casefold() for slot in slots if (service := services[slot])]

    def codes_among(self, slots: Iterable[int]) -> list[Codes]:
        """The codes of those of these reports that have any."""
        return [self._codes[slot] for slot in slots if slot in self._codes]

    def is_vague(self, slot: int) -> bool:
        return bool(self._is_vague[slot])

    def are_vague(self, slots: Ints) -> npt.NDArray[np.bool_]:
        """Whether each of these says too little."""
        are_vague: npt.NDArray[np.bool_] = np.frombuffer(self._is_vague, dtype=bool)[slots]
        return are_vague

    def is_foreign(self, slot: int) -> bool:
        return bool(self._is_foreign[slot])

    def plain(self, slot: int) -> str:
        """The wording's plain words."""
        return self._plain[slot]

    def said(self, slot: int) -> str:
        """The report's text alone."""
        return self._texts[slot]

    def text(self, slot: int) -> ReportText:
        """The report's text as it was given."""
        return ReportText(
            text=self._texts[slot],
            service=self._services[slot],
            reported_at=datetime.fromtimestamp(self._times[slot], UTC),
            meaning=self.meanings.stored(slot),
        )

    def add_up(self, slots: Ints, owners: Places, many: int, *, vague: bool = False) -> tuple[Floats, Places]:
        """The embeddings of the reports at these slots that say enough, or of the `vague` ones, added up for each of so
        many owners, which come in order; and how many these are.
        """
        wanted = self.meanings.has(slots) & (self.are_vague(slots) == vague)
        return self.meanings.sums(slots[wanted], owners[wanted], many)

    def _set(self, slot: int, report: ReportId, text: ReportText, wording: Wording) -> None:
        self._slot_of[report] = slot
        self._reports[slot] = report
        self._times[slot] = text.reported_at.timestamp()
        self._is_vague[slot], self._is_foreign[slot] = wording.is_vague, wording.is_foreign
        self._texts[slot], self._plain[slot] = text.text, wording.plain
        self._services[slot] = None if text.service is None else intern(text.service)
        if wording.codes != NO_CODES:
            self._codes[slot] = self._shared_codes(wording.codes)

    def _new_slot(self) -> int:
        self._reports.append(0)
        self._times.append(0.0)
        self._is_vague.append(0)
        self._is_foreign.append(0)
        self._texts.append("")
        self._plain.append("")
        self._services.append(None)
        return len(self._texts) - 1


@dataclass(kw_only=True, slots=True)
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
    def said(self) -> str:
        """The text alone."""
        return self.members.said(self.slot)

    @property
    def wording(self) -> Wording:
        """Read from the text, unless it was asked for lately."""
        return self.members.wording(self.said)

    @property
    def words(self) -> frozenset[str]:
        """The wording's words, without reading the text."""
        return frozenset(self.members.words.names(self.terms))

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
