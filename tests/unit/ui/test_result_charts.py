"""The charts of the results page: what they ask for, where they lead, what is saved of them."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QWidget

from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.charts.tornado_chart import TornadoChart
from mcdesk.ui.main_window import SMALLEST_SIZE
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.views.model_view import ModelView
from mcdesk.ui.views.result_charts import ResultCharts
from mcdesk.ui.widgets.rating_strip import RatingStrip
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow

pytestmark = pytest.mark.xdist_group("window")

PLAN: SheetContent = {
    "A1": "Price", "B1": ("=RiskNormal(10,2,RiskName(\"Price\"))", 10.0),
    "A2": "Units", "B2": ("=RiskUniform(1,2,RiskName(\"Units\"))", 1.5),
    "A3": "Sales", "B3": ("=RiskOutput(\"Sales\")+B1*B2", 15.0),
    "A4": "Cost", "B4": ("=RiskOutput(\"Cost\")+B2*100", 150.0),
}  # fmt: skip


@pytest.fixture
def result(opened: OpenWindow, tmp_path: Path) -> ShownResult:
    opened.workbench.open(write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}))
    opened.wait_until(lambda: "plan.xlsx" in opened.window.windowTitle())
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    found = opened.workbench.results.result
    assert found is not None
    return found


def charts(opened: OpenWindow) -> ResultCharts:
    found = opened.window.findChild(ResultCharts)
    assert found is not None
    return found


def press(opened: OpenWindow, name: str) -> None:
    button = opened.window.findChild(QPushButton, name)
    assert button is not None
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(opened: OpenWindow, name: str, number: int) -> None:
    choice = opened.window.findChild(QComboBox, name)
    assert choice is not None
    choice.setCurrentIndex(number)
    choice.activated.emit(number)


def save_as(monkeypatch: pytest.MonkeyPatch, opened: OpenWindow, path: Path, menu: int, text: str) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    made = charts(opened).menus[menu].menu_of_chart()
    next(action for action in made.actions() if text in action.text()).trigger()
    opened.wait_until(path.exists)


def test_that_convergence_ends_at_the_result_and_follows_the_chosen_output(
    opened: OpenWindow, result: ShownResult
) -> None:
    chart = charts(opened).convergence
    assert chart.is_empty

    press(opened, "shapeChoice2")
    opened.wait_until(lambda: not chart.is_empty)

    ends = []
    for number in (0, 1):
        choose(opened, "outputChoice", number)
        opened.wait_until(lambda: not chart.is_empty)
        rows = list(chart.rows())
        ends.append(dict(zip(rows[0], rows[-1], strict=True)))
    for output, end in zip(result.statistics.outputs, ends, strict=True):
        assert end["Trials"] == output.trials
        assert end["Mean"] == pytest.approx(output.mean)
        assert end["P90"] == pytest.approx(output.percentiles[90])


def test_that_a_scatter_shows_the_chosen_input_and_its_points_lead_to_their_trials(
    opened: OpenWindow, result: ShownResult
) -> None:
    press(opened, "driverShape1")
    chart = charts(opened).scatter
    opened.wait_until(lambda: not chart.is_empty)
    choose(opened, "outputChoice", 1)
    choose(opened, "inputChoice", 0)
    opened.wait_until(lambda: [row[1] for row in list(chart.rows())[:1]] == ["Units"])
    trials, units, costs = np.array(list(chart.rows())[1:]).T
    assert len(trials) == 4096
    assert costs == pytest.approx(units * 100)

    chart.trial_chosen.emit(int(trials[17]))

    page = opened.window.findChild(ModelView)
    assert page is not None
    opened.wait_until(lambda: page.banner.isVisible() and opened.window.page is page)
    grid = page.grid.view.model()
    opened.wait_until(lambda: float(str(grid.data(grid.index(3, 1)))) == pytest.approx(costs[17], rel=1e-4))


def test_that_the_bar_of_an_input_leads_to_its_scatter(opened: OpenWindow, result: ShownResult) -> None:
    tornado, scatter = charts(opened).tornado, charts(opened).scatter

    opened.qtbot.mouseClick(tornado, Qt.MouseButton.LeftButton, pos=QPoint(tornado.width() // 2, 14))

    opened.wait_until(lambda: not scatter.is_empty)
    strongest = max(
        result.statistics.outputs[0].sensitivity, key=lambda each: abs(each.rank_correlation or 0.0)
    )
    names = {each.cell: each.name for each in result.statistics.inputs}
    assert next(iter(scatter.rows()))[1] == names[strongest.cell]


def test_that_a_chart_is_saved_as_it_is_shown(
    opened: OpenWindow, result: ShownResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, drawing, image = (tmp_path / f"saved.{suffix}" for suffix in ("csv", "svg", "png"))

    save_as(monkeypatch, opened, table, 0, "CSV")
    save_as(monkeypatch, opened, drawing, 1, "SVG")
    save_as(monkeypatch, opened, image, 0, "PNG")

    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    histogram = result.statistics.outputs[0].histogram
    assert histogram is not None
    assert [float(row[2]) for row in rows[1:]] == list(histogram.counts)
    assert "Price" in drawing.read_text(encoding="utf-8")
    assert image.read_bytes().startswith(b"\x89PNG")


def test_that_a_file_that_cannot_be_written_is_told(
    opened: OpenWindow, result: ShownResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "missing" / "chart.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    charts(opened).menus[0].menu_of_chart().actions()[-1].trigger()

    opened.wait_until(opened.window.notice.isVisible)
    assert "chart.csv could not be written" in opened.window.notice.accessibleName()


def test_that_nothing_can_be_done_with_an_empty_chart(opened: OpenWindow) -> None:
    menu = charts(opened).menus[0].menu_of_chart()

    assert not any(action.isEnabled() for action in menu.actions() if action.text())


def test_that_keys_go_from_one_output_to_the_next(opened: OpenWindow, result: ShownResult) -> None:
    results = opened.workbench.results

    opened.qtbot.keyClick(opened.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert results.output is result.statistics.outputs[1]
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert results.output is result.statistics.outputs[1]
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert results.output is result.statistics.outputs[0]


def is_within_all_around(widget: QWidget) -> bool:
    around = widget.parentWidget()
    while around is not None:
        if not around.rect().contains(QRect(widget.mapTo(around, QPoint(0, 0)), widget.size())):
            return False
        around = around.parentWidget()
    return True


@pytest.mark.parametrize("chart", [HistogramChart, TornadoChart])
def test_that_a_low_window_shows_charts_to_their_axes(
    opened: OpenWindow, result: ShownResult, chart: type[QWidget]
) -> None:
    opened.window.resize(1264, SMALLEST_SIZE.height())
    strip, found = opened.window.findChild(RatingStrip), opened.window.findChild(chart)
    assert strip is not None
    assert found is not None

    strip.show()
    opened.wait_until(lambda: is_within_all_around(found))
