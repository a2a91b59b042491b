"""A criterion finds the same cells by an index as by looking at each."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.criteria import criterion
from mcdesk.formulas.criteria_index import CriteriaIndex
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

MOST = sys.float_info.max
_NUMBERS = st.one_of(
    st.integers(-3, 3).map(float),
    st.sampled_from(
        [0.1 + 0.2, 0.3, 1.0 + 2**-50, 1.0 + 2**-48, 1e300, -1e300, 5e-324, 45_000.0, MOST, -MOST]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
)
_TEXTS = st.sampled_from(["", "a", "A", "ab", "1", " 1 ", "1e0", "3/15/2023", "TRUE", "*", "#N/A"])
SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    _NUMBERS, _TEXTS, st.booleans(), st.just(BLANK), st.sampled_from([ErrorCode.NA, ErrorCode.DIV0])
)
_OPERATORS = st.sampled_from(["", "=", "<>", "<", "<=", ">", ">="])
_OPERANDS = st.one_of(_NUMBERS.map(repr), _TEXTS, st.sampled_from(["a*", "?", "~*"]))
CONDITIONS = st.one_of(SCALARS, st.builds(str.__add__, _OPERATORS, _OPERANDS))


@given(st.lists(SCALARS, max_size=40), st.lists(CONDITIONS, min_size=1, max_size=5))
def test_that_an_index_finds_what_a_look_at_each_cell_finds(
    cells: list[Scalar], conditions: list[Scalar]
) -> None:
    index = CriteriaIndex(cells)
    for condition in conditions:
        holds = criterion(condition, DateReading())

        assert index.places(holds) == [place for place, cell in enumerate(cells) if holds(cell)]


@pytest.mark.parametrize("operator", ["=", "<", "<=", ">", ">="])
def test_that_numbers_that_are_nearly_the_wanted_one_stand_on_their_side_of_it(operator: str) -> None:
    # 15 digits, as a text has them, are a little less than the first, and more than the second
    cells: list[Scalar] = [85 / 7, 82 / 7, 85 / 7, 12.0, 13.0]
    for text in ("12.1428571428571", "11.7142857142857"):
        holds = criterion(operator + text)

        found = CriteriaIndex(cells).places(holds)

        assert found == [place for place, cell in enumerate(cells) if holds(cell)]


def test_that_cells_are_looked_at_one_by_one_only_where_there_is_no_order() -> None:
    index = CriteriaIndex([1.0, 2.0, "x", BLANK])

    found = [index.places(criterion(each)) for each in (2.0, ">1", "X")]
    assert (found, index.searched_count) == ([[1], [1], [2]], 0)
    assert (index.places(criterion("x*")), index.searched_count) == ([2], 4)
