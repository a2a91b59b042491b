"""Searches among known ascending numbers: a guide table says where to begin, few halvings do the rest.

Source: Chen and Asau 1974, On generating random variates from an empirical distribution (guide tables).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import DTYPE_BY_TYPE, Table, Type
from mcdesk.formulas.thresholds import greatest_equal, least_equal

_MOST_BUCKETS = 2_048
_LEAST_GUIDED = 8

Numbers = NDArray[np.float64]


def clear_thresholds(keys: Sequence[float]) -> Numbers | None:
    """From which number on each of ascending keys is equal or below; None where two could be equal.

    Args:
        keys: (n,) finite.
    """
    first, last = least_equal(keys), greatest_equal(keys)
    return first if bool(np.all(last[:-1] < first[1:])) else None


def count_not_above(ops: StageBuilder, thresholds: Numbers, wanted: Value) -> Value:
    """How many of ascending numbers are not above a finite NUMBER; an INTEGER from 0 to their count."""
    count = len(thresholds)
    if count < _LEAST_GUIDED:
        low, open_count = ops.integer(0), count
    else:
        low, open_count = _guided(ops, thresholds, wanted)
    step = 1 << max(open_count.bit_length() - 1, 0)
    # beyond the last there is nothing to step over
    table = _table(Type.NUMBER, np.append(thresholds, np.full(2 * step, np.inf)))
    while step:
        at = ops.iclamp(ops.iadd(low, ops.integer(step - 1)), 0, len(table.values) - 1)
        fits = ops.le(ops.read_table(table, at), wanted)
        low = ops.select(fits, ops.iadd(low, ops.integer(step)), low)
        step //= 2
    return ops.iclamp(low, 0, count)


def _guided(ops: StageBuilder, thresholds: Numbers, wanted: Value) -> tuple[Value, int]:
    """A count that is not too large, and by how much it may be too small."""
    guide = _guide(thresholds)
    if guide is None:
        return ops.integer(0), len(thresholds)
    last = guide.buckets - 1
    scaled = ops.mul(ops.sub(wanted, ops.number(float(thresholds[0]))), ops.number(guide.scale))
    bounded = ops.minimum(ops.maximum(scaled, ops.number(0.0)), ops.number(float(last)))
    bucket = ops.iclamp(ops.to_integer(bounded), 0, last)
    return ops.read_table(_table(Type.INTEGER, guide.before), bucket), guide.most_inside


@dataclass(frozen=True, slots=True)
class _Guide:
    """How many thresholds are in the buckets before each one, and at most inside of one."""

    scale: float
    buckets: int
    before: NDArray[np.int64]
    most_inside: int


def _guide(thresholds: Numbers) -> _Guide | None:
    """The guide with the fewest halvings; of those the smallest. None where the numbers are too far apart."""
    best: _Guide | None = None
    buckets = 1 << (len(thresholds) - 1).bit_length()
    while buckets <= max(_MOST_BUCKETS, 2 * len(thresholds)):
        guide = _with_buckets(thresholds, buckets)
        if guide is None:
            return best
        if best is None or guide.most_inside.bit_length() < best.most_inside.bit_length():
            best = guide
        buckets *= 2
    return best


def _with_buckets(thresholds: Numbers, buckets: int) -> _Guide | None:
    with np.errstate(all="ignore"):
        scale = float(np.float64(buckets) / (thresholds[-1] - thresholds[0]))
        if not 0.0 < scale < np.inf:
            return None
        # with the roundings of the instructions, so that neither side is off by a bucket
        places = np.minimum(np.maximum((thresholds - thresholds[0]) * scale, 0.0), buckets - 1.0)
    inside = np.bincount(places.astype(np.int64), minlength=buckets)
    return _Guide(scale, buckets, np.cumsum(inside) - inside, int(inside.max()))


def _table(kind: Type, values: NDArray[np.generic]) -> Table:
    array = np.array(values, dtype=DTYPE_BY_TYPE[kind])
    array.flags.writeable = False
    return Table(kind, array)
