"""Lines over a time: gaps stay gaps, the axis of time has plain moments, and all is told in words too."""

import math
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.ink import axis_font
from mcdesk.ui.charts.scale import Scale
from mcdesk.ui.charts.time_chart import TimeChart, TimeLine, TimePicture, time_labels, time_text
from mcdesk.ui.theme.theme import Theme

START = 1_800_000_000.0
SIZE = QSizeF(420.0, 200.0)


def line(name: str, values: list[float], step: float = 60.0) -> TimeLine:
    return TimeLine(name, START + step * np.arange(len(values)), np.array(values))


def picture(*lines: TimeLine, top: float | None = None, limit: float | None = None) -> TimePicture:
    return TimePicture(lines, START, START + 3_600.0, top, limit)


@pytest.fixture
def chart(qtbot: QtBot, theme: Theme) -> TimeChart:
    made = TimeChart(theme, "testTime", "Processor")
    qtbot.addWidget(made)
    return made


def painted(chart: TimeChart) -> QImage:
    image = QImage(int(SIZE.width()), int(SIZE.height()), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    chart.paint_copy(painter, SIZE)
    painter.end()
    return image


def columns_of(image: QImage, colour: str) -> list[int]:
    wanted = QColor(colour).rgb()
    return [
        across
        for across in range(image.width())
        if any(image.pixel(across, down) == wanted for down in range(image.height()))
    ]


def test_that_nothing_is_told_as_nothing(chart: TimeChart) -> None:
    assert chart.is_empty
    assert list(chart.rows()) == []
    assert chart.accessibleDescription() == "No data"

    chart.show_data(picture(line("All programs", [])))

    assert chart.is_empty


def test_that_a_gap_is_not_bridged(chart: TimeChart, theme: Theme) -> None:
    chart.show_data(picture(line("All programs", [5.0] * 15 + [math.nan] * 30 + [5.0] * 15)))

    columns = columns_of(painted(chart), theme.tokens.series[0])

    assert max(after - before for before, after in pairwise(columns)) > 100
    assert len(columns) > 100


def test_that_a_value_without_neighbours_is_seen(chart: TimeChart, theme: Theme) -> None:
    chart.show_data(picture(line("All programs", [5.0])))

    assert columns_of(painted(chart), theme.tokens.series[0])


def test_that_little_looks_like_little(chart: TimeChart, theme: Theme) -> None:
    chart.show_data(picture(line("All programs", [0.01] * 60), top=1.0))

    image = painted(chart)
    wanted = QColor(theme.tokens.series[0]).rgb()
    rows = [
        down
        for down in range(image.height())
        if any(image.pixel(across, down) == wanted for across in range(image.width()))
    ]
    assert min(rows) > SIZE.height() * 0.75


def test_that_rows_have_all_lines_by_moment(chart: TimeChart) -> None:
    chart.show_data(
        picture(line("All programs", [1.0, math.nan, 3.0]), line("mcdesk", [0.5, math.nan]), line("none", []))
    )

    head, first, last = list(chart.rows())

    assert head == ("Time", "All programs", "mcdesk")
    assert first[1:] == (1.0, 0.5)
    assert last[1:] == (3.0, "")


def test_that_the_newest_values_are_told_in_words(chart: TimeChart) -> None:
    chart.show_data(picture(line("All programs", [0.25, 0.5, math.nan])), lambda value: f"{value:.0%}")

    assert chart.accessibleDescription() == "Newest values: All programs 50%."


def test_that_a_tip_tells_moment_and_values(chart: TimeChart) -> None:
    chart.resize(420, 200)
    chart.show_data(picture(line("All programs", [1.0] * 30 + [2.0] * 31)))

    left, right = chart._tip_at(QPointF(80.0, 50.0)), chart._tip_at(QPointF(390.0, 50.0))

    assert left.splitlines()[1] == "All programs: 1"
    assert right.splitlines()[1] == "All programs: 2"


@pytest.mark.parametrize("span", [300.0, 3_600.0, 86_400.0, 30 * 86_400.0])
@pytest.mark.parametrize("width", [160.0, 420.0, 900.0])
def test_that_moments_on_the_axis_are_plain_and_apart(
    qtbot: QtBot, theme: Theme, span: float, width: float
) -> None:
    metrics = QFontMetricsF(axis_font())

    labels = time_labels(Scale(START, START + span), width, metrics)

    assert labels
    ends = 0.0
    for each in labels:
        half = metrics.horizontalAdvance(each.text) / 2.0
        assert each.place * width - half >= ends or each is labels[0]
        ends = each.place * width + half
        assert 0.0 <= each.place <= 1.0
    # a day begins and ends at the same time
    assert all(one.text != other.text for one, other in pairwise(labels))


def test_that_a_long_axis_has_days_and_a_short_one_seconds() -> None:
    assert time_text(START, 30 * 86_400.0) == "15 Jan"
    assert time_text(START, 300.0).count(":") == 2
    assert time_text(START, 3_600.0).count(":") == 1


def test_that_a_threshold_is_drawn_where_it_is_near(chart: TimeChart, theme: Theme) -> None:
    chart.show_data(picture(line("Progress", [50.0] * 60), limit=100.0))
    assert columns_of(painted(chart), theme.tokens.bad)

    chart.show_data(picture(line("Progress", [5.0] * 60), limit=100.0))
    assert not columns_of(painted(chart), theme.tokens.bad)
