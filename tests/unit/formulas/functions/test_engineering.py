"""Bessel and error functions against values from outside."""

import math

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.formulas.functions.engineering.bessel import bessel_i, bessel_j, bessel_k, bessel_y
from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=BESSELI(1.5,1) | 0.98166643 | Excel documentation
=BESSELI(3.45,4) | 0.651416873060081 | calculated by Excel, from the tests of another engine
=BESSELI(-3.45,4.333) | 0.651416873060081 | the same; the order is cut off
=BESSELI(-1.5,1) | -0.98166643 | an odd function
=BESSELI(0,0) | 1 | definition
=BESSELI(0,3) | 0 | definition
=BESSELI(1000,1) | #NUM! | overflow
=BESSELI(1.5,-1) | #NUM! | Excel documentation
=BESSELI("x",1) | #VALUE! | Excel documentation
=BESSELJ(1.9,2) | 0.3299257 | mpmath; Excel documentation has 0.329925829, from before Excel 2010
=BESSELJ(3.45,4) | 0.196772639864984 | as BESSELI
=BESSELJ(-0.125,1) | -0.062378009134495 | mpmath
=BESSELJ(32,5) | 0.026241347352986 | mpmath
=BESSELJ(1,300) | 0 | nothing left
=BESSELJ(1.5,-0.5) | 0.511827671735918 | the order is cut off
=BESSELJ(1.5,-1) | #NUM! | Excel documentation
=BESSELJ(1E9,1) | #NUM! | limit of angles
=BESSELJ(TRUE,1) | #VALUE! | a function of the Analysis ToolPak
=SUM(BESSELJ({1,2},0)) | 0.989088465699202 | mpmath, an array
=BESSELK(1.5,1) | 0.277387804 | Excel documentation
=BESSELK(3.45,4) | 0.144803466373734 | as BESSELI
=BESSELK(0.001,200) | #NUM! | overflow
=BESSELK(0,1) | #NUM! | Excel
=BESSELK(-1.5,2) | #NUM! | Excel
=BESSELK(1.5,-1) | #NUM! | Excel documentation
=BESSELY(2.5,1) | 0.145918138 | Excel documentation
=BESSELY(3.45,4) | -0.679848116844476 | as BESSELI
=BESSELY(2.6,3) | -0.705956708152387 | as BESSELI
=BESSELY(0.001,200) | #NUM! | overflow
=BESSELY(0,1) | #NUM! | pole
=BESSELY(1.5,-1) | #NUM! | Excel documentation
=ERF(0.745) | 0.70792892 | Excel documentation
=ERF(1) | 0.84270079 | Excel documentation
=ERF(0.5,1.5) | 0.445605269 | as BESSELI
=ERF(1,) | 0.84270079 | an empty argument is none
=ERF(-1) | -0.84270079 | an odd function
=ERF(1,-1) | -1.68540159 | closed form
=ERF("x") | #VALUE! | Excel documentation
=ERF.PRECISE(0.745) | 0.70792892 | Excel documentation
=ERF.PRECISE(H2) | #N/A | error
=ERFC(1) | 0.15729921 | Excel documentation
=ERFC(10)*1E45 | 2.08848758376254 | mpmath
=ERFC(-1) | 1.84270079 | closed form
=ERFC(TRUE) | #VALUE! | a function of the Analysis ToolPak
=ERFC.PRECISE(1) | 0.15729921 | Excel documentation
""")
ORDERS = st.integers(0, 60)
# mpmath takes its time where a series is long
UNHURRIED = settings(deadline=None, max_examples=50)


class Counter:
    """Counts work as a calculation does."""

    spent = 0

    def spend(self, units: int) -> None:
        self.spent += units


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_an_engineering_function_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"


@UNHURRIED
@given(st.floats(-3.0, 3.0).map(lambda exponent: 10.0**exponent), ORDERS)
def test_that_the_bessel_functions_of_waves_are_those_of_mpmath(x: float, order: int) -> None:
    j, y = mpmath.besselj(order, x), mpmath.bessely(order, x)

    # beside a zero of a wave only the digits that count in its height are known
    height = float(mpmath.sqrt(j * j + y * y)) if order <= x else 0.0
    assert abs(bessel_j(Counter(), x, order) - j) <= 1e-11 * max(abs(float(j)), height) + 1e-300
    if abs(y) < 1e300:
        assert abs(bessel_y(Counter(), x, order) - y) <= 1e-11 * max(abs(float(y)), height)


@UNHURRIED
@given(st.floats(-3.0, 2.5).map(lambda exponent: 10.0**exponent), ORDERS)
def test_that_the_modified_bessel_functions_are_those_of_mpmath(x: float, order: int) -> None:
    i, k = mpmath.besseli(order, x), mpmath.besselk(order, x)

    assert bessel_i(Counter(), x, order) == pytest.approx(float(i), rel=1e-12, abs=1e-300)
    if k < 1e300:
        # as near as the polynomials of Excel come
        assert bessel_k(Counter(), x, order) == pytest.approx(float(k), rel=2e-7)


def test_that_a_large_order_is_counted_as_work() -> None:
    for compute in (bessel_i, bessel_j, bessel_k, bessel_y):
        counter = Counter()
        compute(counter, 600.0, 80_000)

        assert counter.spent >= 80_000 / 8, compute.__name__
    assert math.isinf(bessel_y(Counter(), 600.0, 80_000))
