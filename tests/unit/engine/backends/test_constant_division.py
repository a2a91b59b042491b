"""Divisions by known numbers without dividing give the bits of a division."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.constant_division import factors_of
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.llvm_machine import Machine, this_machine
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, Program, SlotAccess, Type
from mcdesk.engine.verifier import check
from tests.unit.engine.backends.same_bits import assert_same

_LARGEST_MANTISSA = 2.0**53 - 1.0


def _quotient(x: float, divisor: float) -> float:
    """As an `fma` rounds it."""
    factors = factors_of(divisor)
    assert factors is not None
    return float(Fraction(x) * Fraction(factors.high) + Fraction(x * factors.low))


@pytest.mark.parametrize("divisor", [12.0, -12.0, 30.0, 30.5, 365.0, 7.0, 0.1, 1.05, 1e-3, 1e100])
def test_that_quotients_are_those_of_a_division(divisor: float) -> None:
    chance = random.Random(int(divisor * 1000))
    dividends = [chance.uniform(-2.0, 2.0) * 2.0 ** chance.randint(-600, 600) for _ in range(3_000)]
    dividends += [whole * divisor for whole in range(1, 500)]
    dividends += [math.nextafter(each, math.inf) for each in dividends]

    assert [_quotient(x, divisor) for x in dividends] == [x / divisor for x in dividends]


def test_that_every_dividend_of_few_digits_is_divided_well() -> None:
    for whole in (3, 5, 7, 12, 100, 360):
        for x in (1.0, _LARGEST_MANTISSA, _LARGEST_MANTISSA - 1.0, *map(float, range(1, 2_000))):
            assert _quotient(x, float(whole)) == x / whole


@pytest.mark.parametrize("divisor", [1.0, 2.0, -0.25, 1e-200, 1e200, math.inf, math.nan, 0.0])
def test_that_some_are_divided_by(divisor: float) -> None:
    assert factors_of(divisor) is None


def test_that_divisors_with_a_dividend_that_fails_are_divided_by() -> None:
    chance = random.Random(5)
    divisors = [chance.uniform(1.0, 2.0) for _ in range(400)]

    refused = sum(factors_of(each) is None for each in divisors)

    # a twentieth of them, as docs/decisions/0011-division-by-constants.md counts
    assert 5 <= refused <= 60


def _divisions(divisor: float) -> Program:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    # from the least number to the largest, and zeros of both signs
    exponent = ops.ishl(ops.iand(ops.trial(), ops.integer(2047)), 52)
    bits = ops.ior(
        ops.iand(ops.imul(ops.trial(), ops.integer(0x9E3779B97F4A7C15)), ops.integer(2**52 - 1)), exponent
    )
    is_finite = ops.ilt(bits, ops.integer(0x7FF0000000000000))
    size = ops.from_bits(ops.select(is_finite, bits, ops.integer(0)))
    is_odd = ops.ieq(ops.iand(ops.trial(), ops.integer(1)), ops.integer(1))
    value = ops.select(is_odd, ops.neg(size), size)
    array = draft.slot_array(Type.NUMBER, 1)
    ops.write_slot(SlotAccess(array, Affine(0)), ops.div(value, ops.number(divisor)))
    ops.finish("one")
    program = draft.program()
    check(program)
    return program


@pytest.mark.parametrize("divisor", [12.0, -30.5, 1e-3, 1e100])
@pytest.mark.parametrize("lanes", [8, 32])
def test_that_numbers_of_all_sizes_are_divided_as_by_the_reference(divisor: float, lanes: int) -> None:
    program = _divisions(divisor)
    request = ChunkRequest(1, 0, 3 * 2048, (0,))

    found = CpuBackend(program, (), lanes=lanes, threads=1).run(request)

    assert_same(found, ReferenceBackend(program, ()).run(request))
    assert np.count_nonzero(np.abs(found[0]) < 2.0**-1022) > 3


def test_that_nothing_is_divided_where_no_division_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    if not this_machine().has_flags:
        pytest.skip("this processor has no flags that are asked")
    texts: list[str] = []
    compiled = Machine.object_code

    def listen(machine: Machine, text: str, is_optimised: bool, is_brief: bool = False) -> bytes:
        texts.append(text)
        return compiled(machine, text, is_optimised, is_brief)

    monkeypatch.setattr(Machine, "object_code", listen)
    CpuBackend(_divisions(12.0), (), lanes=8, threads=1).build((0,))

    (text,) = texts
    assert "fdiv" not in text
