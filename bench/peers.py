"""Peers on the same stream, with their own groups: each report joins the problem of the likest one before it, if that
is like enough. They are given what flatters them: the best threshold there is, found with the answers known.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from bench.desks import Desks, LabelledReport
from bench.measures import SHOWN, Tally

Floats = npt.NDArray[np.float64]
Scorer = Callable[[Sequence[LabelledReport]], Floats]
_BM25_K, _BM25_B = 1.2, 0.75
_THRESHOLDS_TRIED = 30
MOST_WRONG = 0.02
"""Of all reports, what a peer may join wrong to be called careful."""


def score_fuzzy(scorer: Callable[..., float]) -> Scorer:
    """Rapidfuzz on lower-cased text, by brute force."""

    def score(reports: Sequence[LabelledReport]) -> Floats:
        texts = [utils.default_process(report.text.text) for report in reports]
        return np.asarray(process.cdist(texts, texts, scorer=scorer), dtype=np.float64)

    return score


def score_bm25(reports: Sequence[LabelledReport]) -> Floats:
    """BM25 on words, its statistics taken from the whole desk."""
    counts = CountVectorizer().fit_transform([report.text.text for report in reports]).toarray().astype(np.float64)
    lengths, documents = counts.sum(axis=1, keepdims=True), (counts > 0).sum(axis=0)
    idf = np.log1p((len(reports) - documents + 0.5) / (documents + 0.5))
    norm = _BM25_K * (1 - _BM25_B + _BM25_B * lengths / lengths.mean())
    weighted = idf * counts * (_BM25_K + 1) / (counts + norm)
    scores: Floats = (counts > 0).astype(np.float64) @ weighted.T
    return scores


def score_tfidf(reports: Sequence[LabelledReport]) -> Floats:
    """TF-IDF of words and of characters in words, halved, its statistics taken from the whole desk."""
    texts = [report.text.text for report in reports]
    words = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(texts)
    scores: Floats = (words @ words.T + chars @ chars.T).toarray() / 2
    return scores


def score_cosine(reports: Sequence[LabelledReport]) -> Floats:
    """The model's cosine alone."""
    vectors = np.array([np.frombuffer(one.text.meaning or b"", dtype="<f2").astype(np.float64) for one in reports])
    scores: Floats = vectors @ vectors.T
    return scores


SCORERS: dict[str, Scorer] = {
    "rapidfuzz token_set_ratio": score_fuzzy(fuzz.token_set_ratio),
    "rapidfuzz WRatio": score_fuzzy(fuzz.WRatio),
    "BM25": score_bm25,
    "TF-IDF, words + characters": score_tfidf,
    "the model's cosine alone": score_cosine,
}


def measure_peer(desks: Desks, scores: Mapping[str, Floats]) -> tuple[Tally, Tally]:
    """All desks by one threshold: the one with which joins and repeats agree most, and the one with which most repeats
    are joined right while few enough reports are joined wrong. `scores`: by desk, how like each report is to each.
    """
    scored = [(reports, scores[name]) for name, reports in desks.items()]
    likest = np.concatenate([np.tril(scores, -1).max(axis=1) for _, scores in scored])
    tried = np.unique(np.quantile(likest, np.linspace(0.02, 0.999, _THRESHOLDS_TRIED)))
    found = [_stream_all(scored, threshold) for threshold in tried.tolist()]
    careful = [tally for tally in found if tally.wrong <= MOST_WRONG * tally.reports]
    return max(found, key=_join_f1), max(careful, key=lambda tally: tally.joined_right, default=found[-1])


def _join_f1(tally: Tally) -> float:
    joined = tally.joined_right + tally.wrong
    return 2 * tally.joined_right / max(1, joined + tally.repeats)


def _stream_all(scored: Sequence[tuple[Sequence[LabelledReport], Floats]], threshold: float) -> Tally:
    total = Tally()
    for reports, scores in scored:
        total = total.plus(_stream(reports, scores, threshold))
    return total


def _stream(reports: Sequence[LabelledReport], scores: Floats, threshold: float) -> Tally:
    tally, problem_of, groups, seen = Tally(), list[int](), dict[int, Counter[str]](), set[str]()
    for place, report in enumerate(reports):
        order = np.argsort(-scores[place, :place], kind="stable").tolist()
        near = list(dict.fromkeys(problem_of[other] for other in order))
        right = [groups[problem].most_common(1)[0][0] == report.failure for problem in near]
        best = float(scores[place, order[0]]) if order else 0.0
        joins = bool(near) and best >= threshold
        tally.firsts.append((best, bool(right) and right[0]))
        _count(tally, right, joins=joins, is_new=report.failure not in seen)
        problem = near[0] if joins else place
        problem_of.append(problem)
        groups.setdefault(problem, Counter())[report.failure] += 1
        seen.add(report.failure)
        tally.placed.append(((id(scores), problem), (id(scores), report.failure)))
    tally.problems, tally.true_problems = len(groups), len(seen)
    return tally


def _count(tally: Tally, right: Sequence[bool], *, joins: bool, is_new: bool) -> None:
    tally.reports += 1
    if is_new:
        tally.new_joined_wrong += joins
        return
    tally.repeats += 1
    for shown in SHOWN:
        tally.at[shown] += any(right[:shown])
    tally.joined_right += joins and right[0]
    tally.joined_wrong += joins and not right[0]
    tally.missed += not joins
