"""How far a desk's weights should be moved from the shipped ones, going by what its people decided.

What is found is the likeliest when two things are held at once: what people did, and that the shipped weights are about
right. The second is as firm as some hundred answers are, so ten odd ones hardly count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.adjustment import ALL, KNOWN, MOVES, Moves
from dedupe.precedents import Precedent, as_vector
from dedupe.slot_sums import Floats

USUAL_MOVE = {KNOWN: 0.25, ALL: 0.1}
"""How far a desk is from the shipped weights as a rule, the prior's standard deviation: in log-odds, and as a share."""
USUAL_MOVE_OF_A_GROUP = 0.1
FARTHEST = {KNOWN: 1.5}
"""No desk is moved farther than this, whatever its people say."""
FARTHEST_OF_A_GROUP = 0.5

_FIRMNESS: Floats = np.array([1 / USUAL_MOVE.get(name, USUAL_MOVE_OF_A_GROUP) ** 2 for name in MOVES])
_LIMITS: Floats = np.array([FARTHEST.get(name, FARTHEST_OF_A_GROUP) for name in MOVES])
_STEPS = 50
_HALVINGS = 30
_CLOSE = 1e-6


def fit(precedents: Sequence[Precedent]) -> dict[str, float]:
    """The likeliest moves."""
    moves: Floats = np.zeros(len(MOVES))
    if not precedents:
        return dict(zip(MOVES, moves.tolist(), strict=True))
    table = _table(precedents)
    for _ in range(_STEPS):
        step = _step(table, moves)
        moves = _go(table, moves, step)
        if np.abs(step).max() < _CLOSE:
            break
    found = np.clip(moves, -_LIMITS, _LIMITS).round(4) + 0.0
    return dict(zip(MOVES, found.tolist(), strict=True))


def losses(precedents: Sequence[Precedent], moves: Moves) -> Floats:
    """How surprising it is, by weights that are so moved, what people did about each report: the log loss."""
    return _losses(_table(precedents), as_vector(moves)) if precedents else np.zeros(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    """All precedents in one. Each has a line for each of its candidates and a last one for none of them; `starts` are
    the first lines, `owner` says whose a line is.
    """

    odds: Floats
    rows: Floats
    told: Floats
    starts: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]


def _table(precedents: Sequence[Precedent]) -> _Table:
    lengths = np.array([len(one.told) for one in precedents])
    none = np.zeros((1, len(MOVES)))
    return _Table(
        odds=np.concatenate([part for one in precedents for part in (one.odds, [0.0])]),
        rows=np.concatenate([part for one in precedents for part in (one.rows, none)]),
        told=np.concatenate([one.told for one in precedents]),
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]),
        owner=np.repeat(np.arange(len(precedents)), lengths),
    )


def _shares(table: _Table, moves: Floats) -> Floats:
    odds = table.odds + table.rows @ moves
    odds = np.exp(np.maximum(odds - np.maximum.reduceat(odds, table.starts)[table.owner], -60.0))
    shares: Floats = odds / np.add.reduceat(odds, table.starts)[table.owner]
    return shares


def _losses(table: _Table, moves: Floats) -> Floats:
    found: Floats = -np.log(np.add.reduceat(table.told * _shares(table, moves), table.starts))
    return found


def _step(table: _Table, moves: Floats) -> Floats:
    """Newton's step. The bend that it reckons with is never less than the real one, so that it hardly goes too far."""
    shares = _shares(table, moves)
    seen = table.told * shares
    since = seen / np.add.reduceat(seen, table.starts)[table.owner]
    spread = shares[:, None] * table.rows
    middles = np.add.reduceat(spread, table.starts)
    slope = table.rows.T @ (shares - since) + _FIRMNESS * moves
    bend = table.rows.T @ spread - middles.T @ middles + np.diag(_FIRMNESS)
    step: Floats = np.linalg.solve(bend, slope)
    return step


def _go(table: _Table, moves: Floats, step: Floats) -> Floats:
    """As much of the step as makes things better."""

    def cost(at: Floats) -> float:
        return float(_losses(table, at).sum() + (_FIRMNESS * at * at).sum() / 2)

    here = cost(moves)
    for halving in range(_HALVINGS):
        tried = moves - step * 0.5**halving
        if cost(tried) <= here:
            return tried
    return moves
