"""Operators: the direct Python forms and the bodies over `Operations` give the same bits."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.comparison import compare_numbers
from mcdesk.formulas.functions.definition import run_body
from mcdesk.formulas.operators import (
    ARITHMETIC_BY_OPERATOR,
    BODY_BY_OPERATOR,
    LAST_BODY_BY_OPERATOR,
    TEST_BY_OPERATOR,
    negate,
    percent,
    snap,
)
from mcdesk.formulas.syntax import BinaryOperator
from mcdesk.foundation.error_codes import ErrorCode

OPS = ScalarOperations()
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -2.0, 3.0, -0.5, 1e300, 5e-324]),
    st.integers(-50, 50).map(float),
)


def from_body(body: Callable[..., object], *arguments: float) -> object:
    outcome = run_body(body, OPS, *arguments)  # type: ignore[arg-type]
    if outcome.error:
        return ErrorCode(int(outcome.error))
    value = outcome.value
    if isinstance(value, bool):
        return value
    return value if math.isfinite(value) else ErrorCode.NUM


@pytest.mark.parametrize("operator", ARITHMETIC_BY_OPERATOR)
@given(a=NUMBERS, b=NUMBERS)
def test_that_arithmetic_is_that_of_its_body(operator: BinaryOperator, a: float, b: float) -> None:
    assert ARITHMETIC_BY_OPERATOR[operator](a, b) == from_body(BODY_BY_OPERATOR[operator], a, b)


@pytest.mark.parametrize("operator", TEST_BY_OPERATOR)
@given(a=NUMBERS, b=NUMBERS)
def test_that_comparison_is_that_of_its_body(operator: BinaryOperator, a: float, b: float) -> None:
    assert TEST_BY_OPERATOR[operator](compare_numbers(a, b)) is from_body(BODY_BY_OPERATOR[operator], a, b)


@pytest.mark.parametrize("operator", LAST_BODY_BY_OPERATOR)
@given(a=st.floats(-1e300, 1e300), error=st.integers(-40, 40))
def test_that_snapping_is_that_of_its_body(operator: BinaryOperator, a: float, error: int) -> None:
    sign = 1.0 if operator is BinaryOperator.SUBTRACT else -1.0
    b = sign * a * (1.0 + error * 2.0**-52)
    direct = snap(ARITHMETIC_BY_OPERATOR[operator](a, b), a)

    assert direct == from_body(LAST_BODY_BY_OPERATOR[operator], a, b)


@pytest.mark.parametrize(
    ("a", "b", "difference"),
    [
        (0.5 - 0.4, 0.1, 0.0),  # Excel shows 0 for =0.5-0.4-0.1
        (437.0, 437.0 - 2.84e-12, 437.0 - (437.0 - 2.84e-12)),  # and left this in a loan's last balance
        (1.5, 1.5 - 2.0**-48, 0.0),
        (1.5, 1.5 - 2.0**-47, 2.0**-47),
        (1.0, 3.0, -2.0),
        (0.0, 1e-300, -1e-300),
        (1e-300, 0.0, 1e-300),
        (3.0, 3.0, 0.0),
        (1.7e308, -1.7e308, ErrorCode.NUM),
    ],
)
def test_that_what_is_lost_beside_the_operand_becomes_zero(a: float, b: float, difference: object) -> None:
    assert from_body(LAST_BODY_BY_OPERATOR[BinaryOperator.SUBTRACT], a, b) == difference
    if isinstance(difference, float):
        assert from_body(LAST_BODY_BY_OPERATOR[BinaryOperator.ADD], -a, b) == -difference


@pytest.mark.parametrize(
    ("a", "b", "power"),
    [
        (2.0, 10.0, 1024.0), (-2.0, 3.0, -8.0), (-2.0, 2.0, 4.0), (9.0, 0.5, 3.0), (4.0, -1.0, 0.25),
        (7.0, 0.0, 1.0), (0.0, 3.0, 0.0), (0.0, 0.0, ErrorCode.NUM), (0.0, -1.0, ErrorCode.DIV0),
        (-1.0, 0.5, ErrorCode.NUM), (10.0, 400.0, ErrorCode.NUM),
    ],
)  # fmt: skip
def test_that_powers_are_those_of_excel(a: float, b: float, power: object) -> None:
    assert ARITHMETIC_BY_OPERATOR[BinaryOperator.POWER](a, b) == power


def test_that_signs_and_percent_have_bodies() -> None:
    assert from_body(negate, 3.0) == -3.0
    assert from_body(percent, 5.0) == 0.05
