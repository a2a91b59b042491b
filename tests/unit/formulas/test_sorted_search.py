"""Searches among known numbers: they end where Excel's comparison of 15 digits would."""

import math

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, SlotAccess, Table, Type
from mcdesk.engine.verifier import check
from mcdesk.formulas.comparison import compare_numbers
from mcdesk.formulas.sorted_search import clear_thresholds, count_not_above
from mcdesk.formulas.thresholds import greatest_equal, least_equal

_LARGEST = 1.7976931348623157e308
_KEYS = [0.0, 1.0, -1.0, 0.1, 3.0, -123.456, 1e300, -1e300, _LARGEST, -_LARGEST, 5e-324, 1e-310, -1e-310]


@pytest.mark.parametrize("key", _KEYS)
def test_that_a_threshold_is_the_last_number_that_compares_equal(key: float) -> None:
    low, high = float(least_equal([key])[0]), float(greatest_equal([key])[0])

    assert compare_numbers(key, low) == compare_numbers(key, high) == 0
    for beyond in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf)):
        assert math.isinf(beyond) or compare_numbers(key, beyond) != 0


def test_that_numbers_that_could_be_taken_for_each_other_have_no_thresholds() -> None:
    assert clear_thresholds([1.0, 1.0 + 2.0**-50]) is None
    assert clear_thresholds([1.0, 1.0]) is None
    assert clear_thresholds([2.0, 1.0]) is None
    assert clear_thresholds([1.0, 1.0 + 2.0**-40]) is not None


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 100, 1_000])
@pytest.mark.parametrize("spread", ["even", "uneven", "far", "near"])
def test_that_the_count_is_that_of_the_numbers_not_above(count: int, spread: str) -> None:
    generator = np.random.default_rng(count)
    keys = {
        "even": np.arange(count) * 0.25 - 3.0,
        "uneven": np.sort(generator.uniform(-5.0, 90.0, count)),
        "far": np.linspace(-8e307, 8e307, count),
        "near": 1.0 + np.arange(count) * 1e-12,
    }[spread]
    beside = [
        *keys,
        *np.nextafter(keys, -np.inf),
        *np.nextafter(keys, np.inf),
        *generator.normal(20.0, 40.0, 99),
    ]
    wanted = np.array([each for each in (*beside, -_LARGEST, _LARGEST, 0.0, -0.0) if math.isfinite(each)])
    wanted.flags.writeable = False
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    found = draft.slot_array(Type.INTEGER, 1)
    at = ops.iclamp(ops.trial(), 0, len(wanted) - 1)
    number = ops.read_table(Table(Type.NUMBER, wanted), at)
    ops.write_slot(SlotAccess(found, Affine(0)), count_not_above(ops, keys, number))
    ops.finish("search")
    program = draft.program()
    check(program)

    counts = ReferenceBackend(program, ()).run(ChunkRequest(1, 0, len(wanted), (found,)))[found][0]

    assert counts.tolist() == np.searchsorted(keys, wanted, side="right").tolist()
