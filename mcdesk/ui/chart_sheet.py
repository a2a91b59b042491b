"""Draws the charts of one output where nobody looks, and counts the colours of each picture."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from mcdesk.engine.simulation_types import InputStatistics, OutputStatistics
from mcdesk.ui.charts.chart_export import picture
from mcdesk.ui.charts.cumulative_chart import CumulativeChart
from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.charts.tornado_chart import TornadoChart
from mcdesk.ui.presenters.chart_data import Driver, cumulative_picture, histogram_picture, tornado_picture
from mcdesk.ui.theme.theme import Theme, ThemeChoice

_WIDTH, _HEIGHT = 640, 400


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart by its name, and how many colours its picture has; an empty one has very few."""

    name: str
    colour_count: int


def draw_charts(
    output: OutputStatistics,
    inputs: Sequence[InputStatistics],
    make_application: Callable[[], QApplication] = lambda: QApplication(sys.argv[:1]),
) -> tuple[DrawnChart, ...]:
    """Histogram, cumulative curve and tornado of an output; makes the application of this process."""
    theme = Theme(make_application(), ThemeChoice.LIGHT)
    return tuple(
        DrawnChart(name, _colour_count(chart)) for name, chart in _filled_charts(theme, output, inputs)
    )


def _filled_charts(
    theme: Theme, output: OutputStatistics, inputs: Sequence[InputStatistics]
) -> Iterator[tuple[str, PlotFrame]]:
    histogram = HistogramChart(theme)
    histogram.show_data(histogram_picture(output))
    yield "histogram", histogram
    cumulative = CumulativeChart(theme)
    cumulative.show_data(cumulative_picture(output))
    yield "cumulative curve", cumulative
    tornado = TornadoChart(theme)
    tornado.show_data(tornado_picture(output, inputs, Driver.RANK))
    yield "tornado", tornado


def _colour_count(chart: PlotFrame) -> int:
    chart.resize(_WIDTH, _HEIGHT)
    image = picture(chart, 1.0).convertToFormat(QImage.Format.Format_RGB32)
    return len(np.unique(np.frombuffer(image.constBits(), np.uint32)))
