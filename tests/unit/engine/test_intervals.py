"""Range analysis: whatever the trial, a value lies within the bounds that the builder claims."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.intervals import ANYTHING, FINITE, Interval, interval_of
from mcdesk.engine.ir import Affine, Op, SlotAccess, Table, Type

_NUMBERS = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e-320, -1e-300, 1e200, -1e308, 1.7976931348623157e308]
) | st.floats(-1e3, 1e3)
_UNARY = ("neg", "absolute", "sqrt", "floor")
_BINARY = ("add", "sub", "mul", "div", "minimum", "maximum")
_STEPS = st.tuples(st.sampled_from(_UNARY + _BINARY + ("select",)), st.integers(0, 50), st.integers(0, 50))


@settings(max_examples=300, deadline=None)
@given(st.lists(_NUMBERS, min_size=2, max_size=6), st.lists(_STEPS, min_size=1, max_size=12))
def test_that_every_value_lies_within_its_bounds(
    numbers: list[float], steps: list[tuple[str, int, int]]
) -> None:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    values = _expressions(ops, numbers, steps)
    slots = draft.slot_array(Type.NUMBER, len(values))
    for place, value in enumerate(values):
        ops.write_slot(SlotAccess(slots, Affine(place)), value)
    ops.finish("expressions")

    found = ReferenceBackend(draft.program(), ()).run(ChunkRequest(1, 0, len(numbers), (slots,)))[slots]

    for value, row in zip(values, found, strict=True):
        bounds = ops.interval_of(value)
        assert all(_is_inside(float(each), bounds) for each in row), (bounds, row)


def _expressions(ops: StageBuilder, numbers: list[float], steps: list[tuple[str, int, int]]) -> list[Value]:
    place = ops.iclamp(ops.trial(), 0, len(numbers) - 1)
    values = [ops.read_table(Table(Type.NUMBER, np.array(numbers)), place), ops.number(numbers[0])]
    for name, i, j in steps:
        a, b = values[i % len(values)], values[j % len(values)]
        if name in _UNARY:
            values.append(getattr(ops, name)(a))
        elif name == "select":
            values.append(ops.select(ops.lt(a, b), b, a))
        else:
            values.append(getattr(ops, name)(a, b))
    return values


def _is_inside(value: float, bounds: Interval) -> bool:
    return bounds.may_be_nan if math.isnan(value) else bounds.low <= value <= bounds.high


@pytest.mark.parametrize("op", [Op.MIN, Op.MAX])
def test_that_clamping_does_not_hide_a_nan(op: Op) -> None:
    clamped = interval_of(op, (ANYTHING, Interval(0.0, 1.0)))

    assert not interval_of(Op.MIN, (clamped, Interval(0.0, 1.0))).is_finite


def test_that_clamping_bounds_what_may_only_overflow() -> None:
    grown = interval_of(Op.ABS, (interval_of(Op.ADD, (FINITE, Interval(0.0, 1e308))),))

    assert grown == Interval(0.0, math.inf)
    assert interval_of(Op.MIN, (grown, Interval(0.0, 1.0))) == Interval(0.0, 1.0)


def test_that_a_claim_about_a_constant_does_not_reach_its_other_users() -> None:
    ops = StageBuilder(ProgramDraft())

    ops.within(ops.number(800.0), 0.0, 700.0)

    assert ops.interval_of(ops.number(800.0)) == Interval(800.0, 800.0)
    assert ops.constant_of(ops.lt(ops.number(800.0), ops.number(750.0))) is False


def test_that_a_comparison_decided_by_bounds_is_a_constant() -> None:
    ops = StageBuilder(ProgramDraft())
    table = Table(Type.NUMBER, np.array([1.0, 2.0]))
    x = ops.read_table(table, ops.iclamp(ops.trial(), 0, 1))
    three, one = ops.number(3.0), ops.number(1.0)

    assert [ops.constant_of(each) for each in (ops.lt(x, three), ops.le(x, three))] == [True, True]
    assert [ops.constant_of(each) for each in (ops.lt(x, one), ops.le(three, x))] == [False, False]
    assert ops.constant_of(ops.eq(x, three)) is False
    assert ops.constant_of(ops.lt(x, ops.number(1.5))) is None
