"""Numbers rounded to 15 digits: what Python's correctly rounded decimal text gives."""

import hypothesis.strategies as st
from hypothesis import example, given

from mcdesk.engine.mathematics.decimals import with_fifteen_digits
from mcdesk.engine.scalar_operations import ScalarOperations

_OPERATIONS = ScalarOperations()


@given(st.floats(1e-8, 1e37) | st.floats(-1e37, -1e-8) | st.integers(-(10**16), 10**16).map(lambda n: n / 16))
@example(0.0)
@example(123_456_789_012_345.5)
@example(123_456_789_012_344.5)
@example(99_999_999_999_999.95)
@example(1e15)
def test_that_a_number_has_the_digits_of_its_text(x: float) -> None:
    assert with_fifteen_digits(_OPERATIONS, x) == float(f"{x:.14e}")
