"""The problems that a query comes near to, found by words, by characters and by meaning, united."""

from dataclasses import dataclass

import numpy as np

from dedupe.grouping import Grouping
from dedupe.index import Query
from dedupe.meaning_index import MeaningQuery
from dedupe.members import Members
from dedupe.slot_sums import Floats, Ints, Places, Singles, SlotSums, highest
from dedupe.values import ProblemId

_ROUGHLY = 6
"""Digits an estimate is rounded to, so that it does not depend on where in memory things lie."""
_GRAMS_OF_A_WORD = 12.0
"""About so many grams a text has for each of its words."""
_LIKELY, _MOST_LIKELY = 256, 8_192
"""So many reports are looked at again where not every embedding was read at first, more where they are of few problems.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One query in its three forms, and how much is wanted: no problem of `not_in`, and of each some members."""

    words: Query
    grams: Query
    meaning: MeaningQuery | None
    not_in: frozenset[ProblemId]
    problems: int
    members: int


class NearestProblems:
    """Looks for problems by an estimate of how like their members are. It is kept for the room it needs."""

    def __init__(self, members: Members, grouping: Grouping, postings: int) -> None:
        """`postings`: so many places of words are read for a query at the most."""
        self._members, self._grouping, self._postings = members, grouping, postings
        self._sums = SlotSums(np.float32)
        self._best = SlotSums(np.float64)

    def find(self, wanted: Wanted) -> dict[ProblemId, list[int]]:
        """The problems with the likest members, likest first, each with the slots of those."""
        self._sums.make_room(self._members.slots)
        self._best.make_room(self._grouping.rows)
        meaning, meanings = wanted.meaning, self._members.meanings
        self._add_wording(wanted)
        near, excess = meanings.near(meaning)
        by_both = self._by_wording(near, self._sums.take_from(near)) + excess
        others, sums = self._sums.take()
        slots = np.concatenate([near, others])
        rough = np.concatenate([by_both, self._by_wording(others, sums)])
        if meaning is not None and not meanings.reads_all:
            # What was found by its wording may mean the same as well, without its embedding having been read.
            likely = self._likely(wanted, slots, rough)
            unread = likely >= len(near)
            slots, rough = slots[likely], rough[likely]
            rough[unread] += meanings.excess(meaning, slots[unread])
        estimates: Floats = rough.astype(np.float64).round(_ROUGHLY)
        return self._choose(wanted, slots, estimates)

    def _by_wording(self, slots: Ints, sums: Singles) -> Singles:
        """An estimate of likeness by words and grams from what is shared of both."""
        found: Singles = sums * self._members.parts_of(slots)
        return found

    def _add_wording(self, wanted: Wanted) -> None:
        """Add for each document with a word that shares a gram with the query what it shares of words and of grams.
        Documents that left may be among them.

        Words are read from those that tell most on, until so many places of them are read as may be; of a word that
        alone is in more documents than that, the ones that came last.
        """
        words, grams = self._members.words, self._members.grams
        terms, spelt = grams.alike(wanted.grams)
        of_grams = 1 / (wanted.grams.scale * _GRAMS_OF_A_WORD**0.5)
        shares = (words.shared_with(wanted.words, terms) / wanted.words.scale + spelt * of_grams).astype(np.float32)
        frequency = words.frequency(terms)
        reads_all = int(frequency.sum()) <= self._postings
        if not reads_all:
            order = np.argsort(-shares)
            read = np.cumsum(frequency[order])
            order = order[: max(1, int(np.searchsorted(read, self._postings, side="right")))]
            terms, shares = terms[order], shares[order]
        slots, lengths = words.slots_with(terms, most=self._postings)
        self._sums.add(slots, np.repeat(shares, lengths))
        if reads_all:
            # A gram that two words have counts once. Where not all is read it is not worth its while.
            doubling, too_much = grams.doubled(wanted.grams)
            self._sums.add(doubling, (-of_grams * too_much).astype(np.float32))

    def _likely(self, wanted: Wanted, slots: Ints, rough: Singles) -> Places:
        """Where among these slots the likest are, of more problems than are wanted."""
        many = _LIKELY
        while many < len(slots):
            likely = highest(rough, many)
            problems = len(set(self._grouping.rows_of(slots[likely]).tolist()))
            if problems > wanted.problems or many >= _MOST_LIKELY:
                return likely
            many *= 2
        return np.arange(len(slots))

    def _choose(self, wanted: Wanted, slots: Ints, rough: Floats) -> dict[ProblemId, list[int]]:
        rows = self._grouping.rows_of(slots)
        # Reports that left are in no row; they are among the slots until these are cleared.
        alike = np.flatnonzero((rows >= 0) & (rough > 0))
        slots, rough, rows = slots[alike], rough[alike], rows[alike]
        self._best.raise_to(rows, rough)
        touched, best = self._best.take()
        chosen = self._highest(touched, best, wanted.not_in, wanted.problems)
        place_of_row = np.full(self._grouping.rows, len(chosen), dtype=np.int16)
        place_of_row[chosen] = np.arange(len(chosen))
        places = place_of_row[rows]
        found = np.flatnonzero(places < len(chosen))
        slots, rough, places = slots[found], rough[found], places[found]
        # Of equal ones those of the older report first.
        order = np.lexsort((self._members.reports_at(slots), -rough, places))
        ends = np.searchsorted(places[order], np.arange(len(chosen)), side="right").tolist()
        ordered = slots[order].tolist()
        return {
            self._grouping.problem_in(row): ordered[start : min(start + wanted.members, end)]
            for row, start, end in zip(chosen, [0, *ends], ends, strict=False)
        }

    def _highest(self, rows: Ints, best: Floats, not_in: frozenset[ProblemId], many: int) -> list[int]:
        """Rows with the highest values; of equal ones those of the older problem first."""
        left_out = [row for problem in not_in if (row := self._grouping.row(problem)) is not None]
        if left_out:
            stay = ~np.isin(rows, left_out)
            rows, best = rows[stay], best[stay]
        if len(rows) > many > 0:
            high = best >= np.partition(best, -many)[-many]
            rows, best = rows[high], best[high]
        both = zip(best.tolist(), rows.tolist(), strict=True)
        ordered = sorted(both, key=lambda one: (-one[0], self._grouping.problem_in(one[1])))
        return [row for _, row in ordered[:many]]
