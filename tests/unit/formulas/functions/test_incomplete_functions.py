"""Incomplete gamma and beta functions, judged by SciPy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from mcdesk.formulas.functions.statistics.incomplete_functions import (
    beta_lower,
    gamma_lower,
    gamma_upper,
    inverse_of,
)

PARAMETERS = st.floats(-1.0, 3.0).map(lambda exponent: 10.0**exponent)


@given(PARAMETERS, st.floats(-1.0, 1.0))
def test_that_the_incomplete_gamma_function_is_that_of_scipy(shape: float, exponent: float) -> None:
    x = shape * 10.0**exponent

    assert gamma_lower(shape, x) == pytest.approx(special.gammainc(shape, x), rel=1e-11, abs=1e-250)
    assert gamma_upper(shape, x) == pytest.approx(special.gammaincc(shape, x), rel=1e-11, abs=1e-250)


# SciPy loses digits of subnormal numbers
@given(PARAMETERS, PARAMETERS, st.floats(0.0, 1.0, allow_subnormal=False))
def test_that_the_incomplete_beta_function_is_that_of_scipy(a: float, b: float, x: float) -> None:
    assert beta_lower(a, b, x) == pytest.approx(special.betainc(a, b, x), rel=1e-10, abs=1e-250)


@given(st.floats(1e-300, 1e300))
def test_that_an_inverse_is_found_at_any_size(wanted: float) -> None:
    assert inverse_of(lambda x: x, wanted, 0.0, 1e301) == pytest.approx(wanted, rel=1e-15)
