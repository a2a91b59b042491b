"""a * b + c rounded once, against rational arithmetic, at the edges of the number line."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.exact_fma import fma_block, fma_scalar
from mcdesk.engine.scalar_operations import ScalarOperations

_LARGEST = 1.7976931348623157e308
_FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(
    [5e-324, -5e-324, 2.2250738585072014e-308, 1e-160, -1e-160, 1e154, _LARGEST, -_LARGEST, 0.0, -0.0]
)


def _rounded_once(a: float, b: float, c: float) -> float:
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


@settings(max_examples=500)
@given(_FINITE, _FINITE, _FINITE)
def test_that_scalars_and_blocks_round_once(a: float, b: float, c: float) -> None:
    with np.errstate(all="ignore"):
        block = fma_block(np.array([a]), np.array([b]), np.array([c]))

    assert fma_scalar(a, b, c) == block[0] == _rounded_once(a, b, c)
    assert math.copysign(1.0, fma_scalar(a, b, c)) == math.copysign(1.0, block[0])


@settings(max_examples=300)
@given(_FINITE, _FINITE, st.integers(-3, 3))
def test_that_cancellation_leaves_the_exact_rest(a: float, b: float, ulps: int) -> None:
    c = -(a * b)
    for _ in range(abs(ulps)):
        c = math.nextafter(c, math.copysign(math.inf, ulps))
    if not math.isfinite(c):
        c = 0.0

    assert fma_scalar(a, b, c) == _rounded_once(a, b, c)


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        (math.inf, 2.0, 1.0, math.inf),
        (math.inf, 2.0, -math.inf, math.nan),
        (math.inf, 0.0, 1.0, math.nan),
        (1.0, 1.0, -math.inf, -math.inf),
        (_LARGEST, 2.0, -math.inf, -math.inf),
        (_LARGEST, 2.0, -_LARGEST, _LARGEST),
        (math.nan, 1.0, 1.0, math.nan),
    ],
)
def test_that_infinities_follow_ieee(a: float, b: float, c: float, expected: float) -> None:
    with np.errstate(all="ignore"):
        block = fma_block(np.array([a]), np.array([b]), np.array([c]))

    np.testing.assert_array_equal([fma_scalar(a, b, c), block[0]], [expected, expected])


def test_that_a_block_of_one_constant_is_rounded_once() -> None:
    with np.errstate(all="ignore"):
        found = fma_block(np.asarray(1e-200), np.asarray(1e-200), np.asarray(5e-324))

    assert found.shape == ()
    assert found == 5e-324


def test_that_the_floor_of_a_negative_zero_keeps_its_sign() -> None:
    assert math.copysign(1.0, ScalarOperations().floor(-0.0)) == -1.0
    assert np.signbit(BlockOperations().floor(np.asarray(-0.0)))
