"""From a dropped workbook to an answer, in a real window with real mouse and key events."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.views.distribution_dialog import DistributionDialog
from mcdesk.ui.views.history_panel import HistoryPanel
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.widgets.two_line_list import TwoLineList
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow, example

pytestmark = pytest.mark.xdist_group("window")


def drop(window: QWidget, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = QPointF(400.0, 300.0)
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(place.toPoint(), *how)
    QApplication.sendEvent(window, entered)
    if not entered.isAccepted():
        return False
    dropped = QDropEvent(place, *how)
    QApplication.sendEvent(window, dropped)
    return dropped.isAccepted()


def child(parent: QWidget, kind: type[QWidget], name: str) -> QWidget:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def text_of(window: QWidget, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert found is not None, name
    return found.text()


def open_by_drop(opened: OpenWindow, path: Path) -> None:
    assert drop(opened.window, path)
    opened.wait_until(lambda: text_of(opened.window, "modelHeaderTitle") == path.name)


def run_and_wait(opened: OpenWindow) -> None:
    button = child(opened.window, QPushButton, "runButton")
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    opened.wait_until(lambda: opened.workbench.results.result is not None)


def test_that_an_example_is_one_click_away_from_its_result(opened: OpenWindow) -> None:
    card = child(opened.window, QPushButton, "example0")
    opened.qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    opened.wait_until(lambda: text_of(opened.window, "modelHeaderTitle") == "product_launch.xlsx")

    run_and_wait(opened)

    assert isinstance(opened.window.page, ResultsView)
    assert text_of(opened.window, "figure3Figure") == "20,000"
    # the mean that `mcdesk run` prints for the same workbook, set-up and seed
    assert text_of(opened.window, "figure0Figure") == "82,390"


def test_that_a_cell_becomes_an_input_by_key_and_an_output_too(opened: OpenWindow, tmp_path: Path) -> None:
    cells: SheetContent = {
        **{"A1": "Price", "B1": 20.0, "A2": "Units", "B2": 5.0},
        **{"A3": "Total", "B3": ("=B1*B2", 100.0)},
    }
    path = write_xlsx(tmp_path / "plan.xlsx", {"Plan": cells})
    before = path.read_bytes(), path.stat().st_mtime_ns
    open_by_drop(opened, path)
    view = opened.window.findChild(SheetView)
    assert view is not None

    view.go_to(0, 1)
    opened.qtbot.keyClick(view, Qt.Key.Key_I)
    dialog = opened.window.findChild(DistributionDialog)
    assert dialog is not None
    accept = child(dialog, QPushButton, "acceptDistribution")
    opened.wait_until(accept.isEnabled)
    opened.qtbot.mouseClick(accept, Qt.MouseButton.LeftButton)
    view.go_to(2, 1)
    opened.qtbot.keyClick(view, Qt.Key.Key_O)
    # where nobody manages windows, none is active after the dialog
    opened.window.activateWindow()
    opened.wait_until(opened.window.isActiveWindow)
    opened.qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    opened.wait_until(lambda: opened.workbench.results.result is not None)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    result = opened.workbench.results.result
    assert result is not None
    assert [each.name for each in result.statistics.inputs] == ["Price"]
    assert [each.name for each in result.statistics.outputs] == ["Total"]
    assert result.statistics.outputs[0].mean == pytest.approx(100.0, rel=0.01)


def test_that_an_empty_cell_becomes_no_output_and_the_notice_says_why(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_by_drop(
        opened, write_xlsx(tmp_path / "plan.xlsx", {"Plan": {"A1": "Price", "B1": 20.0, "D1": "=B1"}})
    )
    view = opened.window.findChild(SheetView)
    assert view is not None

    view.go_to(0, 2)
    opened.qtbot.keyClick(view, Qt.Key.Key_O)
    assert opened.model.output_count == 0
    assert text_of(opened.window, "noticeTitle") == "Plan!C1 is empty"
    view.go_to(0, 3)
    opened.qtbot.keyClick(view, Qt.Key.Key_O)

    assert opened.model.output_count == 1


def test_that_enter_edits_an_input_in_the_grid_and_nothing_else(opened: OpenWindow) -> None:
    open_by_drop(opened, example("product_launch"))
    view = opened.window.findChild(SheetView)
    assert view is not None

    view.go_to(26, 1)
    opened.qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.window.findChild(DistributionDialog) is None
    view.go_to(6, 1)
    opened.qtbot.keyClick(view, Qt.Key.Key_Return)

    dialog = opened.window.findChild(DistributionDialog)
    assert dialog is not None
    assert dialog.name == "Price"
    dialog.reject()


def test_that_what_cannot_be_a_distribution_is_told_while_it_is_typed(opened: OpenWindow) -> None:
    open_by_drop(opened, example("product_launch"))
    inputs = child(opened.window, TwoLineList, "inputsList")
    assert isinstance(inputs, TwoLineList)
    inputs.row_activated.emit(3)
    dialog = opened.window.findChild(DistributionDialog)
    assert dialog is not None
    accept = child(dialog, QPushButton, "acceptDistribution")
    opened.wait_until(accept.isEnabled)

    field = child(dialog, QLineEdit, "parameter1")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    opened.qtbot.keyClicks(field, "-3")

    opened.wait_until(lambda: "standard deviation is negative" in text_of(dialog, "distributionFault"))
    assert not accept.isEnabled()
    dialog.reject()


def test_that_a_mark_is_taken_back_and_done_again(opened: OpenWindow) -> None:
    open_by_drop(opened, example("product_launch"))
    view = opened.window.findChild(SheetView)
    assert view is not None
    before = text_of(opened.window, "outputsTitle")
    view.go_to(21, 2)
    opened.qtbot.keyClick(view, Qt.Key.Key_O)
    assert text_of(opened.window, "outputsTitle") == "Outputs  4"

    opened.qtbot.keyClick(opened.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert text_of(opened.window, "outputsTitle") == before
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert text_of(opened.window, "outputsTitle") == "Outputs  4"


def test_that_marks_are_there_again_when_the_file_is_opened_again(opened: OpenWindow, tmp_path: Path) -> None:
    path = tmp_path / "launch.xlsx"
    path.write_bytes(example("product_launch").read_bytes())
    open_by_drop(opened, path)
    view = opened.window.findChild(SheetView)
    assert view is not None
    view.go_to(26, 1)
    opened.qtbot.keyClick(view, Qt.Key.Key_O)
    opened.wait_until(lambda: any((opened.home / "setups").glob("*.toml")))

    open_by_drop(opened, example("newsvendor"))
    open_by_drop(opened, path)

    opened.wait_until(lambda: text_of(opened.window, "outputsTitle") == "Outputs  1")


def test_that_a_damaged_file_is_told_in_words_and_what_was_open_stays(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_by_drop(opened, example("newsvendor"))
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no workbook at all")

    assert drop(opened.window, bad)

    opened.wait_until(opened.window.notice.isVisible)
    assert "bad.xlsx" in text_of(opened.window, "noticeTitle")
    assert text_of(opened.window, "modelHeaderTitle") == "newsvendor.xlsx"

    # what went well since is not hidden by what went wrong before
    open_by_drop(opened, example("portfolio"))
    assert not opened.window.notice.isVisible()


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)],
)
def test_that_a_key_leads_from_any_page_to_the_name_box(
    opened: OpenWindow, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    open_by_drop(opened, example("newsvendor"))
    opened.window.show_number(3)

    opened.qtbot.keyClick(opened.window, key, modifier)

    box = child(opened.window, QLineEdit, "nameBox")
    opened.wait_until(box.hasFocus)


def test_that_a_run_is_opened_again_from_the_history(opened: OpenWindow) -> None:
    open_by_drop(opened, example("newsvendor"))
    run_and_wait(opened)
    first = opened.workbench.results.result
    history = opened.window.findChild(HistoryPanel)
    assert history is not None and first is not None
    opened.wait_until(lambda: history.list.model().rowCount() == 1)
    opened.workbench.results.result = None

    place = history.list.visualRect(history.list.model().index(0, 0)).center()
    opened.qtbot.mouseClick(history.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    opened.wait_until(lambda: opened.workbench.results.result is not None)
    again = opened.workbench.results.result
    assert again is not None
    assert again.statistics == first.statistics


def test_that_the_result_shows_in_the_histogram(opened: OpenWindow) -> None:
    open_by_drop(opened, example("newsvendor"))
    run_and_wait(opened)

    chart = opened.window.findChild(HistogramChart)

    assert chart is not None
    assert chart.delimiters is not None
    result = opened.workbench.results.result
    assert result is not None
    output = result.statistics.outputs[0]
    assert chart.delimiters == (output.percentiles[10], output.percentiles[90])


def test_that_a_long_run_is_cancelled_and_keeps_what_is_done(opened: OpenWindow) -> None:
    open_by_drop(opened, example("product_launch"))
    trials = child(opened.window, QWidget, "trialsField").findChild(QLineEdit)
    assert trials is not None
    trials.setText("2,000,000,000")
    trials.editingFinished.emit()
    opened.qtbot.mouseClick(child(opened.window, QPushButton, "runButton"), Qt.MouseButton.LeftButton)

    def has_begun() -> bool:
        return any(run.progress and run.progress.trials_done for run in opened.workbench.running)

    opened.wait_until(has_begun)

    opened.qtbot.mouseClick(child(opened.window, QPushButton, "cancelButton"), Qt.MouseButton.LeftButton)

    opened.wait_until(lambda: not opened.workbench.running)
    result = opened.workbench.results.result
    assert result is not None
    assert "cancelled after" in result.subtitle
