from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BadInputError
from bot.occurred import read_occurred

NOW = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("", None),
        ("11:10", datetime(2026, 7, 1, 9, 10, tzinfo=UTC)),
        ("18:00", datetime(2026, 6, 30, 16, 0, tzinfo=UTC)),
        ("today 08:00", datetime(2026, 7, 1, 6, 0, tzinfo=UTC)),
        ("Yesterday 18:00", datetime(2026, 6, 30, 16, 0, tzinfo=UTC)),
        ("2026-03-02 09:10", datetime(2026, 3, 2, 8, 10, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_desks_zone(words: str, moment: datetime | None) -> None:
    assert read_occurred(words, now=NOW, zone=BERLIN) == moment


@pytest.mark.parametrize("words", ["soon", "25:00", "9", "2026-02-30 10:00", "tomorrow 10:00"])
def test_what_is_no_time_is_refused_at_its_field(words: str) -> None:
    with pytest.raises(BadInputError) as refused:
        read_occurred(words, now=NOW, zone=BERLIN)
    assert refused.value.field == "occurred_at"
