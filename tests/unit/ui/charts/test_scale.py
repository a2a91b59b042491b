"""Places on an axis and the labels along it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcdesk.ui.charts.labels import LABEL_GAP, axis_labels, plain_number, spread
from mcdesk.ui.charts.scale import Scale, cut_line, plain_beside, plain_near, thinned_line, ticks

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def width_of(text: str) -> float:
    return 7.0 * len(text)


@given(FINITE, FINITE)
@example(-1.7e308, 1.7e308)
def test_that_any_two_values_make_an_axis_with_ends_apart(one: float, other: float) -> None:
    scale = Scale.around(min(one, other), max(one, other))

    assert scale.fraction(scale.low) == 0.0
    assert scale.fraction(scale.high) == pytest.approx(1.0)
    assert len(ticks(scale, 5)) <= 21


@pytest.mark.parametrize("size", [1e-300, 1e-12, 1.0, 1e15, 1e300])
def test_that_a_value_comes_back_from_its_place(size: float) -> None:
    scale = Scale.around(-2.0 * size, 3.0 * size)

    assert scale.fraction(scale.value(0.3)) == pytest.approx(0.3)


def test_that_the_number_at_a_place_is_as_plain_as_the_axis_is_fine() -> None:
    scale = Scale(-170_000.0, 180_000.0)

    assert plain_near(scale, -313.0, 510.0) == 0.0
    assert plain_near(scale, 76_243.0, 510.0) == 76_000.0
    assert plain_near(Scale(0.0, 1e-3), 3.14159e-4, 500.0) == 3.14e-4


@given(FINITE, FINITE, st.floats(0.0, 1.0))
@example(-1.7975e308, 0.0, 0.0)
def test_that_a_plain_number_is_near_on_every_axis(one: float, other: float, fraction: float) -> None:
    scale = Scale.around(min(one, other), max(one, other))
    value = scale.value(fraction)

    assert abs(scale.fraction(plain_near(scale, value, 500.0)) - scale.fraction(value)) < 1.5 / 500.0


@pytest.mark.parametrize("offset", [0.0, 1e9, -1e9])
def test_that_steps_lead_from_one_plain_number_to_the_next(offset: float) -> None:
    scale = Scale(offset, offset + 1.0)
    start = offset + 0.3171

    up = plain_beside(scale, start, 200.0, 1)

    assert up - offset == pytest.approx(0.32)
    assert plain_beside(scale, up, 200.0, 1) - offset == pytest.approx(0.325)
    assert plain_beside(scale, up, 200.0, -10) - offset == pytest.approx(0.27)
    assert plain_beside(scale, start, 200.0, -1) - offset == pytest.approx(0.315)


def test_that_ticks_are_plain_numbers() -> None:
    assert ticks(Scale(0.0, 1.0), 4) == [0.0, 0.5, 1.0]
    assert ticks(Scale(0.05, 0.42), 4) == [0.1, 0.2, 0.3, 0.4]


def test_that_a_logarithmic_axis_has_powers_of_ten() -> None:
    assert ticks(Scale.around(90.0, 1.1e6, is_log=True), 6) == [1e2, 1e3, 1e4, 1e5, 1e6]


@given(FINITE, FINITE, st.floats(20.0, 900.0))
def test_that_labels_of_an_axis_keep_apart(one: float, other: float, length: float) -> None:
    scale = Scale.around(min(one, other), max(one, other))

    labels = axis_labels(scale, length, plain_number, width_of)

    ends = [(each.place * length, width_of(each.text) / 2.0) for each in labels]
    for (left, half), (right, other_half) in pairwise(ends):
        assert right - other_half - left - half >= LABEL_GAP - 1e-6


def test_that_neighbours_with_one_text_are_labelled_once() -> None:
    labels = axis_labels(Scale(1e15, 1e15 + 40.0), 400.0, plain_number, width_of)

    assert [label.text for label in labels] == ["1e15"]


def test_that_decimals_which_all_are_zero_are_left_out() -> None:
    labels = axis_labels(Scale(300.0, 500.0), 300.0, lambda value: f"{value:.1f} M", width_of)

    assert {label.text for label in labels} == {"300 M", "350 M", "400 M", "450 M", "500 M"}


@given(st.lists(st.tuples(st.floats(0.0, 300.0), st.floats(1.0, 40.0)), min_size=1, max_size=5))
def test_that_spread_labels_neither_touch_nor_leave_the_room(pairs: list[tuple[float, float]]) -> None:
    centres, widths = sorted(each for each, _ in pairs), [width for _, width in pairs]

    found = spread(centres, widths, 0.0, 300.0, 4.0)

    for index, (centre, width) in enumerate(zip(found, widths, strict=True)):
        assert centre - width / 2.0 >= -1e-6
        assert centre + width / 2.0 <= 300.0 + 1e-6
        if index:
            assert centre - width / 2.0 - found[index - 1] - widths[index - 1] / 2.0 >= 4.0 - 1e-6


def test_that_labels_with_room_stay_where_they_are() -> None:
    assert spread([50.0, 150.0], [20.0, 20.0], 0.0, 300.0, 4.0) == pytest.approx([50.0, 150.0])


def test_that_a_cut_line_ends_where_it_was_cut() -> None:
    across, up = cut_line(np.array([0.0, 10.0, 20.0]), np.array([0.0, 1.0, 3.0]), 5.0, 15.0)

    assert across.tolist() == [5.0, 10.0, 15.0]
    assert up.tolist() == [0.5, 1.0, 2.0]


def test_that_a_line_cut_where_it_jumps_keeps_the_height_of_its_side() -> None:
    across, up = np.array([0.0, 5.0, 5.0, 10.0]), np.array([0.0, 0.0, 1.0, 1.0])

    left, right, middle = (cut_line(across, up, *ends) for ends in ((0.0, 5.0), (5.0, 10.0), (5.0, 5.0)))

    assert left[1].tolist() == [0.0, 0.0]
    assert right[1].tolist() == [1.0, 1.0]
    assert len(set(middle[0].tolist())) <= 1


def test_that_a_thinned_line_has_both_ends_of_a_jump() -> None:
    across, up = np.array([0.1, 0.5, 0.9, 1.3, 90.0]), np.array([0.1, 0.5, 0.9, 1.3, 1.3])

    thinned = thinned_line(across, up)

    assert thinned[0].tolist() == [0.1, 1.3, 90.0]
    assert thinned[1].tolist() == [0.1, 1.3, 1.3]


def test_that_a_line_elsewhere_leaves_nothing() -> None:
    across, _ = cut_line(np.array([0.0, 1.0]), np.array([0.0, 1.0]), 2.0, 3.0)

    assert across.tolist() == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (400.0, "400"),
        (-1234.0, "\u22121,234"),
        (0.25, "0.25"),
        (2.5e15, "2.5e15"),
        (1e-12, "1e\u221212"),
    ],
)
def test_that_plain_numbers_have_no_empty_digits(value: float, text: str) -> None:
    assert plain_number(value) == text


@pytest.mark.parametrize(("low", "high"), [(-2.4e6, 4.3e6), (0.3, 1.2), (-7.0, 3.0), (999.0, 1001.5)])
def test_that_there_are_two_numbers_even_where_there_is_room_for_one(low: float, high: float) -> None:
    found = ticks(Scale(low, high), 1)
    assert 2 <= len(found) <= 4
    assert low <= found[0] < found[-1] <= high
