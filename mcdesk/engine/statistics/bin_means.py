"""Means of an output over bins of equal probability of an input."""

import math
from collections.abc import Sequence

import numpy as np

from mcdesk.engine.statistics.tree_sums import Floats

BINS = 10
_HUGE = 1e300  # sums of values below it do not overflow
_SHRUNK = 2.0**-32

Means = tuple[float | None, ...]


class BinMeans:
    """The bins of one input over all trials.

    Args:
        ranks: (n,) centred ranks of the input.
        parts: slices of the trials that together are all of them, one after the other.
    """

    def __init__(self, ranks: Floats, parts: Sequence[slice]) -> None:
        count = len(ranks)
        # a centred rank r is 2 * rank - (n + 1): (rank - 1/2) / n is (r + n) / 2n
        tenths = (ranks + count).astype(np.int32) * BINS // max(2 * count, 1)
        places = np.minimum(tenths, BINS - 1).astype(np.int16)
        for number, part in enumerate(parts):
            places[part] += number * BINS
        self._places = places
        self._part_count = len(parts)
        self._counts = np.bincount(places, minlength=self._part_count * BINS).reshape(-1, BINS)

    def means(self, values: Floats) -> list[Means]:
        """Over all trials, then over each part; None for an empty bin or where a mean overflows.

        Each bin of a part is added up in the order of the trials, and the parts in theirs.
        """
        largest = float(np.abs(values).max(initial=0.0))
        unit = _SHRUNK if largest > _HUGE else 1.0
        weights = values if unit == 1.0 else values * unit
        sums = np.bincount(self._places, weights=weights, minlength=self._part_count * BINS)
        rows = sums.reshape(-1, BINS)
        whole = (np.add.reduce(rows, axis=0), np.add.reduce(self._counts, axis=0))
        return [_means(*each, unit) for each in (whole, *zip(rows, self._counts, strict=True))]


def _means(sums: Floats, counts: Floats, unit: float) -> Means:
    found = [
        total / count / unit if count else math.nan
        for total, count in zip(sums.tolist(), counts.tolist(), strict=True)
    ]
    return tuple(mean if math.isfinite(mean) else None for mean in found)
