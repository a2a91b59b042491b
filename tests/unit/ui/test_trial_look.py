"""From a place among the results to the whole workbook as it was in that very trial, and back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from mcdesk.model.addresses import CellAddress
from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.formatting import number_text
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.views.model_view import ModelView
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.widgets.rows_table import RowsTable
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow, example

pytestmark = pytest.mark.xdist_group("window")

PLAN: SheetContent = {
    "A1": "Price", "B1": ("=RiskNormal(10,2)", 10.0),
    "A2": "Double", "B2": ("=B1*2", 20.0),
    "A3": "Root", "B3": ("=RiskOutput(\"Root\")+SQRT(B2-8)", 3.46),
}  # fmt: skip


def page(opened: OpenWindow) -> ModelView:
    found = opened.window.findChild(ModelView)
    assert found is not None
    return found


def banner(opened: OpenWindow) -> str:
    texts = (opened.window.findChild(QLabel, name) for name in ("trialTitle", "trialText", "trialValue"))
    return ", ".join(text.text() for text in texts if text is not None)


def run(opened: OpenWindow, path: Path) -> ShownResult:
    opened.workbench.open(path)
    opened.wait_until(lambda: path.name in opened.window.windowTitle())
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    result = opened.workbench.results.result
    assert result is not None
    return result


def click_row(opened: OpenWindow, name: str, row: int) -> None:
    table = opened.window.findChild(RowsTable, name)
    assert table is not None
    place = table.visualRect(table.model().index(row, 0)).center()
    opened.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def wait_for(opened: OpenWindow, text: str) -> None:
    opened.wait_until(lambda: text in banner(opened) and opened.window.page is page(opened))


def shown(opened: OpenWindow, row: int, column: int) -> str:
    model = page(opened).grid.view.model()
    return str(model.data(model.index(row, column)))


def test_that_a_percentile_leads_to_the_workbook_of_its_trial_and_escape_back(
    opened: OpenWindow, tmp_path: Path
) -> None:
    result = run(opened, write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}))
    percents = sorted(result.statistics.outputs[0].percentiles)
    before = shown(opened, 1, 1)
    differing = CellAddress(0, 0, 0)
    page(opened).grid.set_differing([differing])

    click_row(opened, "percentilesTable", percents.index(90))

    wait_for(opened, "the P90 of Root")
    price, double, root = (float(shown(opened, row, 1)) for row in range(3))
    assert double == pytest.approx(2 * price, rel=1e-6)
    assert root == pytest.approx((double - 8) ** 0.5, rel=1e-6)
    assert root == pytest.approx(result.statistics.outputs[0].percentiles[90], rel=1e-3)
    opened.qtbot.keyClick(page(opened).grid.view, Qt.Key.Key_Escape)
    assert isinstance(opened.window.page, ResultsView)
    assert shown(opened, 1, 1) == before
    assert page(opened).grid.marks.differing == {differing}
    assert not page(opened).banner.isVisible()


def test_that_the_trials_beside_are_stepped_through_until_the_last(
    opened: OpenWindow, tmp_path: Path
) -> None:
    result = run(opened, write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}))
    highest = result.statistics.outputs[0].maximum
    assert highest is not None
    click_row(opened, "statisticsTable", 6)
    wait_for(opened, "the maximum of Root")
    assert number_text(highest) in banner(opened)
    later, earlier = (opened.window.findChild(QPushButton, name) for name in ("trialNext", "trialPrevious"))
    assert later is not None and earlier is not None

    opened.qtbot.mouseClick(later, Qt.MouseButton.LeftButton)
    opened.wait_until(lambda: not later.isEnabled() and earlier.isEnabled())
    first = banner(opened)
    opened.qtbot.mouseClick(earlier, Qt.MouseButton.LeftButton)

    opened.wait_until(lambda: later.isEnabled())
    assert banner(opened) != first
    assert float(shown(opened, 2, 1)) <= highest


def test_that_a_bar_leads_to_a_trial_within_it(opened: OpenWindow, tmp_path: Path) -> None:
    run(opened, write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}))
    chart = opened.window.findChild(HistogramChart)
    assert chart is not None and chart.delimiters is not None
    low, high = (chart.handle_place(index) for index in (0, 1))

    opened.qtbot.mouseClick(
        chart, Qt.MouseButton.LeftButton, pos=QPoint(round((low + high) / 2), chart.height() - 40)
    )

    wait_for(opened, " of Root, ")
    assert chart.delimiters[0] < float(shown(opened, 2, 1)) < chart.delimiters[1]


def test_that_an_error_leads_to_the_first_trial_that_had_it(opened: OpenWindow, tmp_path: Path) -> None:
    result = run(opened, write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}))
    table = opened.window.findChild(RowsTable, "errorsTable")
    assert table is not None
    (kind,) = result.statistics.outputs[0].error_kinds

    table.row_opened.emit(0)

    wait_for(opened, f"Trial {kind.first_trial + 1:,} of")
    assert "Root ended in #NUM!" in banner(opened)
    assert shown(opened, 2, 1) == "#NUM!"


def test_that_a_run_of_another_workbook_shows_its_own_and_leaves_the_open_one(
    opened: OpenWindow, tmp_path: Path
) -> None:
    result = run(opened, write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}))
    opened.workbench.open(example("newsvendor"))
    opened.wait_until(lambda: "newsvendor" in opened.window.windowTitle())
    (tmp_path / "plan.xlsx").unlink()
    first, marks = shown(opened, 0, 0), page(opened).grid.marks
    opened.workbench.results.show_result(result)

    click_row(opened, "statisticsTable", 0)
    wait_for(opened, "the mean of Root")

    assert shown(opened, 0, 0) == "Price"
    opened.qtbot.keyClick(page(opened).grid.view, Qt.Key.Key_Escape)
    assert shown(opened, 0, 0) == first
    assert page(opened).grid.marks == marks
    model = opened.workbench.results
    assert model.result is result


def test_that_no_cell_is_marked_while_a_trial_is_shown(opened: OpenWindow, tmp_path: Path) -> None:
    run(opened, write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}))
    click_row(opened, "statisticsTable", 0)
    wait_for(opened, "the mean of Root")
    wanted: list[object] = []
    page(opened).input_wanted.connect(wanted.append)
    page(opened).output_wanted.connect(wanted.append)

    for key in (Qt.Key.Key_I, Qt.Key.Key_O):
        opened.qtbot.keyClick(page(opened).grid.view, key)

    assert wanted == []
    assert not page(opened).panel.isVisible()
