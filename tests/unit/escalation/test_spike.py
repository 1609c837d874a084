import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.policy import Policy
from escalation.spike import chance_of_as_many, find_spike
from tests.unit.escalation.builders import DAY, HOUR


def exact_chance(recent: int, baseline: int, share: Fraction) -> Fraction:
    """The same tail in whole fractions: slow, and without any rounding."""
    total = recent + baseline
    return sum(
        (math.comb(total, i) * share**i * (1 - share) ** (total - i) for i in range(recent, total + 1)),
        Fraction(0),
    )


@given(recent=st.integers(0, 60), baseline=st.integers(0, 60), parts=st.integers(1, 400))
def test_the_chance_is_the_exact_binomial_tail(recent: int, baseline: int, parts: int) -> None:
    share = Fraction(1, parts + 1)
    expected = float(exact_chance(recent, baseline, share))
    assert chance_of_as_many(recent, baseline, share=float(share)) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("recent", "baseline"), [(4_000, 96_000), (1_000, 99_000), (50_000, 50_000), (900, 99_100)])
def test_the_chance_holds_for_a_hundred_thousand_reports(recent: int, baseline: int) -> None:
    share, total = 0.01, recent + baseline
    deviation = math.sqrt(total * share * (1 - share))
    normal = 0.5 * math.erfc((recent - 0.5 - total * share) / deviation / math.sqrt(2))
    assert chance_of_as_many(recent, baseline, share=share) == pytest.approx(normal, abs=0.003)


def test_few_reports_where_many_are_usual_are_no_surprise() -> None:
    assert chance_of_as_many(5, 5_000, share=0.5) == pytest.approx(1.0)


@given(recent=st.integers(1, 5_000), baseline=st.integers(0, 5_000), share=st.floats(0.001, 0.999))
def test_the_chance_is_a_probability_that_falls_with_more_reports(recent: int, baseline: int, share: float) -> None:
    fewer = chance_of_as_many(recent - 1, baseline + 1, share=share)
    more = chance_of_as_many(recent, baseline, share=share)
    assert 0.0 <= more <= fewer + 1e-9 <= 1.0 + 2e-9


@pytest.mark.parametrize(
    ("recent", "baseline", "spikes"),
    [
        (3, 0, False),  # below the least number, however unlikely
        (4, 0, True),
        (4, 3, True),
        (4, 100, False),  # 0.6 an hour: four in one hour happen
        (6, 100, True),
        (20, 1_680, False),  # 10 an hour: twice that is not rare enough
        (23, 1_680, True),
        (1_300, 168_000, True),  # 1,000 an hour: 1.3 times that is beyond doubt
    ],
)
def test_a_spike_needs_more_at_small_counts_than_a_ratio_would(recent: int, baseline: int, spikes: bool) -> None:  # noqa: FBT001 - a table's column
    policy = Policy(spike_window=HOUR, baseline_window=7 * DAY, spike_least=4, spike_chance=0.001)
    assert (find_spike(recent, baseline, policy) is not None) is spikes


def test_no_more_false_alarms_than_the_policy_allows() -> None:
    policy = Policy(spike_window=HOUR, baseline_window=7 * DAY, spike_least=1, spike_chance=0.01)
    share = Fraction(1, 169)
    for total in range(1, 40):
        alarm = sum(
            math.comb(total, k) * share**k * (1 - share) ** (total - k)
            for k in range(total + 1)
            if find_spike(k, total - k, policy)
        )
        assert alarm < Fraction(1, 100)


def test_a_spike_says_what_it_compares() -> None:
    spike = find_spike(9, 3, Policy())
    assert spike is not None
    assert spike.words == "9 reports within 1 hour, against 3 in the 7 days before"
