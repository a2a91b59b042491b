"""Pictures that the charts are given, and a way to show one."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.chart_export import picture
from mcdesk.ui.charts.cumulative_chart import CumulativePicture, Curve
from mcdesk.ui.charts.delimited_chart import Delimited, Mark
from mcdesk.ui.charts.histogram_chart import Bins, HistogramPicture
from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.charts.scale import Floats
from mcdesk.ui.theme.theme import Theme, ThemeChoice

Chart = TypeVar("Chart", bound=PlotFrame)
Show = Callable[[Chart], Chart]

VALUES = np.sort(np.random.default_rng(7).lognormal(6.0, 0.12, 20_000))


@pytest.fixture
def show(qtbot: QtBot) -> Show[PlotFrame]:
    """Shows a chart at 400 by 300 pixels and hands it back."""

    def shown(chart: Chart) -> Chart:
        qtbot.addWidget(chart)
        chart.resize(400, 300)
        with qtbot.waitExposed(chart):
            chart.show()
        return chart

    return shown


@pytest.fixture
def dark(theme: Theme) -> Iterator[Callable[[], None]]:
    """Makes the window dark, until the test ends."""
    yield lambda: theme.choose(ThemeChoice.DARK)
    theme.choose(ThemeChoice.LIGHT)


@pytest.fixture
def delimited() -> Callable[[Floats], Delimited]:
    return delimited_values


@pytest.fixture
def histogram() -> Callable[..., HistogramPicture]:
    return histogram_picture


@pytest.fixture
def cumulative() -> Callable[..., CumulativePicture]:
    return cumulative_picture


@pytest.fixture
def ink() -> Callable[..., int]:
    return ink_of


def delimited_values(values: Floats) -> Delimited:
    low, p10, p50, p90, high = (float(each) for each in np.percentile(values, (0.05, 10, 50, 90, 99.9)))
    marks = (Mark("P10", p10), Mark("P50", p50), Mark("P90", p90))
    return Delimited(
        low, high, marks, (p10, p90), lambda value: float(np.searchsorted(values, value)) / len(values)
    )


def histogram_picture(values: Floats = VALUES, bins: int = 60, **more: object) -> HistogramPicture:
    frame = delimited_values(values)
    if frame.low == frame.high:
        edges = np.array([frame.low, frame.high])
        return HistogramPicture(Bins(edges, np.array([float(len(values))]), len(values)), frame)
    counts, edges = np.histogram(values, bins, (frame.low, frame.high))
    return HistogramPicture(Bins(edges, counts.astype(np.float64), len(values)), frame, **more)  # type: ignore[arg-type]


def cumulative_picture(values: Floats = VALUES) -> CumulativePicture:
    places = np.unique(np.linspace(0, len(values) - 1, 400).round().astype(np.int64))
    return CumulativePicture(Curve(values[places], (places + 1) / len(values)), delimited_values(values))


def ink_of(chart: PlotFrame, colour: str, tolerance: int = 0) -> int:
    """How many pixels of the chart have this colour, each part (0 to 255) within the tolerance."""
    image = picture(chart, 1.0).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, :3].astype(np.int64)
    wanted = QColor(colour)
    distances = np.abs(pixels - [wanted.blue(), wanted.green(), wanted.red()])
    return int((distances.max(axis=1) <= tolerance).sum())
