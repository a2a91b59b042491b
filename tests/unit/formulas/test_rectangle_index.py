"""Rectangles found by the cells and areas that they share."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.rectangle_index import RectangleIndex
from mcdesk.formulas.rectangles import cells_of, equal_rectangles
from mcdesk.model.addresses import Rectangle

_labels = st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 7)), st.sampled_from("ab"), min_size=1)


@given(_labels)
def test_that_every_cell_is_in_one_rectangle_of_its_label(labels: dict[tuple[int, int], str]) -> None:
    found = {cell: label for area, label in equal_rectangles(0, labels) for cell in cells_of(area)}

    assert found == labels
    assert sum(area.size for area, _ in equal_rectangles(0, labels)) == len(labels)


@given(_labels)
def test_that_each_cell_finds_its_rectangle(labels: dict[tuple[int, int], str]) -> None:
    areas = [area for area, _ in equal_rectangles(1, labels)]
    index = RectangleIndex(areas)
    rows, columns = np.arange(11)[:, None], np.arange(9)[None, :]

    each = index.at_each(1, rows, columns)

    for row, column in np.ndindex(11, 9):
        expected = [i for i, area in enumerate(areas) if area.contains(row, column)] or [-1]
        assert [index.at(1, row, column)] == [each[row, column]] == expected
    assert index.at(0, 0, 0) == -1
    assert (index.at_each(0, rows, columns) == -1).all()


@given(_labels, st.integers(0, 9), st.integers(0, 7), st.integers(0, 9), st.integers(0, 7))
def test_that_an_area_finds_all_that_it_touches(
    labels: dict[tuple[int, int], str], top: int, left: int, height: int, width: int
) -> None:
    areas = [area for area, _ in equal_rectangles(1, labels)]
    area = Rectangle(1, top, left, top + height, left + width)

    expected = [i for i, each in enumerate(areas) if each.intersect(area) is not None]

    assert RectangleIndex(areas).touching(area) == expected


def test_that_none_of_no_rectangles_is_found() -> None:
    assert RectangleIndex([]).touching(Rectangle(0, 0, 0, 9, 9)) == []
