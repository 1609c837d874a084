"""Whether a problem is reported faster than it was: an exact test of two Poisson rates.

Reports of a problem within a window are counts of rare, independent events, so two windows are compared as two Poisson
counts. Given their sum, the recent one follows a binomial law under equal rates, whatever the rate is: with `k` reports
in the recent window of length `w` and `m` in the baseline of length `b` before it, `k ~ Binomial(k + m, w / (w + b))`
(Przyborowski and Wilenski, 1940). The problem spikes when so many recent ones would be as rare as the policy says.

Why not a fixed ratio of the two rates: a ratio has no meaning at small counts. With nothing in the baseline every ratio
is infinite and one report would be a spike; with one report in a week, two in an hour are 300 times the rate and still
say little; with 1,000 an hour a ratio of 1.3 is beyond doubt and a "three times" rule would stay silent. The exact test
asks for much more than the usual at small counts, and for little more at large ones, with one number to set: how often
a false alarm may be. Why not a normal approximation: it is wrong exactly where most problems are, below ten reports.
Summing the binomial tail from its largest term is exact to floating point, quick, and stable for many thousands.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from escalation.policy import Policy
from escalation.wording import say_count, say_span

_NEGLIGIBLE = 1e-18


@dataclass(frozen=True, kw_only=True, slots=True)
class Spike:
    """Reports in the window against those in the baseline before it, and the chance of that under an equal rate."""

    recent: int
    baseline: int
    chance: float
    window: timedelta
    baseline_window: timedelta

    @property
    def words(self) -> str:
        """Such as "9 reports within 1 hour, against 3 in the 7 days before"."""
        before = "none" if self.baseline == 0 else f"{self.baseline:,}"
        return (
            f"{say_count(self.recent, 'report')} within {say_span(self.window)}, "
            f"against {before} in the {say_span(self.baseline_window)} before"
        )


def find_spike(recent: int, baseline: int, policy: Policy) -> Spike | None:
    """The spike, if there are enough recent reports and their number is too unlikely to be the usual rate."""
    if recent < policy.spike_least:
        return None
    share = policy.spike_window / (policy.spike_window + policy.baseline_window)
    chance = chance_of_as_many(recent, baseline, share=share)
    if chance >= policy.spike_chance:
        return None
    return Spike(
        recent=recent,
        baseline=baseline,
        chance=chance,
        window=policy.spike_window,
        baseline_window=policy.baseline_window,
    )


def chance_of_as_many(recent: int, baseline: int, *, share: float) -> float:
    """P(X ≥ recent) for X ~ Binomial(recent + baseline, share), with `share` in (0, 1)."""
    total = recent + baseline
    if recent == 0:
        return 1.0
    if recent > total * share:
        return min(1.0, math.fsum(_terms(recent, total, share)))
    # Below the mean the lower tail is the small one, and its largest term is next to the cut: seen from the other side
    # it is an upper tail, and the sum begins again at its largest term, where nothing underflows that matters.
    return max(0.0, 1.0 - math.fsum(_terms(baseline + 1, total, 1.0 - share)))


def _terms(first: int, total: int, share: float) -> Iterator[float]:
    """P(X = first), P(X = first + 1), … until they no longer matter, each from the one before."""
    logarithm = (
        math.lgamma(total + 1)
        - math.lgamma(first + 1)
        - math.lgamma(total - first + 1)
        + first * math.log(share)
        + (total - first) * math.log1p(-share)
    )
    term = largest = math.exp(logarithm)
    odds = share / (1.0 - share)
    for count in range(first, total + 1):
        yield term
        term *= (total - count) / (count + 1) * odds
        if term <= largest * _NEGLIGIBLE:
            return
