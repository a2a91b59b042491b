"""Compiled sums of powers have the bits of NumPy's, in the order that is promised."""

import math

import numpy as np
import pytest

from mcdesk.engine.backends.power_sums import power_sums
from mcdesk.engine.statistics import moments
from mcdesk.engine.statistics.moments import MOMENT_TRIALS, MomentAccumulator
from mcdesk.engine.statistics.tree_sums import BLOCK_TRIALS

ROWS, LANES = MOMENT_TRIALS // BLOCK_TRIALS, BLOCK_TRIALS
_RNG = np.random.default_rng(5)


def _by_hand(block: np.ndarray, shift: float, power: int) -> float:
    deviation = block - shift
    square = deviation * deviation
    made = {1: deviation, 2: square, 3: deviation * square, 4: square * square}[power]
    lanes = made[0].copy()
    for row in made[1:]:
        lanes = lanes + row
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = lanes[:half] + lanes[half:]
    return float(lanes[0])


@pytest.mark.parametrize("powers", [(1,), (2,), (2, 3, 4), (1, 4)])
@pytest.mark.parametrize("size", [1.0, 1e-160, 1e150])
def test_that_sums_are_those_of_numpy(powers: tuple[int, ...], size: float) -> None:
    blocks = _RNG.normal(3.0, 2.0, (3, ROWS, LANES)) * size
    blocks[1, :, ::7] = -0.0
    blocks[2, 5, 9] = math.inf
    shifts = np.array([3.0 * size, 0.0, -size])

    with np.errstate(all="ignore"):
        expected = [[_by_hand(*each, power) for power in powers] for each in zip(blocks, shifts, strict=True)]
    np.testing.assert_array_equal(power_sums(blocks, shifts, powers), expected)


def test_that_minus_zeros_stay() -> None:
    sums = power_sums(np.full((1, ROWS, LANES), -0.0), np.zeros(1), (1, 3))

    assert sums.tolist() == [[0.0, 0.0]]
    assert [math.copysign(1.0, each) for each in sums[0]] == [-1.0, -1.0]


@pytest.mark.parametrize("has_shape", [True, False])
@pytest.mark.parametrize("has_failed", [True, False])
def test_that_many_blocks_at_once_have_the_moments_of_few(
    has_shape: bool, has_failed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = _RNG.lognormal(2.0, 1.0, 12 * MOMENT_TRIALS + 77)
    failed = _RNG.random(len(values)) < 0.01 if has_failed else None
    compiled, plain = MomentAccumulator(has_shape), MomentAccumulator(has_shape)
    for powers in ((1,), (2,), (2, 3, 4)):
        power_sums(np.zeros((1, ROWS, LANES)), np.zeros(1), powers)

    compiled.add(values, failed)
    monkeypatch.setattr(moments, "_WORTH_COMPILING", 10**9)
    monkeypatch.setattr(moments, "_COMPILED", set())
    plain.add(values, failed)

    assert repr(compiled.result()) == repr(plain.result())
