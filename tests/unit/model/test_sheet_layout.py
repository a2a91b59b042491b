"""Merged cells and widths of columns, of which none overlaps another one."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle
from mcdesk.model.sheet_layout import disjoint_areas, disjoint_widths
from mcdesk.model.workbook import ColumnWidth

EDGE = st.integers(0, 12)
SPAN = st.integers(0, 5)
AREAS = st.lists(
    st.builds(
        lambda top, left, down, right: Rectangle(0, top, left, top + down, left + right),
        EDGE, EDGE, SPAN, SPAN,
    )
)  # fmt: skip
WIDTHS = st.lists(
    st.builds(
        lambda first, span, width: ColumnWidth(first, first + span, width, False), EDGE, SPAN, st.floats(0, 9)
    )
)


def look_away() -> None:
    """There is no deadline."""


@given(AREAS)
def test_that_an_area_is_left_out_exactly_if_it_overlaps_one_from_above(areas: list[Rectangle]) -> None:
    kept = disjoint_areas(areas, look_away)

    expected: list[Rectangle] = []
    for area in sorted(areas, key=lambda each: each.top):
        if not any(area.intersect(other) for other in expected):
            expected.append(area)
    assert sorted(kept, key=lambda each: each.top) == expected


def test_that_disjoint_areas_keep_their_order() -> None:
    areas = [Rectangle(0, row, 3 * column, row, 3 * column + 1) for row in (7, 2, 4) for column in (5, 0, 9)]

    assert disjoint_areas(areas, look_away) == tuple(areas)


@pytest.mark.parametrize(
    "first",
    [
        [Rectangle(0, 0, 0, MAX_ROWS - 1, MAX_COLUMNS - 1)],
        [Rectangle(0, 0, column, 0, column) for column in range(MAX_COLUMNS)],
        [Rectangle(0, 0, column, MAX_ROWS - 1, column) for column in range(MAX_COLUMNS)],
    ],
)
def test_that_many_overlaps_are_told_soon(first: list[Rectangle]) -> None:
    whole = Rectangle(0, 1, 0, MAX_ROWS - 1, MAX_COLUMNS - 1)

    kept = disjoint_areas([*first, *[whole] * 100_000], look_away)

    assert kept[: len(first)] == tuple(first)
    assert kept[len(first) :] == ((whole,) if first[0].bottom == 0 else ())


def test_that_many_areas_stop_where_the_look_up_says_so() -> None:
    areas = [Rectangle(0, row, 0, row, 1) for row in range(50_000)]
    looks = iter(range(3))

    def look_up() -> None:
        next(looks)

    with pytest.raises(StopIteration):
        disjoint_areas(areas, look_up)


@given(WIDTHS)
def test_that_the_last_width_of_a_column_counts(widths: list[ColumnWidth]) -> None:
    runs = disjoint_widths(widths)

    expected = {
        column: width.width_characters for width in widths for column in range(width.first, width.last + 1)
    }
    found = {column: run.width_characters for run in runs for column in range(run.first, run.last + 1)}
    assert found == expected
    assert all(left.last < right.first for left, right in combinations(runs, 2))


def test_that_disjoint_widths_stay_as_they_are() -> None:
    widths = (
        ColumnWidth(0, 0, 9.0, False),
        ColumnWidth(1, 1, 9.0, False),
        ColumnWidth(5, MAX_COLUMNS - 1, 9.0, True),
    )

    assert disjoint_widths(widths) == widths
    assert disjoint_widths(()) == ()
