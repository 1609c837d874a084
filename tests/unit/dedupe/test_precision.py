import pytest

from dedupe.errors import ShareError
from dedupe.precision import probability_for, share_for

TABLE = {0.9: 0.5, 0.95: 0.7, 0.98: 0.9}


@pytest.mark.parametrize(("share", "probability"), [(0.9, 0.5), (0.925, 0.6), (0.95, 0.7), (0.965, 0.8), (0.98, 0.9)])
def test_between_the_shares_that_are_known_lies_what_is_between_their_probabilities(
    share: float, probability: float
) -> None:
    assert probability_for(share, TABLE) == pytest.approx(probability)


def test_a_table_may_fall_as_well_as_rise() -> None:
    assert probability_for(0.25, {0.2: 0.5, 0.3: 0.4}) == pytest.approx(0.45)
    assert share_for(0.45, {0.2: 0.5, 0.3: 0.4}) == pytest.approx(0.25)


@pytest.mark.parametrize("share", [0.89, 0.981, 2.0])
def test_a_share_outside_of_the_table_is_refused_with_its_ends(share: float) -> None:
    with pytest.raises(ShareError) as refused:
        probability_for(share, TABLE)
    assert (refused.value.least, refused.value.most) == (0.9, 0.98)


def test_without_a_table_no_share_is_known() -> None:
    with pytest.raises(ShareError):
        probability_for(0.9, {})
    assert share_for(0.9, {}) is None


@pytest.mark.parametrize(("probability", "share"), [(0.5, 0.9), (0.6, 0.925), (0.9, 0.98), (0.49, None), (0.91, None)])
def test_a_probability_leads_back_to_its_share(probability: float, share: float | None) -> None:
    found = share_for(probability, TABLE)
    assert found == (None if share is None else pytest.approx(share))
