"""Regressions over parts against NumPy, and products that no order of adding changes."""

import numpy as np
import pytest

from mcdesk.engine.statistics.exact_products import WholeParts
from mcdesk.engine.statistics.regression import Regressions

_RNG = np.random.default_rng(31)


def _standardised(columns: np.ndarray, values: np.ndarray) -> np.ndarray:
    matrix = (columns - columns.mean(axis=1, keepdims=True)) / columns.std(axis=1, keepdims=True)
    return np.linalg.lstsq(matrix.T, (values - values.mean()) / values.std(), rcond=None)[0]


def test_that_all_trials_and_each_part_are_regressed_for_themselves() -> None:
    columns = np.stack([_RNG.normal(5.0, 2.0, 5_000), _RNG.lognormal(0.0, 3.0, 5_000), _RNG.random(5_000)])
    values = columns[0] - 0.01 * columns[1] * columns[2]
    parts = [slice(0, 1_700), slice(1_700, 5_000)]

    found = Regressions(columns, [2, 0, 1], parts).coefficients(values)

    for coefficients, part in zip(found, [slice(None), *parts], strict=True):
        expected = _standardised(columns[:, part], values[part])
        assert coefficients == pytest.approx(expected.tolist(), rel=1e-8, abs=1e-9)


def test_that_what_is_constant_in_a_part_has_no_coefficient_there() -> None:
    columns = _RNG.normal(size=(2, 2_000))
    columns[1, :500] = 0.7
    values = columns.sum(axis=0)
    values[1_000:] = 0.3

    whole, *parts = Regressions(
        columns, [0, 1], [slice(0, 500), slice(500, 1_000), slice(1_000, 2_000)]
    ).coefficients(values)

    assert None not in whole
    assert parts[0] == [pytest.approx(1.0), None]
    assert None not in parts[1]
    assert parts[2] == [None, None]


@pytest.mark.parametrize("count", [1_000, 262_144])
def test_that_products_are_the_same_in_any_order(count: int) -> None:
    columns = np.stack([_RNG.normal(size=count), _RNG.lognormal(0.0, 2.0, count), _RNG.random(count) + 1e6])
    backwards = WholeParts(columns.copy())
    forwards = WholeParts(columns.copy())
    backwards.high, backwards.low = backwards.high[:, ::-1].copy(), backwards.low[:, ::-1].copy()

    found = forwards.squares(slice(None))

    assert np.array_equal(found, backwards.squares(slice(None)))
    expected = np.corrcoef(columns - np.array([[0.0], [0.0], [1e6]]))
    scales = np.sqrt(found.diagonal())
    np.testing.assert_allclose(found / np.outer(scales, scales), expected, atol=1e-10)


def test_that_many_inputs_are_regressed_in_the_first_trials_of_each_part() -> None:
    columns = _RNG.normal(size=(150, 262_144))
    values = columns[:10].sum(axis=0)

    whole, first, second = Regressions(
        columns, range(150), [slice(0, 131_072), slice(131_072, 262_144)]
    ).coefficients(values)

    assert whole[:10] == pytest.approx([10**-0.5] * 10, abs=0.01)
    assert first != second
