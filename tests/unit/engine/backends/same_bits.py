"""Whether two back ends left the same bits."""

from collections.abc import Mapping

import numpy as np

from mcdesk.engine.backends.backend import SlotValues


def bits(values: SlotValues) -> np.ndarray:
    """The bits, all values that are no numbers taken for one."""
    if values.dtype != np.float64:
        return np.ascontiguousarray(values)
    plain = np.where(np.isnan(values), np.nan, values)
    return np.ascontiguousarray(plain).view(np.int64)


def assert_same(one: Mapping[int, SlotValues], other: Mapping[int, SlotValues]) -> None:
    """Fail unless both hold the same arrays."""
    assert one.keys() == other.keys()
    for array in one:
        assert one[array].dtype == other[array].dtype
        np.testing.assert_array_equal(bits(one[array]), bits(other[array]))
