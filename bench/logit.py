"""Fits how evidence is weighed: which of the candidate problems a report belongs to, or to none of them.

A conditional logistic regression: each candidate and "none" has log-odds, and the probability of what is true is their
share. Where a failure lies in several problems, any of them is true. Ridge-penalised, over standardised features.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from dedupe.weights import FeatureWeight, Scheme, Sum

Floats = npt.NDArray[np.float64]
_SMALLEST = 1e-300


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A report with its candidates: `rows` of features by the names of `Columns`, which of them are the true failure,
    which may not be joined by themselves, the features of none, and how much the example counts.
    """

    rows: Floats
    right: npt.NDArray[np.bool_]
    barred: npt.NDArray[np.bool_]
    none: Floats
    is_new: bool
    counts: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """The names of the features, in the order of an example's numbers."""

    problem: tuple[str, ...]
    none: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    """All examples in one: `owner` of each row, where each example's rows start, whether it has a right one."""

    rows: Floats
    none: Floats
    right: npt.NDArray[np.bool_]
    owner: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    has: npt.NDArray[np.bool_]
    counts: Floats


def fit(examples: Sequence[Example], columns: Columns, *, ridge: float) -> Scheme:
    """The weights under which what is true is likeliest."""
    told = [one for one in examples if len(one.rows)]
    rows, none = np.concatenate([one.rows for one in told]), np.array([one.none for one in told])
    middle, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    middle_none, spread_none = none.mean(axis=0), np.maximum(none.std(axis=0), 1e-6)
    lengths = np.array([len(one.rows) for one in told])
    table = _Table(
        rows=(rows - middle) / spread,
        none=np.column_stack([np.ones(len(told)), (none - middle_none) / spread_none]),
        right=np.concatenate([one.right for one in told]),
        owner=np.repeat(np.arange(len(told)), lengths),
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]),
        has=np.array([bool(one.right.any()) for one in told]),
        counts=np.array([one.counts for one in told]),
    )
    start = np.zeros(rows.shape[1] + none.shape[1] + 1)
    found = minimize(_loss, start, args=(table, ridge), jac=True, method="L-BFGS-B", options={"maxiter": 250})
    betas, betas_none = found.x[: rows.shape[1]], found.x[rows.shape[1] :]
    return Scheme(
        problem=_sum(0.0, columns.problem, betas, middle, spread),
        none=_sum(float(betas_none[0]), columns.none, betas_none[1:], middle_none, spread_none),
    )


def _loss(betas: Floats, table: _Table, ridge: float) -> tuple[float, Floats]:
    width = table.rows.shape[1]
    odds, odds_none = table.rows @ betas[:width], table.none @ betas[width:]
    highest = np.maximum(np.maximum.reduceat(odds, table.starts), odds_none)
    shares, share_none = np.exp(odds - highest[table.owner]), np.exp(odds_none - highest)
    total = np.add.reduceat(shares, table.starts) + share_none
    of_right = np.where(table.right, shares, 0.0)
    true = np.where(table.has, np.add.reduceat(of_right, table.starts), share_none)
    loss = -(table.counts * (np.log(true + _SMALLEST) - np.log(total))).sum()
    wanted = np.where(table.has[table.owner], of_right / np.maximum(true[table.owner], _SMALLEST), 0.0)
    pull = table.counts[table.owner] * (wanted - shares / total[table.owner])
    pull_none = table.counts * (np.where(table.has, 0.0, 1.0) - share_none / total)
    penalised = np.concatenate([betas[:width], [0.0], betas[width + 1 :]])
    gradient = np.concatenate([table.rows.T @ pull, table.none.T @ pull_none])
    return float(loss + ridge / 2 * penalised @ penalised), -gradient + ridge * penalised


def _sum(intercept: float, names: Sequence[str], betas: Floats, middle: Floats, spread: Floats) -> Sum:
    return Sum(
        intercept=round(intercept, 5),
        features={
            name: FeatureWeight(weight=round(beta, 5), mean=round(mean, 5), scale=max(round(scale, 5), 1e-5))
            for name, beta, mean, scale in zip(names, betas.tolist(), middle.tolist(), spread.tolist(), strict=True)
        },
    )
