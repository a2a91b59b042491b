"""Statistics do not wait for the compiler, which may be busy with a large program for seconds."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from mcdesk.engine.backends import cell_counting, power_sums
from mcdesk.engine.backends.awaited_functions import AwaitedFunctions
from mcdesk.engine.backends.llvm_machine import CompiledFunctions, Machine
from mcdesk.engine.statistics.cell_counts import Cells, CellSketch
from mcdesk.engine.statistics.moments import MOMENT_TRIALS, MomentAccumulator

_VALUES = np.random.default_rng(8).normal(5.0, 2.0, 9 * MOMENT_TRIALS)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A compiler that does nothing before the event is set."""
    free, functions = threading.Event(), Machine.functions

    def after_all_others(machine: Machine, text: str, names: list[str]) -> CompiledFunctions:
        assert free.wait(60.0)
        return functions(machine, text, names)

    monkeypatch.setattr(Machine, "functions", after_all_others)
    for module in (cell_counting, power_sums):
        module._functions.cache_clear()  # as in a process that has just begun
    yield free
    free.set()


def test_that_moments_and_counts_are_the_same_while_the_compiler_is_busy(busy: threading.Event) -> None:
    found = []
    for is_free in (False, True):
        moments, counts = MomentAccumulator(), CellSketch(Cells(-5.0, 20.0 / 65_536), 64)
        moments.add(_VALUES)
        counts.add(_VALUES)
        found.append((repr(moments.result()), counts.counts.tolist(), counts.result().ascending.tolist()))
        assert cell_counting.is_at_hand() is is_free
        busy.set()
        cell_counting.count_by_cell(_VALUES, 0.0, 1.0, np.zeros(4, dtype=np.int64))
        power_sums.power_sums(_VALUES.reshape(9, 16, -1), np.zeros(9), (2, 3, 4))

    assert found[0] == found[1]


def test_that_what_is_wrong_with_the_compiler_is_said_where_its_functions_are_wanted() -> None:
    def fail() -> CompiledFunctions:
        raise RuntimeError("no such processor")

    functions = AwaitedFunctions(fail)
    with pytest.raises(RuntimeError, match="no such processor"):
        functions.get()

    # whoever can do without them does
    assert not functions.are_at_hand()
