"""Nothing in a chart runs over its edge, whatever its size, its names and its number format."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.chart_export import picture
from mcdesk.ui.charts.convergence_chart import ConvergenceChart, ConvergencePicture, EstimateLine
from mcdesk.ui.charts.cumulative_chart import CumulativeChart, CumulativePicture
from mcdesk.ui.charts.delimited_chart import Mark
from mcdesk.ui.charts.density_chart import DensityChart, DensityPicture
from mcdesk.ui.charts.histogram_chart import HistogramChart, HistogramPicture
from mcdesk.ui.charts.labels import TextOf, plain_number
from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.charts.scatter_chart import ScatterChart, ScatterPicture
from mcdesk.ui.charts.tornado_chart import TornadoChart, TornadoMode, TornadoPicture, TornadoRow
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import LIGHT

LONG = "Permits and environmental approvals of the second phase, Harbour authority"
SIZES = [(300, 220), (420, 300), (700, 420)]
KINDS = ["histogram", "cumulative", "tornado", "scatter", "convergence", "density"]
TEXTS: dict[str, TextOf] = {"plain": plain_number, "money": lambda value: f"{value:,.2f} M EUR"}


def made(
    kind: str,
    theme: Theme,
    histogram: Callable[..., HistogramPicture],
    cumulative: Callable[..., CumulativePicture],
) -> PlotFrame:
    chart: PlotFrame
    if kind == "histogram":
        chart = HistogramChart(theme)
        chart.show_data(histogram(overlays=((LONG, histogram().bins), (LONG, histogram().bins))))
    elif kind == "cumulative":
        chart = CumulativeChart(theme)
        chart.show_data(cumulative())
    elif kind == "tornado":
        chart = TornadoChart(theme)
        rows = [TornadoRow(f"{place} {LONG}", 412.6 - place, 412.6 + 2.0 * place) for place in range(40)]
        chart.show_data(TornadoPicture(tuple(rows), TornadoMode.MEAN_CHANGE, 412.6))
    elif kind == "scatter":
        chart = ScatterChart(theme)
        values = np.linspace(-1000.0, 1000.0, 50)
        chart.show_data(ScatterPicture(values, values**3, np.arange(50), LONG, LONG, 1.0))
    elif kind == "convergence":
        chart = ConvergenceChart(theme)
        lines = [
            EstimateLine(name, np.full(9, at)) for name, at in (("Mean", 4.1), ("P50", 4.1), ("P90", 4.7))
        ]
        chart.show_data(ConvergencePicture(np.geomspace(100.0, 1e6, 9), tuple(lines), True))
    else:
        chart = DensityChart(theme)
        values = np.linspace(0.0, 9.0, 100)
        marks = tuple(Mark(f"P{percent}", percent / 11.0) for percent in (5, 10, 25, 50, 75, 90, 95))
        chart.show_data(DensityPicture(values, np.exp(-values), 0.0, 9.0, 1.0 - np.exp(-values), marks))
    return chart


@pytest.mark.parametrize("text_of", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", KINDS)
def test_that_nothing_reaches_the_edge_of_a_chart(
    kind: str,
    size: tuple[int, int],
    text_of: TextOf,
    theme: Theme,
    qtbot: QtBot,
    histogram: Callable[..., HistogramPicture],
    cumulative: Callable[..., CumulativePicture],
) -> None:
    chart = made(kind, theme, histogram, cumulative)
    qtbot.addWidget(chart)
    chart.set_formatter(text_of)
    chart.resize(*size)

    image = picture(chart, 1.0).convertToFormat(QImage.Format.Format_RGB32)

    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(size[1], size[0])
    edge = np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))
    assert set(edge.tolist()) == {QColor(LIGHT.card).rgb()}
