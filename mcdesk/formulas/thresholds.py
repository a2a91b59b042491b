"""Where a comparison with known numbers turns: plain `<=` against these decides as Excel's 15 digits do."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.comparison import EQUAL_FRACTION

Numbers = NDArray[np.float64]

_BEYOND = 2.0 * EQUAL_FRACTION
_HALVINGS = 64


def least_equal(keys: Sequence[float]) -> Numbers:
    """The least number that compares equal to each key; (n,) finite, any order."""
    return _turning_points(np.asarray(keys, dtype=np.float64), -1.0)


def greatest_equal(keys: Sequence[float]) -> Numbers:
    """The greatest number that compares equal to each key; (n,) finite, any order."""
    return _turning_points(np.asarray(keys, dtype=np.float64), 1.0)


def _turning_points(keys: Numbers, direction: float) -> Numbers:
    """By halving between each key, which is equal, and a number that is not, in steps of one double."""
    equal = _places(keys + 0.0)
    with np.errstate(over="ignore"):
        other = keys + direction * np.maximum(np.abs(keys) * _BEYOND, 5e-324)
    unequal = _places(np.clip(other, -np.finfo(float).max, np.finfo(float).max))
    # the end of the numbers may be equal itself
    is_end = _are_equal(keys, _numbers(unequal))
    for _ in range(_HALVINGS):
        middle = equal + (unequal - equal) // 2
        is_equal = _are_equal(keys, _numbers(middle))
        equal, unequal = np.where(is_equal, middle, equal), np.where(is_equal, unequal, middle)
    return np.where(is_end, _numbers(unequal), _numbers(equal))


def _are_equal(a: Numbers, b: Numbers) -> NDArray[np.bool_]:
    """As `operators.equal`."""
    with np.errstate(over="ignore"):
        near = np.abs(a - b) <= np.maximum(np.abs(a), np.abs(b)) * EQUAL_FRACTION
    return np.asarray((a == b) | near)


def _places(numbers: Numbers) -> NDArray[np.int64]:
    """Whole numbers in the order of the numbers, one for each double; -0 and 0 are one."""
    bits = numbers.view(np.int64)
    return np.where(bits < 0, np.int64(-(2**63)) - bits, bits)


def _numbers(places: NDArray[np.int64]) -> Numbers:
    bits = np.where(places < 0, np.int64(-(2**63)) - places, places)
    return np.ascontiguousarray(bits).view(np.float64) + 0.0
