"""Memory for the values of many trials."""

import numpy as np
import pytest

from mcdesk.engine import trial_memory
from mcdesk.engine.trial_memory import unwritten


@pytest.mark.parametrize("count", [0, 3, 1 << 18])
def test_that_memory_can_be_written_and_read_whatever_its_size(count: int) -> None:
    values = unwritten(count, np.dtype(np.float64))

    values[:] = np.arange(count)

    assert values.shape == (count,)
    assert values.sum() == count * (count - 1) // 2


def test_that_memory_is_used_again_once_nobody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_memory, "_spare", [])
    first = unwritten(1 << 19, np.dtype(np.float64))
    address, view = first.ctypes.data, first[7:]
    del first

    other = unwritten(1 << 19, np.dtype(np.float64))
    assert other.ctypes.data != address

    del view
    assert unwritten(1 << 19, np.dtype(np.float64)).ctypes.data == address


def test_that_memory_which_was_spare_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_memory, "_spare", [])
    monkeypatch.setattr(trial_memory, "_MOST_SPARE_BYTES", 5 << 20)
    arrays = [unwritten(size << 17, np.dtype(np.float64)) for size in (2, 3, 1, 6)]

    while arrays:
        del arrays[0]

    assert [len(each) >> 20 for each in trial_memory._spare] == [3, 1]
