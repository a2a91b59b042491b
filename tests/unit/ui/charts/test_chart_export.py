"""Charts in files and on the clipboard."""

import csv
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from mcdesk.ui.charts.chart_export import (
    ChartKind,
    ChartNotSaved,
    chart_file,
    copy_picture,
    copy_table,
    csv_text,
    picture,
)
from mcdesk.ui.charts.histogram_chart import HistogramChart, HistogramPicture
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import LIGHT


@pytest.fixture
def chart(
    theme: Theme,
    show: Callable[[HistogramChart], HistogramChart],
    histogram: Callable[[], HistogramPicture],
) -> HistogramChart:
    made = show(HistogramChart(theme))
    made.show_data(histogram())
    return made


def count_of(image: QImage, colour: str) -> int:
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32)
    return int((pixels == QColor(colour).rgb()).sum())


def test_that_a_picture_has_two_pixels_for_one_of_the_window(chart: HistogramChart, tmp_path: Path) -> None:
    chart_file(chart, tmp_path / "chart.png", ChartKind.PNG).write()

    image = QImage(str(tmp_path / "chart.png"))
    assert (image.width(), image.height()) == (800, 600)
    assert image.pixelColor(2, 2) == QColor(LIGHT.card)
    assert count_of(image, LIGHT.accent) > 40_000


def test_that_a_vector_file_shows_what_the_window_shows(chart: HistogramChart, tmp_path: Path) -> None:
    chart_file(chart, tmp_path / "chart.svg", ChartKind.SVG).write()

    renderer = QSvgRenderer(str(tmp_path / "chart.svg"))
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    assert renderer.isValid()
    assert "P50" in (tmp_path / "chart.svg").read_text(encoding="utf-8")
    # also what is pale beside the delimiters, which a clip alone would not keep
    assert count_of(image, LIGHT.accent) == pytest.approx(
        count_of(picture(chart, 1.0), LIGHT.accent), rel=0.15
    )


def test_that_the_clipboard_gets_the_picture(chart: HistogramChart) -> None:
    copy_picture(chart)

    assert QGuiApplication.clipboard().image().size() == picture(chart).size()


def test_that_a_table_has_headings_and_a_row_for_each_bar(chart: HistogramChart, tmp_path: Path) -> None:
    chart_file(chart, tmp_path / "chart.csv", ChartKind.CSV).write()

    rows = list(csv.reader((tmp_path / "chart.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["From", "To", "Values"]
    assert len(rows) == 61
    assert sum(float(row[2]) for row in rows[1:]) == pytest.approx(20_000, rel=0.01)


def test_that_an_empty_chart_has_an_empty_table(
    theme: Theme, show: Callable[[HistogramChart], HistogramChart]
) -> None:
    assert csv_text(show(HistogramChart(theme))) == ""


@pytest.mark.parametrize("kind", list(ChartKind))
def test_that_a_file_that_cannot_be_written_is_named(
    kind: ChartKind, chart: HistogramChart, tmp_path: Path
) -> None:
    with pytest.raises(ChartNotSaved, match=r"chart\.x"):
        chart_file(chart, tmp_path / "missing" / "chart.x", kind).write()


@pytest.mark.parametrize("kind", list(ChartKind))
def test_that_a_file_that_fails_leaves_the_one_before(
    kind: ChartKind, chart: HistogramChart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chart.x"
    path.write_bytes(b"before")
    made = chart_file(chart, path, kind)
    monkeypatch.setattr(Path, "replace", mock.Mock(side_effect=OSError("no room")))

    with pytest.raises(ChartNotSaved):
        made.write()

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_that_the_data_on_the_clipboard_go_into_a_spreadsheet(chart: HistogramChart) -> None:
    copy_table(chart)

    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert rows[0] == ["From", "To", "Values"]
    assert {len(row) for row in rows} == {3}
    assert len(rows) == 61
