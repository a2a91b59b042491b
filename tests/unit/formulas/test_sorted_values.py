"""Order among values of one trial: what Python's sort gives."""

import hypothesis.strategies as st
from hypothesis import given

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.collected_numbers import CollectedNumbers
from mcdesk.formulas.sorted_values import neighbours_by_bits, sorted_values

_OPERATIONS = ScalarOperations()
_NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=70)


@given(_NUMBERS)
def test_that_the_network_sorts_any_count_of_values(numbers: list[float]) -> None:
    assert sorted_values(_OPERATIONS, numbers) == sorted(numbers)


@given(_NUMBERS, st.data())
def test_that_selection_by_bits_finds_a_number_and_the_next(
    numbers: list[float], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(numbers) - 1))
    collected = CollectedNumbers(numbers)

    found = neighbours_by_bits(_OPERATIONS, collected, float(place))

    assert found == collected.neighbours(float(place))
