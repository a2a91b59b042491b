"""The chart of a distribution that is edited."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.delimited_chart import Mark
from mcdesk.ui.charts.density_chart import DensityChart, DensityPicture
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import LIGHT

Show = Callable[[DensityChart], DensityChart]
Ink = Callable[..., int]
LEFT_BUTTON = Qt.MouseButton.LeftButton


def normal() -> DensityPicture:
    values = np.linspace(-4.0, 4.0, 300)
    marks = (Mark("P10", -1.28), Mark("P50", 0.0), Mark("P90", 1.28))
    return DensityPicture(values, np.exp(-values * values / 2.0), -4.0, 4.0, None, marks)


def press_and_move(qtbot: QtBot, chart: DensityChart, index: int, pixels: int) -> QPoint:
    start = QPoint(round(chart.handle_place(index)), 150)
    qtbot.mousePress(chart, LEFT_BUTTON, pos=start)
    qtbot.mouseMove(chart, start + QPoint(pixels, 0))
    return start + QPoint(pixels, 0)


def test_that_a_dragged_marker_tells_its_value(theme: Theme, qtbot: QtBot, show: Show) -> None:
    chart = show(DensityChart(theme))
    chart.show_data(normal())

    with qtbot.waitSignal(chart.marker_dragged) as told:
        press_and_move(qtbot, chart, 2, 30)

    assert told.args[0] == 2
    assert told.args[1] == pytest.approx(1.28 + 30.0 * 8.0 / (400.0 - 28.0), abs=0.05)


def test_that_the_axis_stands_still_while_a_marker_is_dragged(theme: Theme, qtbot: QtBot, show: Show) -> None:
    chart = show(DensityChart(theme))
    chart.show_data(normal())
    chart.marker_dragged.connect(
        lambda _, value: chart.show_data(
            replace(normal(), high=40.0, markers=(Mark("P10", -1.28), Mark("P50", 0.0), Mark("P90", value)))
        )
    )

    place = press_and_move(qtbot, chart, 2, 30)
    during = chart.handle_place(2)
    qtbot.mouseRelease(chart, LEFT_BUTTON, pos=place)

    assert during == pytest.approx(place.x(), abs=1.0)
    assert chart.handle_place(2) < during - 50.0


def test_that_the_keyboard_moves_a_marker(theme: Theme, qtbot: QtBot, show: Show) -> None:
    chart = show(DensityChart(theme))
    chart.show_data(normal())

    with qtbot.waitSignal(chart.marker_dragged) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Left)

    assert told.args == [0, pytest.approx(-1.28 - 8.0 / 200.0)]


def test_that_a_discrete_distribution_has_bars(theme: Theme, ink: Ink, show: Show) -> None:
    chart = show(DensityChart(theme))

    chart.show_data(
        DensityPicture(
            np.arange(3.0), np.array([0.2, 0.5, 0.3]), -0.5, 2.5, np.array([0.2, 0.7, 1.0]), (), True
        )
    )

    assert ink(chart, LIGHT.accent) > 3_000
    assert list(chart.rows())[:2] == [
        ("Value", "Probability", "Probability of at most this"),
        (0.0, 0.2, 0.2),
    ]


def test_that_a_single_value_has_a_bar(theme: Theme, ink: Ink, show: Show) -> None:
    chart = show(DensityChart(theme))

    chart.show_data(DensityPicture(np.array([5.0]), np.array([1.0]), 5.0, 5.0, None, (), True))

    assert ink(chart, LIGHT.accent) > 1_000


def test_that_a_density_without_bound_is_drawn_up_to_the_top(theme: Theme, ink: Ink, show: Show) -> None:
    chart = show(DensityChart(theme))
    values = np.linspace(0.0, 1.0, 200)
    with np.errstate(divide="ignore"):
        densities = 0.5 / np.sqrt(values)

    chart.show_data(DensityPicture(values, densities, 0.0, 1.0))

    assert ink(chart, LIGHT.accent) > 100


def test_that_the_cumulative_curve_can_be_the_picture(theme: Theme, ink: Ink, show: Show) -> None:
    chart = show(DensityChart(theme))
    picture = replace(normal(), cumulative=np.linspace(0.0, 1.0, 300), densities=np.zeros(300), markers=())

    chart.show_data(replace(picture, shows_cumulative=True))

    assert ink(chart, LIGHT.accent, 40) > 300
    assert chart.accessibleName() == "Cumulative probability"


def test_that_what_comes_late_does_not_pull_the_marker_out_of_the_hand(
    theme: Theme, qtbot: QtBot, show: Show
) -> None:
    chart = show(DensityChart(theme))
    chart.show_data(normal())
    place = press_and_move(qtbot, chart, 2, 30)

    chart.show_data(normal())

    assert chart.handle_place(2) == pytest.approx(place.x(), abs=1.0)
