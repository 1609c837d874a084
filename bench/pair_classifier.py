"""A peer of the kind of dedupe and Splink: each pair of reports is classified, and the likeliest one joined."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bench.desks import Desks, LabelledReport
from bench.peers import Floats, score_cosine, score_fuzzy, score_tfidf

_HOUR = 3600.0


def classify_pairs(desks: Desks) -> dict[str, Floats]:
    """By desk, the probability of each pair to be one failure, by a logistic regression on the pairs of all other
    desks; of the only desk itself where there is no other.
    """
    features = {name: _features(reports) for name, reports in desks.items()}
    labels = {name: _labels(reports) for name, reports in desks.items()}
    found = {}
    for name, own in features.items():
        others = [other for other in desks if other != name] or [name]
        rows = np.concatenate([_pairs(features[other]) for other in others])
        same = np.concatenate([_pairs(labels[other][..., None])[:, 0] for other in others])
        scaler = StandardScaler().fit(rows)
        fitted = LogisticRegression(max_iter=1000).fit(scaler.transform(rows), same)
        size = len(own)
        shares = fitted.predict_proba(scaler.transform(own.reshape(size * size, -1)))[:, 1]
        found[name] = shares.reshape(size, size)
    return found


def _features(reports: Sequence[LabelledReport]) -> Floats:
    """Reports by reports by likenesses: fuzzy, TF-IDF, cosine, the service, the time between."""
    services = np.array([report.text.service or "" for report in reports])
    hours = np.array([report.text.reported_at.timestamp() / _HOUR for report in reports])
    named = (services != "")[:, None] & (services != "")[None, :]
    same = services[:, None] == services[None, :]
    return np.stack(
        [
            score_fuzzy(fuzz.token_set_ratio)(reports),
            score_fuzzy(fuzz.WRatio)(reports),
            score_tfidf(reports),
            score_cosine(reports),
            (named & same).astype(np.float64),
            (named & ~same).astype(np.float64),
            np.log1p(np.abs(hours[:, None] - hours[None, :])),
        ],
        axis=-1,
    )


def _labels(reports: Sequence[LabelledReport]) -> Floats:
    failures = np.array([report.failure for report in reports])
    same: Floats = (failures[:, None] == failures[None, :]).astype(np.float64)
    return same


def _pairs(table: Floats) -> Floats:
    """Each pair once."""
    rows: Floats = table[np.tril_indices(len(table), -1)]
    return rows
