"""Moments of a stream of trials up to the fourth; no bit depends on how the stream is cut."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.statistics.tree_sums import BLOCK_TRIALS, Floats, lane_sums

Flags = NDArray[np.bool_]

_ROWS = 16
# a block and what is made of it stay in the second cache, and few steps in Python go to many trials
MOMENT_TRIALS = _ROWS * BLOCK_TRIALS
_MOST_TOGETHER = 64 * MOMENT_TRIALS
# compiling takes 14 ms, once in a process
_WORTH_COMPILING = 4
_COMPILED: set[tuple[int, ...]] = set()


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean and sums of powers of deviations from it: `m2` to `m4`, in powers of the unit.

    `least` and `most` are known of what an accumulator with shape took, and infinite otherwise.
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0
    m3: float = 0.0
    m4: float = 0.0
    least: float = math.inf
    most: float = -math.inf

    @property
    def variance(self) -> float | None:
        """Variance with n - 1; None below two trials or where it overflows."""
        return _finite(self.m2 / (self.count - 1)) if self.count > 1 else None

    @property
    def deviation(self) -> float | None:
        """Standard deviation with n - 1."""
        variance = self.variance
        return None if variance is None else math.sqrt(variance)

    @property
    def skewness(self) -> float | None:
        """Population skewness m3 / m2**1.5; None where nothing varies."""
        if self.m2 <= 0.0:
            return None
        variance = self.m2 / self.count
        return _ratio(self.m3 / self.count, variance * math.sqrt(variance))

    @property
    def kurtosis(self) -> float | None:
        """Population kurtosis m4 / m2**2, 3 for a normal; None where nothing varies."""
        if self.m2 <= 0.0:
            return None
        variance = self.m2 / self.count
        return _ratio(self.m4 / self.count, variance * variance)


def merge_moments(left: Moments, right: Moments) -> Moments:
    """Moments of two disjoint sets of trials together.

    Source: Chan, Golub and LeVeque 1983, The American Statistician 37(3); Pebay 2008, SAND2008-6212.
    """
    if left.count == 0 or right.count == 0:
        return right if left.count == 0 else left
    # paper's names: n_a, n_b counts; delta the difference of the means
    n_a, n_b = float(left.count), float(right.count)
    n = n_a + n_b
    delta = right.mean - left.mean
    part = delta / n
    square = part * delta * n_a * n_b
    m3 = left.m3 + right.m3 + square * part * (n_a - n_b)
    m3 += 3.0 * part * (n_a * right.m2 - n_b * left.m2)
    m4 = left.m4 + right.m4 + square * part * part * (n_a * n_a - n_a * n_b + n_b * n_b)
    m4 += 6.0 * part * part * (n_a * n_a * right.m2 + n_b * n_b * left.m2)
    m4 += 4.0 * part * (n_a * right.m3 - n_b * left.m3)
    return Moments(left.count + right.count, left.mean + n_b * part, left.m2 + right.m2 + square, m3, m4)


class MomentAccumulator:
    """Takes trials in order, in pieces of any size.

    Aligned blocks of 16,384 trials (0 to 16383, ...) are summed as 16 rows of 1,024: row after row, then
    the lanes as a fixed binary tree. A failed trial counts as 0 at its place; the blocks are merged in
    order. Where all values are equal, that value is the mean and nothing varies: rounding of the mean
    must not invent a spread.

    Args:
        has_shape: whether the third and fourth moments, the least and the most are wanted; else the
            former are NaN, the latter infinite, and it takes less.
    """

    _has_shape: bool
    _powers: int
    _whole: Moments
    _started: Floats
    _started_failed: Flags
    _least: float
    _most: float

    def __init__(self, has_shape: bool = True) -> None:
        self._has_shape = has_shape
        self._powers = 3 if has_shape else 1
        self._whole = Moments()
        self._started = np.empty(0)
        self._started_failed = np.empty(0, dtype=np.bool_)
        self._least = math.inf
        self._most = -math.inf

    def add(self, values: Floats, failed: Flags | None = None) -> None:
        """Take the next trials: values (n,) float64, failed (n,) bool or None where none failed."""
        if self._has_shape or not self._least < self._most:
            kept = values if failed is None else values[~failed]
            self._least = float(kept.min(initial=self._least))
            self._most = float(kept.max(initial=self._most))
        # a block that was begun is ended first, so that all others are read where they lie
        begun = len(self._started)
        start = min(-begun % MOMENT_TRIALS, len(values))
        end = start + (len(values) - start) // MOMENT_TRIALS * MOMENT_TRIALS
        self._begin(values[:start], None if failed is None else failed[:start])
        if len(self._started) == MOMENT_TRIALS:
            self._whole = _merged(self._whole, self._started, self._started_failed, self._powers)
            self._started, self._started_failed = np.empty(0), np.empty(0, dtype=np.bool_)
        blocks = slice(start, end)
        gone = None if failed is None else failed[blocks]
        self._whole = _merged(self._whole, values[blocks], gone, self._powers)
        self._begin(values[end:], None if failed is None else failed[end:])

    def result(self) -> Moments:
        """Moments of all trials so far that did not fail; more may be added afterwards."""
        missing = -len(self._started) % MOMENT_TRIALS
        values = np.concatenate((self._started, np.zeros(missing)))
        flags = np.concatenate((self._started_failed, np.ones(missing, dtype=np.bool_)))
        moments = _merged(self._whole, values, flags, self._powers)
        # + 0.0 makes one zero of the two
        least, most = self._least + 0.0, self._most + 0.0
        if least == most:
            return Moments(moments.count, least, least=least, most=most)
        if not self._has_shape:
            # one and the same NaN, so that equal moments compare equal
            return replace(moments, m3=math.nan, m4=math.nan)
        return replace(moments, least=least, most=most)

    def _begin(self, values: Floats, failed: Flags | None) -> None:
        if len(values):
            flags = np.zeros(len(values), dtype=np.bool_) if failed is None else failed
            self._started = np.concatenate((self._started, values))
            self._started_failed = np.concatenate((self._started_failed, flags))


def _merged(moments: Moments, values: Floats, failed: Flags | None, powers: int) -> Moments:
    for start in range(0, len(values), _MOST_TOGETHER):
        piece = slice(start, start + _MOST_TOGETHER)
        for block in _block_moments(values[piece], None if failed is None else failed[piece], powers):
            moments = merge_moments(moments, block)
    return moments


def _block_moments(values: Floats, failed: Flags | None, powers: int) -> list[Moments]:
    """Moments of each block of 16,384 values, with so many powers of deviations from the second on."""
    blocks = values.reshape(-1, _ROWS, BLOCK_TRIALS)
    gone = None if failed is None or not failed.any() else failed.reshape(blocks.shape)
    counts = np.full(len(blocks), MOMENT_TRIALS)
    with np.errstate(all="ignore"):  # sums of huge values may overflow; they are shown as unknown
        if gone is not None:
            counts -= np.count_nonzero(gone, axis=(1, 2))
            blocks = np.where(gone, 0.0, blocks)
        means = _power_sums(blocks, np.zeros(len(blocks)), (1,))[:, 0] / np.maximum(counts, 1)
        if gone is not None:
            blocks = np.where(gone, means[:, None, None], blocks)
        sums = _power_sums(blocks, means, (2, 3, 4)[:powers])
    unknown = [[math.nan] * len(blocks)] * (3 - powers)
    rows = zip(counts.tolist(), means.tolist(), *sums.T.tolist(), *unknown, strict=True)
    return [Moments(*row) for row in rows]


def _power_sums(blocks: Floats, shifts: Floats, powers: tuple[int, ...]) -> Floats:
    """Sums of powers of deviations over each block, (n, powers), as `backends.power_sums` says."""
    if len(blocks) >= _WORTH_COMPILING or powers in _COMPILED:
        from mcdesk.engine.backends.power_sums import is_at_hand, power_sums

        _COMPILED.add(powers)
        if is_at_hand(powers, *blocks.shape[1:]):
            return power_sums(blocks, shifts, powers)
    lanes = np.empty((len(blocks), len(powers), BLOCK_TRIALS))
    for block, shift, sums in zip(blocks, shifts, lanes, strict=True):
        deviations = block - shift
        made = [deviations, deviations * deviations]
        if powers[-1] > len(made):
            made += [deviations * made[1], made[1] * made[1]]
        for power, row in zip(powers, sums, strict=True):
            np.add.reduce(made[power - 1], axis=0, out=row)
    return lane_sums(lanes.reshape(-1, BLOCK_TRIALS)).reshape(-1, len(powers))


def _ratio(above: float, below: float) -> float | None:
    return _finite(above / below) if 0.0 < below < math.inf else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
