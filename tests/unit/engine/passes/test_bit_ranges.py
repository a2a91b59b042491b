"""Bounds of whole numbers hold for whatever they are computed from, and tell which bits are finite."""

import math
import random
import struct
from collections.abc import Callable

import numpy as np
import pytest

from mcdesk.engine.instruction_writer import applied
from mcdesk.engine.intervals import ANYTHING
from mcdesk.engine.ir import Instruction, Op, Table, Type
from mcdesk.engine.passes.bit_ranges import BitRanges, Range, table_ranges
from mcdesk.engine.scalar_operations import Scalar, ScalarOperations

_SCALARS = ScalarOperations()
_QUESTION = 6
_OF_TWO = (Op.IADD, Op.ISUB, Op.IMUL, Op.IAND, Op.IOR, Op.IXOR)
_SHIFTS = (Op.ISHL, Op.ILSHR, Op.IASHR)
_CONSTANTS = (0, 1, -1, 255, 2**32 - 1, 2**52 - 1, -(2**31), 2**62, 0x3FF0000000000000, 2**63 - 1, -(2**63))


def _random_instructions(seed: int) -> list[Instruction]:
    chance = random.Random(seed)
    written = [Instruction(0, Op.TRIAL, (), Type.INTEGER)]
    for number, value in enumerate(chance.sample(_CONSTANTS, 5), 1):
        written.append(Instruction(number, Op.CONSTANT, (), Type.INTEGER, value))
    written.append(Instruction(_QUESTION, Op.ILT, (0, 1), Type.LOGICAL))
    for number in range(7, 40):
        op = chance.choice((*_OF_TWO, *_SHIFTS, *_SHIFTS, Op.ICLAMP, Op.SELECT))
        one, other = (chance.choice([each for each in range(number) if each != _QUESTION]) for _ in range(2))
        if op in _OF_TWO:
            written.append(Instruction(number, op, (one, other), Type.INTEGER))
        elif op is Op.SELECT:
            written.append(Instruction(number, op, (_QUESTION, one, other), Type.INTEGER))
        elif op in _SHIFTS:
            written.append(
                Instruction(number, op, (one,), Type.INTEGER, chance.choice((0, 1, 12, 20, 32, 63)))
            )
        else:
            written.append(Instruction(number, op, (one,), Type.INTEGER, (-5, chance.choice((-5, 1000)))))
    return written


def _values(written: list[Instruction], trial: int) -> dict[int, Scalar]:
    found: dict[int, Scalar] = {}
    for each in written:
        if each.op is Op.TRIAL:
            found[each.result] = trial
        elif each.op is Op.CONSTANT:
            assert isinstance(each.immediate, int | float)
            found[each.result] = each.immediate
        else:
            given = [found[operand] for operand in each.operands]
            found[each.result] = applied(_SCALARS, each.op, given, each.immediate)
    return found


def test_that_all_values_lie_within_their_bounds() -> None:
    chance, finite = random.Random(1), 0
    for seed in range(400):
        ranges, written = BitRanges(), _random_instructions(seed)
        for each in written:
            ranges.take(each)
        known = [each.result for each in written[7:] if ranges.is_finite(each.result)]
        finite += len(known)
        for trial in (0, 1, 2**63 - 1, *(chance.getrandbits(63) for _ in range(6)), *(-3, -(2**63))):
            values = _values(written, trial)
            for number in known:
                assert 0 <= values[number] <= 0x7FEFFFFFFFFFFFFF, (seed, number)
            for each in written[7:]:
                found = ranges.range_of(each.result)
                assert found.low <= values[each.result] <= found.high, (seed, each)
    assert finite > 1_000


_NUMBERS = (0.0, -0.0, 1.0, -2.5, 255.0, 1e17, -1e17, 1.5 * 2**52, 1e300, math.inf, math.nan, 2.0**53 + 2)
_TABLE = Table(Type.INTEGER, np.array([3, -4, 90], dtype=np.int64))


def _random_numbers(seed: int) -> list[Instruction]:
    """Numbers of all kinds of any number, which is the value 1, and whole numbers of them."""
    chance, number = random.Random(seed), 1
    written = [
        Instruction(0, Op.TRIAL, (), Type.INTEGER),
        Instruction(1, Op.FROM_BITS, (0,), Type.NUMBER),
        Instruction(2, Op.ILT, (0, 0), Type.LOGICAL),
        *(
            Instruction(number, Op.CONSTANT, (), Type.NUMBER, value)
            for number, value in enumerate(chance.sample(_NUMBERS, 6), 3)
        ),
    ]
    numbers = [1, *range(3, 9)]
    for number in range(9, 45):
        op, count = chance.choice(_OF_NUMBERS)
        operands = tuple(chance.choice(numbers) for _ in range(count))
        if op is Op.SELECT:
            operands = (2, *operands)
        kind = Type.INTEGER if op is Op.TO_INTEGER else Type.NUMBER
        written.append(Instruction(number, op, operands, kind))
        if kind is Type.NUMBER:
            numbers.append(number)
    return written


_OF_NUMBERS = (
    *((Op.MIN, 2), (Op.MAX, 2), (Op.MIN, 2), (Op.MAX, 2), (Op.SELECT, 2), (Op.FMA, 3), (Op.SUB, 2)),
    *((Op.ADD, 2), (Op.MUL, 2), (Op.FLOOR, 1), (Op.ABS, 1), (Op.NEG, 1), *[(Op.TO_INTEGER, 1)] * 6),
)


def test_that_whole_numbers_of_numbers_lie_within_their_bounds() -> None:
    chance, bounded = random.Random(3), 0
    for seed in range(600):
        ranges, written = BitRanges(), _random_numbers(seed)
        for each in written:
            ranges.take(each)
        for bits in (0, -1, 0x7FF0 << 48, 0x7FF8 << 48, *(chance.getrandbits(63) for _ in range(5))):
            values = _values(written, bits)
            for each in written:
                if each.op is Op.TO_INTEGER:
                    found = ranges.range_of(each.result)
                    bounded += found.high < 2**62
                    assert found.low <= values[each.result] <= found.high, (seed, each)
    assert bounded > 10_000


def test_that_what_may_be_no_number_may_become_zero() -> None:
    ranges = BitRanges()
    constants = (2.0, 7.0, 100.0)
    ranges.take(Instruction(0, Op.FROM_BITS, (9,), Type.NUMBER))
    for number, value in enumerate(constants, 1):
        ranges.take(Instruction(number, Op.CONSTANT, (), Type.NUMBER, value))
    ranges.take(Instruction(4, Op.MAX, (0, 1), Type.NUMBER))
    ranges.take(Instruction(5, Op.MIN, (4, 2), Type.NUMBER))
    ranges.take(Instruction(6, Op.FMA, (5, 3, 1), Type.NUMBER))
    ranges.take(Instruction(7, Op.TO_INTEGER, (6,), Type.INTEGER))
    ranges.take(Instruction(8, Op.MAX, (1, 5), Type.NUMBER))
    ranges.take(Instruction(9, Op.TO_INTEGER, (8,), Type.INTEGER))

    assert ranges.range_of(7) == Range(0, 702)
    assert ranges.range_of(9) == Range(2, 7)


def test_that_a_quotient_has_no_bounds_that_its_factors_may_miss() -> None:
    # 2.8925960160593614e-307 / 13 is below 2**-1022; as a product and an fma it is 2**-1022
    ranges = BitRanges()
    ranges.take(Instruction(0, Op.CONSTANT, (), Type.NUMBER, 2.8925960160593614e-307))
    ranges.take(Instruction(1, Op.CONSTANT, (), Type.NUMBER, 13.0))
    ranges.take(Instruction(2, Op.DIV, (0, 1), Type.NUMBER))

    assert ranges.interval_of(2) is ANYTHING


@pytest.mark.parametrize(
    ("low", "high", "bounds"),
    [
        (2.0**-1030, 1.0, (0.0, 1.0)),
        (-1.0, -(2.0**-1030), (-1.0, 0.0)),
        (-(2.0**-1030), 2.0**-1040, (-(2.0**-1022), 2.0**-1022)),
        (2.0**-1022, 2.0**-1021, (2.0**-1022, 2.0**-1021)),
    ],
)
def test_that_no_bound_lies_where_a_processor_may_be_told_to_see_zero(
    low: float, high: float, bounds: tuple[float, float]
) -> None:
    ranges = BitRanges()
    ranges.take(Instruction(0, Op.FROM_BITS, (9,), Type.NUMBER))
    ranges.take(Instruction(1, Op.CONSTANT, (), Type.NUMBER, low))
    ranges.take(Instruction(2, Op.CONSTANT, (), Type.NUMBER, high))
    ranges.take(Instruction(3, Op.MAX, (1, 0), Type.NUMBER))
    ranges.take(Instruction(4, Op.MIN, (2, 3), Type.NUMBER))

    found = ranges.interval_of(4)

    assert (found.low, found.high) == bounds


def test_that_elements_of_a_table_lie_within_its_bounds() -> None:
    ranges = BitRanges(table_ranges([Table(Type.NUMBER, np.ones(2)), _TABLE]))

    ranges.take(Instruction(0, Op.TRIAL, (), Type.INTEGER))
    ranges.take(Instruction(1, Op.READ_TABLE, (0,), Type.INTEGER, 1))

    assert ranges.range_of(1) == Range(-4, 90)


def _ranges(*rest: tuple[Op, tuple[int, ...], object]) -> BitRanges:
    """Of instructions behind any whole number, which is the value 0."""
    ranges = BitRanges()
    ranges.take(Instruction(0, Op.TRIAL, (), Type.INTEGER))
    for number, (op, operands, immediate) in enumerate(rest, 1):
        ranges.take(Instruction(number, op, operands, Type.INTEGER, immediate))  # type: ignore[arg-type]
    return ranges


def _mantissa(least: int, shift: int = 52) -> BitRanges:
    return _ranges(
        (Op.CONSTANT, (), least),
        (Op.ISUB, (0, 1), None),
        (Op.IASHR, (2,), shift),
        (Op.ISHL, (3,), 52),
        (Op.ISUB, (0, 4), None),
    )


def _unit(above: int) -> BitRanges:
    return _ranges((Op.CONSTANT, (), above), (Op.ILSHR, (0,), 12), (Op.IOR, (1, 2), None))


@pytest.mark.parametrize(
    ("make", "number", "is_finite"),
    [
        (lambda: _unit(0x3FF0000000000000), 3, True),
        (lambda: _unit(0x4330000000000000), 3, True),
        (lambda: _unit(0x7FF0000000000000), 3, False),
        (lambda: _unit(0x7FE0000000000001), 3, False),
        (lambda: _mantissa(0x3FE6A09E667F3BCD), 5, True),
        (lambda: _mantissa(0x7FE6A09E667F3BCD), 5, False),
        (lambda: _mantissa(0x3FE6A09E667F3BCD, 51), 5, False),
        (lambda: _ranges((Op.ICLAMP, (0,), (0, 9))), 1, True),
        (lambda: _ranges((Op.ICLAMP, (0,), (0, 9)), (Op.ISHL, (1,), 62)), 2, False),
        (lambda: _ranges(), 0, False),
        (lambda: _ranges(), 99, False),
    ],
)
def test_which_bits_are_finite(make: Callable[[], BitRanges], number: int, is_finite: bool) -> None:
    assert make().is_finite(number) is is_finite


def test_that_a_mantissa_is_finite_whatever_its_bits() -> None:
    chance = random.Random(2)
    least = 0x3FE6A09E667F3BCD
    for bits in (
        0x7FF0000000000000,
        0x7FF8000000000000,
        -1,
        0,
        -(2**63),
        *(chance.getrandbits(63) for _ in range(99)),
    ):
        exponent = _SCALARS.iashr(_SCALARS.isub(bits, least), 52)
        found = _SCALARS.isub(bits, _SCALARS.ishl(exponent, 52))
        assert least <= found < least + 2**52
        assert math.isfinite(struct.unpack("d", struct.pack("q", found))[0])
