"""Delimiters of histogram and cumulative chart: by mouse, by keyboard, and what stays where it was."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.cumulative_chart import CumulativeChart, CumulativePicture
from mcdesk.ui.charts.delimited_chart import DelimitedChart
from mcdesk.ui.charts.histogram_chart import HistogramChart, HistogramPicture
from mcdesk.ui.charts.value_entry import ValueEntry
from mcdesk.ui.theme.theme import Theme

VALUES = np.sort(np.random.default_rng(7).lognormal(6.0, 0.12, 20_000))
LEFT_BUTTON = Qt.MouseButton.LeftButton


@pytest.fixture(params=["histogram", "cumulative"])
def chart(
    request: pytest.FixtureRequest,
    theme: Theme,
    show: Callable[[DelimitedChart], DelimitedChart],
    histogram: Callable[[], HistogramPicture],
    cumulative: Callable[[], CumulativePicture],
) -> DelimitedChart:
    if request.param == "histogram":
        made = show(HistogramChart(theme))
        assert isinstance(made, HistogramChart)
        made.show_data(histogram())
        return made
    other = show(CumulativeChart(theme))
    assert isinstance(other, CumulativeChart)
    other.show_data(cumulative())
    return other


def drag(qtbot: QtBot, chart: DelimitedChart, index: int, pixels: int) -> None:
    start = QPoint(round(chart.handle_place(index)), chart.height() // 2)
    qtbot.mousePress(chart, LEFT_BUTTON, pos=start)
    for step in (pixels // 2, pixels):
        qtbot.mouseMove(chart, start + QPoint(step, 0))
    qtbot.mouseRelease(chart, LEFT_BUTTON, pos=start + QPoint(pixels, 0))


def test_that_delimiters_begin_at_the_tenth_and_ninetieth_percentile(chart: DelimitedChart) -> None:
    assert chart.probabilities() == pytest.approx((0.1, 0.8, 0.1), abs=1e-3)


def test_that_a_dragged_delimiter_changes_the_probabilities(chart: DelimitedChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.delimiters_moved) as told:
        drag(qtbot, chart, 0, 40)

    assert chart.delimiters is not None
    assert chart.probabilities() is not None
    left, between, right = chart.probabilities() or (0.0, 0.0, 0.0)
    assert left > 0.2
    assert left == pytest.approx(np.searchsorted(VALUES, chart.delimiters[0]) / len(VALUES))
    assert left + between + right == pytest.approx(1.0)
    assert right == pytest.approx(0.1, abs=1e-3)
    assert told.args[1] == chart.delimiters[1]


def test_that_a_dragged_delimiter_follows_the_mouse(chart: DelimitedChart, qtbot: QtBot) -> None:
    before = chart.handle_place(1)

    drag(qtbot, chart, 1, -30)

    assert chart.handle_place(1) == pytest.approx(before - 30.0, abs=1.0)


def test_that_a_dragged_delimiter_stands_at_plain_numbers(chart: DelimitedChart, qtbot: QtBot) -> None:
    drag(qtbot, chart, 0, 41)

    assert chart.delimiters is not None
    # 400 pixels are about as many units
    assert chart.delimiters[0] == round(chart.delimiters[0])


def test_that_a_delimiter_does_not_pass_the_other(chart: DelimitedChart, qtbot: QtBot) -> None:
    drag(qtbot, chart, 0, 350)

    assert chart.delimiters is not None
    assert chart.delimiters[0] == chart.delimiters[1]


def test_that_two_delimiters_in_one_place_come_apart_again(chart: DelimitedChart, qtbot: QtBot) -> None:
    drag(qtbot, chart, 0, 350)
    start = QPoint(round(chart.handle_place(0)) - 2, chart.height() // 2)

    qtbot.mousePress(chart, LEFT_BUTTON, pos=start)
    qtbot.mouseMove(chart, start - QPoint(30, 0))

    assert chart.delimiters is not None
    assert chart.delimiters[0] < chart.delimiters[1]


def test_that_the_arrow_keys_move_a_delimiter(chart: DelimitedChart, qtbot: QtBot) -> None:
    chart.setFocus()
    assert chart.delimiters is not None
    before = chart.delimiters

    qtbot.keyClick(chart, Qt.Key.Key_Right)

    assert chart.delimiters[0] > before[0]
    assert chart.delimiters[1] == before[1]


def test_that_shift_moves_a_delimiter_ten_times_as_far(chart: DelimitedChart, qtbot: QtBot) -> None:
    # the first step is to a plain number
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    start = chart.handle_place(0)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    small = chart.handle_place(0) - start

    qtbot.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)

    assert chart.handle_place(0) - start - small == pytest.approx(10.0 * small)


def test_that_tab_goes_to_the_second_delimiter_and_then_on(
    chart: DelimitedChart, theme: Theme, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout, after = QVBoxLayout(window), QLineEdit()
    layout.addWidget(chart)
    layout.addWidget(after)
    window.show()
    window.activateWindow()
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(chart.hasFocus)

    qtbot.keyClick(chart, Qt.Key.Key_Tab)
    stops = [chart.active_handle, chart.hasFocus()]
    qtbot.keyClick(chart, Qt.Key.Key_Tab)

    assert stops == [1, True]
    assert after.hasFocus()
    chart.setParent(None)


def test_that_new_data_leave_a_moved_delimiter_where_it_is(
    theme: Theme,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    chart.show_data(histogram())
    chart.set_delimiters(390.0, 420.0)

    chart.show_data(histogram(VALUES * 1.05))

    assert chart.delimiters == (390.0, 420.0)


def test_that_delimiters_nobody_moved_follow_the_data(
    theme: Theme,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))
    chart.show_data(histogram())

    chart.show_data(histogram(VALUES * 1.05))

    assert chart.probabilities() == pytest.approx((0.1, 0.8, 0.1), abs=1e-3)


def test_that_delimiters_can_go_back_to_those_of_the_data(chart: DelimitedChart) -> None:
    before = chart.delimiters
    chart.set_delimiters(390.0, 420.0)

    chart.reset_delimiters()

    assert chart.delimiters == before


def test_that_a_person_is_told_the_probabilities_in_words(chart: DelimitedChart) -> None:
    chart.set_formatter(lambda value: f"{value:.1f} EUR")

    text = chart.accessibleDescription()

    assert "80.0 % between" in text
    assert f"10.0 % above {np.percentile(VALUES, 90):.1f} EUR" in text


def test_that_all_of_a_value_without_spread_lies_between(
    theme: Theme,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[..., HistogramPicture],
) -> None:
    chart = show(HistogramChart(theme))

    chart.show_data(histogram(np.full(100, 42.5)))

    assert chart.probabilities() == (0.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("typed", "chance_below"),
    [("p5", 0.05), ("P 97.5", 0.975), ("400", 0.472), ("\u22121,000", 0.0), ("$5e2", 0.9646)],
)
def test_that_a_value_can_be_typed(
    chart: DelimitedChart, qtbot: QtBot, typed: str, chance_below: float
) -> None:
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    entry = chart.findChild(ValueEntry)
    assert entry is not None
    assert entry.isVisible()

    entry.setText(typed)
    with qtbot.waitSignal(chart.delimiters_moved):
        qtbot.keyClick(entry, Qt.Key.Key_Return)

    assert not entry.isVisible()
    assert chart.hasFocus()
    typed_one = (chart.delimiters or ())[chart.active_handle]
    assert np.searchsorted(VALUES, typed_one) / len(VALUES) == pytest.approx(chance_below, abs=4e-3)
    low, high = chart.delimiters or (1.0, 0.0)
    assert low <= high


def test_that_digits_begin_it_and_nonsense_changes_nothing(chart: DelimitedChart, qtbot: QtBot) -> None:
    chart.setFocus()
    before = chart.delimiters
    qtbot.keyClicks(chart, "4")
    entry = chart.findChild(ValueEntry)
    assert entry is not None
    assert entry.text() == "4"

    qtbot.keyClicks(entry, "x7")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert (entry.isVisible(), entry.selectedText()) == (True, "4x7")
    qtbot.keyClick(entry, Qt.Key.Key_Escape)

    assert not entry.isVisible()
    assert chart.delimiters == before


def test_that_a_double_click_on_a_delimiter_asks_for_its_value(chart: DelimitedChart, qtbot: QtBot) -> None:
    place = QPoint(round(chart.handle_place(1)), chart.height() // 2)
    qtbot.mouseDClick(chart, LEFT_BUTTON, pos=place)

    entry = chart.findChild(ValueEntry)
    assert entry is not None
    assert entry.isVisible()
    assert abs(entry.geometry().center().x() - place.x()) <= entry.width()


def pill_of(chart: DelimitedChart, index: int) -> QPoint:
    lower = chart.height() - 12 if not chart.overlay_names else chart.height() - 30
    return QPoint(round(chart.handle_place(index)), lower)


@pytest.mark.parametrize("index", [0, 1])
def test_that_a_click_on_the_value_of_a_delimiter_asks_for_it(
    chart: DelimitedChart, qtbot: QtBot, index: int
) -> None:
    before = chart.delimiters
    qtbot.mouseMove(chart, pill_of(chart, index))
    cursor = chart.cursor().shape()

    qtbot.mouseClick(chart, LEFT_BUTTON, pos=pill_of(chart, index))

    entry = chart.findChild(ValueEntry)
    assert entry is not None
    assert (entry.isVisible(), chart.active_handle, chart.delimiters) == (True, index, before)
    assert cursor == Qt.CursorShape.IBeamCursor


def test_that_what_is_typed_is_seen_whole_within_the_chart(chart: DelimitedChart, qtbot: QtBot) -> None:
    qtbot.mouseClick(chart, LEFT_BUTTON, pos=pill_of(chart, 1))

    entry = chart.findChild(ValueEntry)
    assert entry is not None
    assert chart.rect().contains(entry.geometry())
    option = QStyleOptionFrame()
    entry.initStyleOption(option)
    room = entry.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, entry)
    assert room.height() >= entry.fontMetrics().height()
    assert entry.rect().contains(room)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("is_dark", [False, True])
def test_that_nothing_of_the_chart_is_painted_over_what_is_typed(
    chart: DelimitedChart, theme: Theme, dark: Callable[[], None], is_dark: bool, ratio: float
) -> None:
    if is_dark:
        dark()
    QTest.mouseClick(chart, LEFT_BUTTON, pos=pill_of(chart, 1))
    entry = chart.findChild(ValueEntry)
    assert entry is not None
    entry.clear()
    inside = entry.geometry().adjusted(4, 4, -4, -4)

    image = QImage(inside.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    chart.render(image, QPoint(), QRegion(inside))

    pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
    ground = QColor(theme.tokens.card).rgb() & 0xFFFFFF
    # all but the line that blinks
    assert np.mean(pixels == ground) > 0.95
