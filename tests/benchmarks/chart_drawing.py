"""What a frame of a chart costs the window: new data, and the picture on the screen."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

if sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from mcdesk.ui.charts.cumulative_chart import CumulativeChart, CumulativePicture, Curve
from mcdesk.ui.charts.delimited_chart import Delimited, Mark
from mcdesk.ui.charts.histogram_chart import Bins, HistogramChart, HistogramPicture
from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.charts.scatter_chart import ScatterChart, ScatterPicture
from mcdesk.ui.theme.theme import Theme, ThemeChoice

WIDTH, HEIGHT = 700, 420
FRAMES = 200
BINS, POINTS, TRIALS = 200, 800, 5_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement, in words and with its unit."""

    what: str
    value: str
    asked: str


def main() -> None:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme = Theme(application, ThemeChoice.LIGHT)
    print("| | measured | asked |\n|---|---:|---:|")
    for figure in figures(application, theme):
        print(f"| {figure.what} | {figure.value} | {figure.asked} |", flush=True)


def figures(application: QApplication, theme: Theme) -> Iterator[Figure]:
    """Each chart shown at 700 by 420 pixels, with new data in every frame."""
    values = np.sort(np.random.default_rng(1).lognormal(6.0, 0.12, 100_000))
    histogram, cumulative, scatter = HistogramChart(theme), CumulativeChart(theme), ScatterChart(theme)
    pictures = [histogram_picture(values * factor) for factor in (1.0, 1.01)]
    yield frames(
        application, histogram, lambda n: histogram.show_data(pictures[n % 2]), f"histogram of {BINS} bins"
    )
    curves = [cumulative_picture(values * factor) for factor in (1.0, 1.01)]
    yield frames(
        application, cumulative, lambda n: cumulative.show_data(curves[n % 2]), f"curve of {POINTS} points"
    )
    points = scatter_picture()
    yield frames(
        application,
        scatter,
        lambda _: scatter.show_data(points),
        f"scatter of {TRIALS:,} points",
        asked="",
    )
    histogram.set_delimiters(380.0, 420.0)
    yield frames(
        application,
        histogram,
        lambda n: histogram.set_delimiters(380.0 + n / 10.0, 430.0),
        "drag of a delimiter",
    )


def frames(
    application: QApplication,
    chart: PlotFrame,
    update: Callable[[int], None],
    what: str,
    asked: str = "under 5 ms",
) -> Figure:
    """Median and 99th percentile of an update with its repaint."""
    chart.resize(WIDTH, HEIGHT)
    update(0)
    chart.show()
    application.processEvents()
    times = []
    for number in range(FRAMES):
        began = time.perf_counter()
        update(number)
        application.processEvents()
        times.append(time.perf_counter() - began)
    chart.hide()
    p99 = sorted(times)[int(0.99 * FRAMES)]
    return Figure(what, f"p50 {1000 * statistics.median(times):.2f} ms, p99 {1000 * p99:.2f} ms", asked)


def histogram_picture(values: np.ndarray) -> HistogramPicture:
    frame = delimited(values)
    counts, edges = np.histogram(values, BINS, (frame.low, frame.high))
    return HistogramPicture(Bins(edges, counts.astype(np.float64), float(len(values))), frame)


def cumulative_picture(values: np.ndarray) -> CumulativePicture:
    places = np.linspace(0, len(values) - 1, POINTS).round().astype(np.int64)
    return CumulativePicture(Curve(values[places], (places + 1) / len(values)), delimited(values))


def scatter_picture() -> ScatterPicture:
    generator = np.random.default_rng(2)
    across = generator.normal(100.0, 15.0, TRIALS)
    up = 3.0 * across + generator.normal(0.0, 40.0, TRIALS)
    return ScatterPicture(across, up, np.arange(TRIALS), "Steel price", "Total cost", 0.7)


def delimited(values: np.ndarray) -> Delimited:
    low, p10, p50, p90, high = (float(each) for each in np.percentile(values, (0.05, 10, 50, 90, 99.9)))
    marks = (Mark("P10", p10), Mark("P50", p50), Mark("P90", p90))
    return Delimited(
        low, high, marks, (p10, p90), lambda value: float(np.searchsorted(values, value)) / len(values)
    )


if __name__ == "__main__":
    main()
