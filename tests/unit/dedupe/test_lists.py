"""Lists in one array are what they would be each by itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.lists import Lists
from tests.unit.dedupe.desk import at

_NUMBERS, _VALUES = st.integers(0, 5) | st.integers(300, 302), st.integers(0, 9)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("extend"), st.lists(st.tuples(_NUMBERS, _VALUES), max_size=8)),
        st.tuples(st.just("clear"), _NUMBERS),
        st.tuples(st.just("remove"), _NUMBERS),
        st.tuples(st.just("sweep"), st.sets(_VALUES, max_size=3)),
    ),
    max_size=30,
)


@settings(max_examples=200)
@given(steps=_STEPS, most=st.integers(1, 4))
def test_after_any_steps_every_list_is_as_one_kept_by_itself(steps: list[tuple[str, object]], most: int) -> None:
    lists, plain = Lists(), {number: list[int]() for number in (*range(6), *range(300, 303))}
    for act, given_ in steps:
        _take(lists, plain, act, given_)
        assert {number: lists[number].tolist() for number in plain} == plain
    numbers = at(301, 2, 0, 2)
    values, lengths = lists.read(numbers, most=most)
    wanted = [plain[number][-most:] for number in numbers.tolist()]
    assert values.tolist() == [value for each in wanted for value in each]
    assert lengths.tolist() == [len(each) for each in wanted]


def _take(lists: Lists, plain: dict[int, list[int]], act: str, given_: object) -> None:
    match act, given_:
        case "extend", list(pairs):
            lists.extend(at(*(number for number, _ in pairs)), at(*(value for _, value in pairs)))
            for number, value in pairs:
                plain[number].append(value)
        case "clear", int(number):
            lists.clear(number)
            plain[number].clear()
        case "remove", int(number) if plain[number]:
            lists.remove(number, plain[number].pop(0))
        case "sweep", set(gone):
            lists.sweep(np.isin(np.arange(10), sorted(gone)))
            for number, values in plain.items():
                plain[number] = [value for value in values if value not in gone]


def test_a_list_keeps_its_place_in_time_when_the_array_is_laid_out_anew() -> None:
    lists = Lists()
    for value in range(3_000):
        lists.extend(at(0, value % 7 + 1), at(value, value))
    assert lists[0].tolist() == list(range(3_000))
    assert lists[3].tolist() == list(range(2, 3_000, 7))


def test_long_lists_are_read_as_short_ones_are() -> None:
    lists = Lists()
    lists.extend(np.repeat(at(4, 5, 7), [1_000, 2, 300]), np.arange(1_302, dtype=np.int32))
    values, lengths = lists.read(at(7, 6, 4, 5), most=250)
    assert lengths.tolist() == [250, 0, 250, 2]
    assert values.tolist() == [*range(1_052, 1_302), *range(750, 1_000), 1_000, 1_001]
