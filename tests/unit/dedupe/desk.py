"""A small desk to ask the engine about, in the words its tests use."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from dedupe.engine import MatchingEngine
from dedupe.slot_sums import Ints
from dedupe.values import ProblemId, ReportId, ReportText, Thresholds
from dedupe.vocabulary import load_vocabulary
from dedupe.weights import load_weights

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
VOCABULARY = load_vocabulary()
WEIGHTS = load_weights()


def said(text: str, *, service: str | None = None, minutes: float = 0) -> ReportText:
    return ReportText(text=text, service=service, reported_at=MONDAY + timedelta(minutes=minutes))


def at(*slots: int) -> Ints:
    """These slots, as an index takes them."""
    return np.array(slots, dtype=np.int32)


def new_engine(thresholds: Thresholds | None = None) -> MatchingEngine:
    return MatchingEngine(weights=WEIGHTS, vocabulary=VOCABULARY, thresholds=thresholds)


def engine_with(reports: Mapping[int, tuple[int, str]], *, service: str | None = None) -> MatchingEngine:
    """Reports by number: the problem each is in, and its text; one a minute."""
    engine = new_engine()
    for number, (problem, text) in reports.items():
        engine.place(ReportId(number), said(text, service=service, minutes=number), ProblemId(problem))
    return engine


EVERYDAY = {
    101: (901, "gift voucher not accepted in the basket"),
    102: (902, "phone menu hangs up after entering the member number"),
    103: (903, "parcel tracking map shows an empty grey square"),
    104: (904, "invoice pdf downloads with zero bytes"),
    105: (905, "seat selection greyed out for families"),
    106: (906, "delivery slot calendar starts in the wrong month"),
    107: (907, "newsletter unsubscribe link opens french page"),
    108: (908, "store finder thinks everyone lives in Leeds"),
}
"""Unrelated failures, one report each: what else a desk has."""
