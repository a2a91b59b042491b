"""From the statistics of an output to the pictures of the charts."""

from collections.abc import Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.simulation_types import Influence, InputStatistics, OutputStatistics
from mcdesk.ui.charts.cumulative_chart import CumulativePicture, Curve
from mcdesk.ui.charts.delimited_chart import Delimited, Mark
from mcdesk.ui.charts.histogram_chart import Bins, HistogramPicture
from mcdesk.ui.charts.tornado_chart import TornadoMode, TornadoPicture, TornadoRow
from mcdesk.ui.presenters.results import below_function

Floats = NDArray[np.float64]

# Another run by its name, with its output of the same cell.
Overlay = tuple[str, OutputStatistics]

_MARKED = (10, 50, 90)
# What is rarer lies outside of the picture.
_LOWEST, _HIGHEST = 0.0005, 0.999


class Driver(Enum):
    """How it is measured what an input does to an output; the value is its name on the page."""

    RANK = "Rank"
    REGRESSION = "Regression"
    VARIANCE = "Variance"
    MEAN_CHANGE = "Mean"


_MODES = {
    Driver.RANK: TornadoMode.SIGNED,
    Driver.REGRESSION: TornadoMode.SIGNED,
    Driver.VARIANCE: TornadoMode.SHARE,
    Driver.MEAN_CHANGE: TornadoMode.MEAN_CHANGE,
}


def histogram_picture(output: OutputStatistics, overlays: Sequence[Overlay] = ()) -> HistogramPicture | None:
    """The bins of an output; None where it has no values."""
    bins, frame = _bins(output), _frame(output, overlays)
    if bins is None or frame is None:
        return None
    others = tuple((name, other) for name, each in overlays if (other := _bins(each)) is not None)
    return HistogramPicture(bins, frame, others)


def cumulative_picture(
    output: OutputStatistics, overlays: Sequence[Overlay] = ()
) -> CumulativePicture | None:
    """The cumulative curve through the edges of the bins; None where there are no values."""
    curve, frame = _curve(output), _frame(output, overlays)
    if curve is None or frame is None:
        return None
    others = tuple((name, other) for name, each in overlays if (other := _curve(each)) is not None)
    return CumulativePicture(curve, frame, others)


def drivers_of(output: OutputStatistics, inputs: Sequence[InputStatistics]) -> list[int]:
    """The numbers of the inputs that move an output, the strongest first, then the others."""
    strengths = {each.cell: abs(each.rank_correlation or 0.0) for each in output.sensitivity}
    return sorted(range(len(inputs)), key=lambda number: -strengths.get(inputs[number].cell, -1.0))


def tornado_picture(
    output: OutputStatistics, inputs: Sequence[InputStatistics], measure: Driver
) -> TornadoPicture | None:
    """What moves an output; None where nothing is known of that."""
    names = {each.cell: each.name or each.cell for each in inputs}
    rows = [
        TornadoRow(names.get(influence.cell, influence.cell), *ends)
        for influence in output.sensitivity
        if (ends := _ends(influence, measure)) is not None
    ]
    return TornadoPicture(tuple(rows), _MODES[measure], output.mean or 0.0) if rows else None


def tornado_cells(output: OutputStatistics, measure: Driver) -> list[str]:
    """The cell of the input of each row of `tornado_picture`."""
    return [each.cell for each in output.sensitivity if _ends(each, measure) is not None]


def _ends(influence: Influence, measure: Driver) -> tuple[float, float] | None:
    if measure is Driver.MEAN_CHANGE:
        known = [mean for mean in influence.bin_means if mean is not None]
        return (known[0], known[-1]) if len(known) > 1 else None
    value = {
        Driver.RANK: influence.rank_correlation,
        Driver.REGRESSION: influence.regression,
        Driver.VARIANCE: influence.variance_share,
    }[measure]
    return None if value is None else (value, value)


def _curve(output: OutputStatistics) -> Curve | None:
    histogram = output.histogram
    if histogram is None:
        return None
    total = histogram.below + sum(histogram.counts) + histogram.above
    below = histogram.below + np.concatenate(([0], np.cumsum(histogram.counts)))
    return Curve(np.array(histogram.edges), below / max(total, 1))


def _bins(output: OutputStatistics) -> Bins | None:
    histogram = output.histogram
    if histogram is None:
        return None
    total = histogram.below + sum(histogram.counts) + histogram.above
    counts = np.array(histogram.counts, dtype=np.float64)
    return Bins(np.array(histogram.edges), counts, float(total))


def _frame(output: OutputStatistics, overlays: Sequence[Overlay] = ()) -> Delimited | None:
    part = _shown_part(output)
    if part is None:
        return None
    # wide enough for the others too
    parts = [part, *(other for _, each in overlays if (other := _shown_part(each)) is not None)]
    known = [percent for percent in _MARKED if percent in output.percentiles]
    marks = tuple(Mark(f"P{percent}", output.percentiles[percent]) for percent in known)
    delimiters = (marks[0].value, marks[-1].value)
    low, high = min(low for low, _ in parts), max(high for _, high in parts)
    return Delimited(low, high, marks, delimiters, below_function(output))


def _shown_part(output: OutputStatistics) -> tuple[float, float] | None:
    """Of the axis; None where the output has no values."""
    histogram = output.histogram
    if histogram is None or not output.percentiles:
        return None
    edges = np.array(histogram.edges)
    total = histogram.below + sum(histogram.counts) + histogram.above
    below = (histogram.below + np.concatenate(([0], np.cumsum(histogram.counts)))) / max(total, 1)
    first = max(int(np.searchsorted(below, _LOWEST, side="right")) - 1, 0)
    last = min(int(np.searchsorted(below, _HIGHEST, side="left")), len(edges) - 1)
    return float(edges[first]), float(edges[last])
