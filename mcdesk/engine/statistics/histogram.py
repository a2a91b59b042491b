"""A histogram whose bins follow the bulk of the values, not their extremes."""

import math
from itertools import pairwise

from mcdesk.engine.simulation_types import Histogram
from mcdesk.engine.statistics.percentiles import percentile
from mcdesk.engine.statistics.quantile_sketch import OrderedValues

FEWEST_BINS, MOST_BINS = 10, 100
_TAIL_PERCENT = 0.1
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def histogram(ordered: OrderedValues) -> Histogram | None:
    """The histogram of at least one value; None without values or where they span more than a double.

    Bins are as wide as Freedman and Diaconis have it, rounded to a plain number, between the 0.1th and
    the 99.9th percentile. Values that are all equal have one bin.
    Source: Freedman and Diaconis 1981, On the histogram as a density estimator.
    """
    count = len(ordered)
    if not count:
        return None
    low, high = percentile(ordered, _TAIL_PERCENT), percentile(ordered, 100.0 - _TAIL_PERCENT)
    if low == high:
        low, high = ordered.value(0), ordered.value(count - 1)
    span = high - low
    if not math.isfinite(span):
        return None
    if span <= 0.0:
        return Histogram((low, low), (count,), 0, 0)
    width = _width(ordered, span)
    first = math.floor(low / width)
    last = max(math.ceil(high / width), first + 1)
    edges = tuple(place * width for place in range(first, last + 1))
    if not all(map(math.isfinite, edges)) or any(a >= b for a, b in pairwise(edges)):
        edges = (low, high)
    starts = [ordered.below(edge) for edge in edges]
    starts[-1] = ordered.below(math.nextafter(edges[-1], math.inf))
    counts = tuple(after - before for before, after in pairwise(starts))
    return Histogram(edges, counts, starts[0], count - starts[-1])


def _width(ordered: OrderedValues, span: float) -> float:
    middle = percentile(ordered, 75.0) - percentile(ordered, 25.0)
    wanted = 2.0 * middle / float(len(ordered)) ** (1.0 / 3.0)
    least, most = span / MOST_BINS, span / FEWEST_BINS
    bounded = min(max(wanted, least), most) if middle > 0.0 else most
    power = float(f"1e{f'{bounded:e}'.partition('e')[2]}")
    plain = (step * power for step in _STEPS if step * power >= bounded * (1.0 - 1e-9))
    # there is no plain number at the ends of the range of numbers
    return next(plain, span)
