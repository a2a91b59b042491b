"""Which inputs a tornado shows, in which order, and how one is chosen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.tornado_chart import TornadoChart, TornadoMode, TornadoPicture, TornadoRow
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import LIGHT

LONG = "Permits and environmental approvals of the second phase, Harbour authority"
Show = Callable[[TornadoChart], TornadoChart]
Ink = Callable[..., int]


def signed(count: int) -> TornadoPicture:
    """Weakest first, every other one negative."""
    values = [(0.02 * (place + 1)) * (1 if place % 2 else -1) for place in range(count)]
    names = [LONG, *(f"Input {place}" for place in range(1, count))]
    rows = tuple(TornadoRow(name, value, value) for name, value in zip(names, values, strict=True))
    return TornadoPicture(rows, TornadoMode.SIGNED)


def click_row(qtbot: QtBot, chart: TornadoChart, y: int) -> list[object]:
    with qtbot.waitSignal(chart.input_chosen) as told:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, y))
    return list(told.args)


def test_that_the_strongest_input_is_on_top(theme: Theme, qtbot: QtBot, show: Show) -> None:
    chart = show(TornadoChart(theme))

    chart.show_data(signed(40))

    assert click_row(qtbot, chart, 14) == [39]
    assert [row[0] for row in list(chart.rows())[1:3]] == ["Input 39", "Input 38"]


def test_that_all_inputs_are_in_the_rows_for_a_table(theme: Theme, show: Show) -> None:
    chart = show(TornadoChart(theme))

    chart.show_data(signed(40))

    assert len(list(chart.rows())) == 41


def test_that_a_click_on_the_line_of_the_others_chooses_none(theme: Theme, qtbot: QtBot, show: Show) -> None:
    chart = show(TornadoChart(theme))
    chart.show_data(signed(40))
    told: list[int] = []
    chart.input_chosen.connect(told.append)

    for y in range(chart.height()):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, y))

    assert set(told) == set(range(40 - 12, 40))


def test_that_a_low_chart_shows_fewer_inputs(theme: Theme, qtbot: QtBot, show: Show) -> None:
    chart = show(TornadoChart(theme))
    chart.resize(300, 160)
    chart.show_data(signed(40))
    told: list[int] = []
    chart.input_chosen.connect(told.append)

    for y in range(chart.height()):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, y))

    assert 3 <= len(set(told)) <= 6


def test_that_the_keyboard_chooses_an_input(theme: Theme, qtbot: QtBot, show: Show) -> None:
    chart = show(TornadoChart(theme))
    chart.show_data(signed(5))
    qtbot.keyClick(chart, Qt.Key.Key_Down)

    with qtbot.waitSignal(chart.input_chosen) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Return)

    assert told.args == [3]


def test_that_a_long_name_is_told_in_full_by_its_tool_tip(theme: Theme, show: Show) -> None:
    chart = show(TornadoChart(theme))
    chart.show_data(signed(1))
    place = QPoint(60, 20)

    QApplication.sendEvent(chart, QHelpEvent(QEvent.Type.ToolTip, place, chart.mapToGlobal(place)))

    assert QToolTip.text().startswith(LONG)
    QToolTip.hideText()


def test_that_signs_have_colours_of_their_own(theme: Theme, ink: Ink, show: Show) -> None:
    chart = show(TornadoChart(theme))

    chart.show_data(signed(4))

    assert ink(chart, LIGHT.low) > 500
    assert ink(chart, LIGHT.high) > 500


def test_that_shares_are_bars_of_one_colour(theme: Theme, ink: Ink, show: Show) -> None:
    chart = show(TornadoChart(theme))

    chart.show_data(TornadoPicture((TornadoRow("A", 0.6, 0.6), TornadoRow("B", 0.3, 0.3)), TornadoMode.SHARE))

    assert ink(chart, LIGHT.accent) > 1_000
    assert ink(chart, LIGHT.low) == ink(chart, LIGHT.high) == 0


@pytest.mark.parametrize(("low", "high"), [(380.0, 450.0), (450.0, 380.0), (420.0, 440.0), (400.0, 405.0)])
def test_that_a_change_of_the_mean_shows_both_of_its_ends(
    low: float, high: float, theme: Theme, ink: Ink, show: Show
) -> None:
    chart = show(TornadoChart(theme))
    legend = TornadoPicture((TornadoRow("A", 412.6, 412.6),), TornadoMode.MEAN_CHANGE, 412.6)
    chart.show_data(legend)
    swatches = ink(chart, LIGHT.low), ink(chart, LIGHT.high)

    chart.show_data(TornadoPicture((TornadoRow("A", low, high),), TornadoMode.MEAN_CHANGE, 412.6))

    assert ink(chart, LIGHT.low) > swatches[0] + 100
    assert ink(chart, LIGHT.high) > swatches[1] + 100


def test_that_an_input_that_moves_nothing_is_drawn_without_a_bar(theme: Theme, ink: Ink, show: Show) -> None:
    chart = show(TornadoChart(theme))

    chart.show_data(TornadoPicture((TornadoRow("A", 0.0, 0.0),), TornadoMode.SIGNED))

    assert ink(chart, LIGHT.low) == ink(chart, LIGHT.high) == 0
    assert not chart.is_empty


def test_that_a_tornado_without_inputs_is_empty(theme: Theme, show: Show) -> None:
    chart = show(TornadoChart(theme))

    chart.show_data(TornadoPicture((), TornadoMode.SHARE))

    assert chart.accessibleDescription() == "No trials yet"
